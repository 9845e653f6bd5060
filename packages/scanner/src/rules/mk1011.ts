import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1011",
  name: "global-modified",
  title: "The file changes a module, a class or a function of the loading process.",
  severity: "critical",
  verdict: "malicious",
  cwe: "CWE-915",
  advice: "Do not load it.",
} as const satisfies Rule;
