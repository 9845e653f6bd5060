import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1404",
  name: "model-class",
  title: "The model names a class to be imported and created that is not one of the library's own.",
  severity: "critical",
  verdict: "executable",
  cwe: "CWE-470",
  advice: "Do not load it outside the sandbox; log the model again with the library's own class.",
} as const satisfies Rule;
