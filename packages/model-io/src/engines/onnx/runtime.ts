import { ModelkeepError } from "@modelkeep/findings";
import type { OrtApi } from "./api.ts";

/** In order of choice: WebAssembly holds what a hostile model may do to onnxruntime's memory within that memory. */
const PACKAGES = ["onnxruntime-web", "onnxruntime-node"] as const;

export type RuntimeName = (typeof PACKAGES)[number];

export interface Runtime {
  readonly name: RuntimeName;
  readonly ort: OrtApi;
}

/** Imports one package; replaced in tests. */
export type ImportRuntime = (name: RuntimeName) => Promise<unknown>;

/**
 * The onnxruntime that is installed: `onnxruntime-web` before `onnxruntime-node`.
 * @throws {ModelkeepError} `UNSUPPORTED_MODEL` says what to install
 */
export async function loadRuntime(
  load: ImportRuntime = async (name) => await import(name),
): Promise<Runtime> {
  for (const name of PACKAGES) {
    const ort = await importIfThere(name, load);
    if (ort === undefined) continue;
    ort.env.logLevel = "fatal";
    // More would be worker threads, which outlive the model.
    ort.env.wasm.numThreads = 1;
    return { name, ort };
  }
  throw new ModelkeepError(
    "UNSUPPORTED_MODEL",
    "the native engine evaluates ONNX models with the package onnxruntime-web or onnxruntime-node, and neither is " +
      "installed: npm install --ignore-scripts onnxruntime-web",
  );
}

async function importIfThere(name: RuntimeName, load: ImportRuntime): Promise<OrtApi | undefined> {
  let loaded: unknown;
  try {
    loaded = await load(name);
  } catch (error) {
    if (isMissing(error, name)) return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ModelkeepError("UNSUPPORTED_MODEL", `${name} is installed, but does not load: ${reason}`, {
      cause: error,
    });
  }
  if (isOrt(loaded)) return loaded;
  throw new ModelkeepError("UNSUPPORTED_MODEL", `${name} is installed, but is no onnxruntime`);
}

function isMissing(error: unknown, name: string): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    error.code === "ERR_MODULE_NOT_FOUND" &&
    error.message.includes(`'${name}'`)
  );
}

function isOrt(value: unknown): value is OrtApi {
  return (
    typeof value === "object" &&
    value !== null &&
    "InferenceSession" in value &&
    "Tensor" in value &&
    "env" in value
  );
}
