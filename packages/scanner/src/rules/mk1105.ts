import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1105",
  name: "external-tensor-data",
  title:
    "A tensor of the ONNX model lies in another file, which its tensors do not explain to the last byte.",
  severity: "medium",
  verdict: "unanalyzable",
  cwe: "CWE-829",
  advice:
    "Scan the whole folder. If it says so there, save the model again (`mlflow.onnx.log_model(…, save_as_external_data=False)` keeps all tensors inside).",
} as const satisfies Rule;
