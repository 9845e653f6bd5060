import type { FactLocation } from "@modelkeep/formats";
import type { Collector } from "../collector.ts";
import { rule as sessionOption } from "../rules/mk1410.ts";

/** Providers that compute and, without options, load and write nothing that a model names. */
const PROVIDERS: ReadonlySet<unknown> = new Set(["CPUExecutionProvider", "CUDAExecutionProvider"]);
/** What `mlflow.onnx._OnnxModelWrapper` sets without handing anything on. */
const SESSION_OPTIONS: ReadonlySet<string> = new Set([
  "inter_op_num_threads",
  "intra_op_num_threads",
  "execution_mode",
  "graph_optimization_level",
]);

/** Judges what the flavor `onnx` tells onnxruntime (mlflow/onnx/__init__.py, `_OnnxModelWrapper`). */
export function judgeOnnxFlavor(
  flavor: Readonly<Record<string, unknown>>,
  at: FactLocation,
  into: Collector,
): void {
  for (const provider of listOf(flavor["providers"])) {
    if (!PROVIDERS.has(provider))
      into.add(sessionOption, `onnx.providers names ${JSON.stringify(provider)}`, at);
  }
  for (const option of optionsOf(flavor["onnx_session_options"])) {
    if (!SESSION_OPTIONS.has(option)) into.add(sessionOption, `onnx.onnx_session_options sets ${option}`, at);
  }
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** What is no table of options is none of the known ones. */
function optionsOf(value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  return typeof value === "object" && !Array.isArray(value) ? Object.keys(value) : ["something unreadable"];
}
