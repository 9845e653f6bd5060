import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1201",
  name: "unlisted-global",
  title: "The file imports something that is on no allowlist, so nobody knows what loading it does.",
  severity: "high",
  verdict: "unanalyzable",
  cwe: "CWE-502",
  advice:
    "If it is a class of yours, add its exact name to the policy's allow list after reading it; else do not load it.",
} as const satisfies Rule;
