import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1102",
  name: "carried-code-reach",
  title: "Code that came with the model refers to something that no model needs.",
  severity: "high",
  verdict: "executable",
  cwe: "CWE-506",
  advice: "Read the code that made this model before anybody signs it.",
} as const satisfies Rule;
