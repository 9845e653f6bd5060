import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1105",
  name: "external-tensor-data",
  title: "A tensor of the ONNX model lies in another file, which is not explained.",
  severity: "medium",
  verdict: "unanalyzable",
  cwe: "CWE-829",
  advice:
    "Save the model again with its tensors inside (`mlflow.onnx.log_model(…, save_as_external_data=False)`).",
} as const satisfies Rule;
