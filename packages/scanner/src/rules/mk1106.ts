import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1106",
  name: "external-tensor-outside",
  title: "A tensor of the ONNX model lies outside of the model's folder.",
  severity: "critical",
  verdict: "malicious",
  cwe: "CWE-22",
  advice: "Do not load it: it reads a file of the machine, or its memory, into the model.",
} as const satisfies Rule;
