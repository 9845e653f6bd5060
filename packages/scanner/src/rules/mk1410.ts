import type { Rule } from "@modelkeep/findings";

export const rule = {
  id: "MK1410",
  name: "onnx-session-option",
  title: "The MLmodel tells onnxruntime to use providers or session options that are not reviewed.",
  severity: "high",
  verdict: "executable",
  cwe: "CWE-829",
  advice:
    "Remove `providers` and `onnx_session_options` from the MLmodel, or load it only signed by somebody you trust and inside the sandbox.",
} as const satisfies Rule;
