import type { DType, Scalar, Tensor } from "@modelkeep/estimators/data";
import type { TensorSpec } from "@modelkeep/mlflow";
import { ModelkeepError } from "@modelkeep/findings";
import { invalidInput } from "../errors.ts";

const INTEGER_RANGES: ReadonlyMap<string, readonly [low: bigint, high: bigint]> = new Map(
  [8, 16, 32, 64].flatMap((bits) => [
    [`int${bits}`, [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n]] as const,
    [`uint${bits}`, [0n, 2n ** BigInt(bits) - 1n]] as const,
  ]),
);

/**
 * One tensor against its spec (mlflow/models/utils.py `_enforce_tensor_spec`). What came as text is made of the spec's
 * dtype first, as the scoring server does, if nothing is lost; typed data must have it.
 * @throws {ModelkeepError} `INVALID_INPUT`
 */
export function enforceTensor(tensor: Tensor, spec: TensorSpec, fromText: boolean): Tensor {
  requireShape(tensor.shape, spec.shape);
  const dtype = dtypeOf(spec.dtype);
  if (!fromText) {
    if (tensor.dtype === dtype || (dtype === "object" && tensor.dtype === "str")) return tensor;
    throw invalidInput(
      `dtype of input ${tensor.dtype ?? "object"} does not match expected dtype ${spec.dtype}`,
    );
  }
  return { shape: tensor.shape, dtype, data: Array.from(tensor.data, (value) => cast(value, dtype)) };
}

function requireShape(actual: readonly number[], expected: readonly number[]): void {
  const fits =
    actual.length === expected.length &&
    expected.every((length, axis) => length === -1 || length === actual[axis]);
  if (fits) return;
  throw invalidInput(`Shape of input ${tuple(actual)} does not match expected shape ${tuple(expected)}.`);
}

function tuple(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
}

function dtypeOf(name: string): DType {
  if (INTEGER_RANGES.has(name) || name === "float64" || name === "float32" || name === "bool")
    return name as DType;
  if (name === "object" || name === "str") return name;
  throw new ModelkeepError(
    "UNSUPPORTED_MODEL",
    `the native engine has no ${name} tensors: use engine sandbox`,
  );
}

function cast(value: Scalar, dtype: DType): Scalar {
  if (dtype === "object") return value;
  if (dtype === "str" && typeof value === "string") return value;
  if (dtype === "float64" || dtype === "float32") return castFloat(value, dtype);
  if (dtype === "bool" && (typeof value === "boolean" || value === 0 || value === 1)) return Boolean(value);
  const range = INTEGER_RANGES.get(dtype);
  if (range !== undefined) return castInteger(value, dtype, range);
  throw lossy(value, dtype);
}

function castFloat(value: Scalar, dtype: DType): number {
  if (value === null) return Number.NaN;
  if (typeof value === "string") throw lossy(value, dtype);
  return dtype === "float32" ? Math.fround(Number(value)) : Number(value);
}

function castInteger(value: Scalar, dtype: DType, [low, high]: readonly [bigint, bigint]): Scalar {
  if (typeof value === "boolean") return Number(value);
  const whole = typeof value === "bigint" || (typeof value === "number" && Number.isSafeInteger(value));
  if (whole && BigInt(value) >= low && BigInt(value) <= high) return value;
  throw lossy(value, dtype);
}

function lossy(value: Scalar, dtype: DType): Error {
  return invalidInput(`Can not safely convert ${String(value).slice(0, 80)} to ${dtype}.`);
}
