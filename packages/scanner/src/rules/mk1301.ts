import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1301",
  name: "truncated",
  title: "The file ends before its content does.",
  severity: "medium",
  verdict: "unanalyzable",
  cwe: "CWE-130",
  advice: "Fetch it again and compare its SHA-256.",
} as const satisfies Rule;
