import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1101",
  name: "carried-code",
  title: "Python code came with the model (cloudpickle or dill) and is rebuilt when it is loaded.",
  severity: "high",
  verdict: "executable",
  cwe: "CWE-502",
  advice:
    "Load it only signed by somebody you trust and inside the sandbox, or save the model without functions of your own.",
} as const satisfies Rule;
