import { ModelkeepError } from "@modelkeep/findings";
import type { DType, Input, Output } from "@modelkeep/model-io";
import { toWire } from "@modelkeep/model-io/engines/convert";
import { SandboxError } from "@modelkeep/sandbox";
import { decodeValue, encodeValue, type Payload, type WireValue } from "@modelkeep/sandbox/wire/values";

const DTYPES: readonly DType[] = [
  "float64",
  "float32",
  "int64",
  "int32",
  "int16",
  "int8",
  "uint64",
  "uint32",
  "uint16",
  "uint8",
  "bool",
  "str",
  "object",
  "category",
];

/**
 * A value of a request as a model takes it.
 * @throws {ModelkeepError} `INVALID_INPUT`
 */
export function decodeInput(json: unknown, payload: Buffer): Input {
  try {
    return inputOf(decodeValue(json, payload));
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    throw new ModelkeepError("INVALID_INPUT", `the request's value cannot be read: ${error.message}`, {
      cause: error,
    });
  }
}

function inputOf(value: WireValue): Input {
  switch (value.kind) {
    case "tensor":
      return { ...value.tensor, dtype: dtypeOf(value.tensor.dtype) };
    case "csr":
      return { ...value.csr, dtype: dtypeOf(value.csr.dtype) };
    case "frame": {
      const dtypes: Record<string, DType> = Object.create(null);
      for (const [name, dtype] of Object.entries(value.frame.dtypes)) dtypes[name] = dtypeOf(dtype);
      return { columns: value.frame.columns, dtypes };
    }
    case "list":
    case "tensors":
      break;
  }
  throw new ModelkeepError("INVALID_INPUT", `a value of the kind ${value.kind} is no input`);
}

function dtypeOf(name: string): DType {
  const known = DTYPES.find((dtype) => dtype === name);
  if (known !== undefined) return known;
  throw new ModelkeepError(
    "INVALID_INPUT",
    `there is no dtype ${JSON.stringify(name.slice(0, 40))}: use ${DTYPES.join(", ")}`,
  );
}

/** What a method answered, as JSON data that points into `payload`. */
export function encodeOutput(output: Output, payload: Payload): unknown {
  if (!isSeveral(output)) return encodeValue(toWire(output), payload);
  return { kind: "tensors", tensors: output.map((one) => encodeValue(toWire(one), payload)) };
}

function isSeveral(output: Output): output is Extract<Output, readonly unknown[]> {
  return Array.isArray(output);
}
