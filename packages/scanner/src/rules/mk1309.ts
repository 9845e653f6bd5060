import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1309",
  name: "external-reference",
  title: "The loading library would follow a reference to something outside of the file.",
  severity: "high",
  verdict: "unanalyzable",
  cwe: "CWE-610",
  advice: "Save the model as one self-contained file.",
} as const satisfies Rule;
