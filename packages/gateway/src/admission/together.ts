import type { FileReport } from "@modelkeep/findings";

/** The file that MLflow keeps the tensors of an ONNX model in by default (onnx/external_data_helper.py: a UUID). */
const TENSOR_FILE = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.data$/u;
const ONNX_FILE = /\.onnx$/u;

/** What alone is wrong with each of the two: tensors that lie elsewhere, and bytes that no reader knows. */
const ELSEWHERE = "MK1105";
const UNKNOWN = "MK1308";

/**
 * Whether a file may be explained by one beside it: an ONNX model whose tensors lie in another file, or such a file.
 * MLflow's client sends them one by one, in any order.
 */
export function explainedTogether(report: FileReport, name: string): boolean {
  if (report.admitted || report.verdict !== "unanalyzable") return false;
  const only = (ruleId: string): boolean => report.findings.every((finding) => finding.ruleId === ruleId);
  if (report.format === "onnx") return ONNX_FILE.test(name) && only(ELSEWHERE);
  return report.format === "unknown" && TENSOR_FILE.test(name) && only(UNKNOWN);
}

/** Whether a file beside takes part in that. */
export function takesPart(name: string): boolean {
  return ONNX_FILE.test(name) || TENSOR_FILE.test(name);
}
