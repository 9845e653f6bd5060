import { posix } from "node:path";
import { bufferSource } from "@modelkeep/bytes";
import { ModelkeepError } from "@modelkeep/findings";
import { analyze } from "@modelkeep/formats/analyze";
import type { OnnxFacts } from "@modelkeep/formats/onnx/facts";
import { type OnnxOutputs, readOutputs } from "@modelkeep/formats/onnx/outputs";
import type { Quarantined } from "../../quarantine.ts";
import { openVerified } from "../model-file.ts";

/** protobuf's own limit. */
const MAX_BYTES = 2 ** 31;

/** A model in memory: the very bytes that were hashed. */
export interface OnnxFile extends OnnxOutputs {
  readonly bytes: Uint8Array;
  /** Files that its tensors lie in, by the name that it has for them. */
  readonly external: readonly { readonly path: string; readonly data: Uint8Array }[];
}

/**
 * Reads a model and the files that its tensors lie in.
 * @param path relative to the model's folder
 * @throws {ModelkeepError} `INTEGRITY`, `NOT_FOUND`, `UNSUPPORTED_MODEL` for what our own reader does not explain
 */
export function readOnnxFile(model: Quarantined, path: string): OnnxFile {
  const bytes = bytesOf(model, path);
  const source = bufferSource(bytes, path);
  const facts = factsOf(source);
  const locations = new Set(facts.external.map(({ location }) => location ?? ""));
  const external = [...locations].map((location) => ({
    path: location,
    data: bytesOf(model, posix.join(posix.dirname(path), location)),
  }));
  return { bytes, external, ...readOutputs(source) };
}

function bytesOf(model: Quarantined, path: string): Uint8Array {
  const source = openVerified(model, path);
  try {
    if (source.size > MAX_BYTES)
      throw new ModelkeepError(
        "UNSUPPORTED_MODEL",
        `${path} has ${source.size} bytes, which is too large for ONNX`,
      );
    // A copy of its own: onnxruntime hands the whole buffer beneath to WebAssembly.
    return Uint8Array.from(source.view(0, source.size));
  } finally {
    source.close();
  }
}

/** The policy may admit what was not explained. It does not reach onnxruntime all the same. */
function factsOf(source: ReturnType<typeof bufferSource>): OnnxFacts {
  const { facts, format } = analyze(source);
  const found = facts.find((fact) => fact.kind === "onnx");
  const problem = facts.find((fact) => fact.kind === "problem");
  if (found !== undefined && problem === undefined) return found.model;
  const why = problem === undefined ? `it is ${format}` : problem.message;
  throw new ModelkeepError("UNSUPPORTED_MODEL", `${source.name} cannot be explained as ONNX: ${why}`);
}
