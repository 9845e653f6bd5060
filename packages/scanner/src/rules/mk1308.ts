import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1308",
  name: "unknown-format",
  title: "The format is not known, so nothing can be said about loading it.",
  severity: "medium",
  verdict: "unanalyzable",
  cwe: "CWE-434",
  advice: "Save it in a format that is supported, or keep it out of the model.",
} as const satisfies Rule;
