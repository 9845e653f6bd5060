import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1303",
  name: "ambiguous",
  title: "Readers that could load this file would not agree on what it says.",
  severity: "high",
  verdict: "unanalyzable",
  cwe: "CWE-436",
  advice: "Do not load it: honest writers do not make such files.",
} as const satisfies Rule;
