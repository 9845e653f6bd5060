import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1204",
  name: "odd-effect",
  title: "The file updates a value in a way that no honest writer produces.",
  severity: "high",
  verdict: "unanalyzable",
  cwe: "CWE-502",
  advice: "Save the model again with the library that made it.",
} as const satisfies Rule;
