import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1103",
  name: "embedded-program",
  title:
    "The format carries a program that the library runs (TorchScript, a Lambda layer, custom operators).",
  severity: "high",
  verdict: "executable",
  cwe: "CWE-502",
  advice: "Load it only signed by somebody you trust and inside the sandbox.",
} as const satisfies Rule;
