import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1202",
  name: "contract-breach",
  title: "A listed constructor is called with arguments outside its contract.",
  severity: "high",
  verdict: "unanalyzable",
  cwe: "CWE-20",
  advice: "Save the model again with the library that made it; if that fails the same way, report it.",
} as const satisfies Rule;
