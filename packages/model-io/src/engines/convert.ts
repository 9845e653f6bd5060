import type { DType, Input, Output, Scalar } from "@modelkeep/estimators/data";
import type { WireValue } from "@modelkeep/sandbox";
import { ModelkeepError } from "@modelkeep/findings";
import { isCsr, isFrame, isTensor, typedArrayDType } from "../input/typed.ts";
import { inferDType } from "../input/table.ts";

const DTYPES: ReadonlySet<string> = new Set<DType>([
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
]);

/** Typed input as it goes to the sandbox. */
export function toWire(input: Input): WireValue {
  if (isTensor(input)) {
    return {
      kind: "tensor",
      tensor: { data: input.data, shape: input.shape, dtype: dtypeOf(input.data, input.dtype) },
    };
  }
  if (isCsr(input)) {
    const { indptr, indices, data, shape } = input;
    return { kind: "csr", csr: { indptr, indices, data, shape, dtype: dtypeOf(data, input.dtype) } };
  }
  if (isFrame(input)) {
    const columns = new Map(input.columns instanceof Map ? input.columns : Object.entries(input.columns));
    const dtypes: Record<string, string> = Object.create(null);
    for (const [name, values] of columns) dtypes[name] = dtypeOf(values, input.dtypes?.[name]);
    return { kind: "frame", frame: { columns, dtypes } };
  }
  return { kind: "list", items: input };
}

function dtypeOf(values: ArrayLike<unknown>, declared: DType | undefined): DType {
  if (declared !== undefined && declared !== "category") return declared;
  return typedArrayDType(values) ?? inferDType(Array.from(values));
}

/** What the sandbox answers, as typed output. */
export function fromWire(value: WireValue): Output {
  switch (value.kind) {
    case "tensor":
      return { ...value.tensor, dtype: known(value.tensor.dtype) };
    case "csr":
      return { ...value.csr, dtype: known(value.csr.dtype) };
    case "frame": {
      const dtypes: Record<string, DType> = Object.create(null);
      for (const [name, dtype] of Object.entries(value.frame.dtypes)) dtypes[name] = known(dtype);
      return { columns: value.frame.columns, dtypes };
    }
    case "tensors":
      return value.tensors.map((tensor) => ({ ...tensor, dtype: known(tensor.dtype) }));
    case "list":
      break;
  }
  return { data: value.items.map(scalar), shape: [value.items.length], dtype: "object" };
}

function known(dtype: string): DType {
  if (DTYPES.has(dtype)) return dtype as DType;
  throw new ModelkeepError(
    "SANDBOX_FAILED",
    `the sandboxed model answered the unknown dtype ${dtype.slice(0, 40)}`,
  );
}

function scalar(value: unknown): Scalar {
  if (value === null || ["string", "number", "boolean"].includes(typeof value)) return value as Scalar;
  throw new ModelkeepError("SANDBOX_FAILED", "the sandboxed model answered a nested object");
}
