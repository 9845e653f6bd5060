import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1104",
  name: "custom-operator",
  title:
    "The ONNX model uses operators that neither ONNX nor onnxruntime defines, so a library that comes from elsewhere runs them.",
  severity: "high",
  verdict: "executable",
  cwe: "CWE-829",
  advice:
    "Export the model with standard operators, or load it only signed by somebody you trust and inside the sandbox.",
} as const satisfies Rule;
