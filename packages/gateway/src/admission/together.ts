import type { FileReport } from "@modelkeep/findings";
import { isOnlyUnknown } from "@modelkeep/scanner/model/external-data";

/** The file that MLflow keeps the tensors of an ONNX model in by default (onnx/external_data_helper.py: a UUID). */
const TENSOR_FILE = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.data$/u;
const ONNX_FILE = /\.onnx$/u;

/** What alone is wrong with the model: tensors that lie elsewhere. */
const ELSEWHERE = "MK1105";

/**
 * Whether a file may be explained by one beside it: an ONNX model whose tensors lie in another file, or such a file.
 * MLflow's client sends them one by one, in any order.
 */
export function explainedTogether(report: FileReport, name: string): boolean {
  if (report.admitted || report.verdict !== "unanalyzable") return false;
  if (report.format === "onnx")
    return ONNX_FILE.test(name) && report.findings.every(({ ruleId }) => ruleId === ELSEWHERE);
  return TENSOR_FILE.test(name) && isOnlyUnknown(report);
}

/** Whether a file beside takes part in that. */
export function takesPart(name: string): boolean {
  return ONNX_FILE.test(name) || TENSOR_FILE.test(name);
}
