import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1405",
  name: "missing-file",
  title: "A file that the model names is not there.",
  severity: "medium",
  verdict: "unanalyzable",
  cwe: "CWE-353",
  advice: "Fetch the whole model again.",
} as const satisfies Rule;
