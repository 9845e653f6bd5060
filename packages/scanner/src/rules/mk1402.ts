import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1402",
  name: "loader-module",
  title: "The model is loaded by a module that is not one of MLflow's reviewed data loaders.",
  severity: "high",
  verdict: "executable",
  cwe: "CWE-829",
  advice: "Load it only signed by somebody you trust and inside the sandbox.",
} as const satisfies Rule;
