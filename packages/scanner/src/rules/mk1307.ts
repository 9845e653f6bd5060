import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1307",
  name: "leftover",
  title: "Bytes are left over that no reader explained.",
  severity: "high",
  verdict: "unanalyzable",
  cwe: "CWE-506",
  advice: "Do not load it: honest writers leave nothing behind their content.",
} as const satisfies Rule;
