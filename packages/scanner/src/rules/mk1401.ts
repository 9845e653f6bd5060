import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1401",
  name: "code-paths",
  title: "Loading the model puts a folder of Python files that came with it on the import path.",
  severity: "high",
  verdict: "executable",
  cwe: "CWE-829",
  advice: "Load it only signed by somebody you trust and inside the sandbox, or log it without code paths.",
} as const satisfies Rule;
