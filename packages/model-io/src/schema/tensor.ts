import type { DType, Scalar, Tensor } from "@modelkeep/estimators/data";
import type { TensorSpec } from "@modelkeep/mlflow";
import { ModelkeepError } from "@modelkeep/findings";
import { invalidInput, schemaMismatch } from "../errors.ts";
import { tensorOfNested } from "../input/nested.ts";
import type { Column } from "../input/table.ts";
import { floatOf, integerOf } from "./cast.ts";

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

/**
 * The only column of a DataFrame as a tensor: scalars as (-1,) or (-1, 1), flat lists as rows of the spec's shape
 * (mlflow/models/utils.py `_reshape_and_cast_pandas_column_values`).
 * @throws {ModelkeepError} `INVALID_INPUT`
 */
export function tensorOfCells(column: Column, spec: TensorSpec): Tensor {
  const [first, ...rest] = spec.shape;
  if (first !== -1 || rest.includes(-1)) {
    throw invalidInput(
      "For pandas dataframe input, the first dimension of shape must be a variable dimension and other dimensions " +
        `must be fixed, but in model signature the shape of the unnamed input is ${tuple(spec.shape)}.`,
    );
  }
  const rows = column.values.length;
  if (!Array.isArray(column.values[0])) {
    if (rest.length > 1 || (rest[0] ?? 1) !== 1)
      throw invalidInput(
        "The input pandas dataframe column contains scalar values, which requires the shape to be (-1,) or (-1, 1), " +
          `but got tensor spec shape of ${tuple(spec.shape)}.`,
      );
    return { data: column.values as readonly Scalar[], shape: [rows, ...rest], dtype: column.dtype };
  }
  const cells = tensorOfNested(column.values);
  const size = rest.reduce((product, length) => product * length, 1);
  if (cells.shape.length !== 2 || cells.shape[1] !== size)
    throw invalidInput(
      `The value in the Input DataFrame column could not be converted to the expected shape of: '${tuple(spec.shape)}'.`,
    );
  return { ...cells, shape: [rows, ...rest] };
}

function requireShape(actual: readonly number[], expected: readonly number[]): void {
  const fits =
    actual.length === expected.length &&
    expected.every((length, axis) => length === -1 || length === actual[axis]);
  if (fits) return;
  throw schemaMismatch(`Shape of input ${tuple(actual)} does not match expected shape ${tuple(expected)}.`);
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
  if (dtype === "str") return castText(value);
  if (dtype === "float64" || dtype === "float32") return castFloat(value, dtype);
  if (dtype === "bool" && (typeof value === "boolean" || value === 0 || value === 1)) return Boolean(value);
  const range = INTEGER_RANGES.get(dtype);
  const whole = range === undefined ? undefined : integerOf(value);
  if (range === undefined || whole === undefined || whole < range[0] || whole > range[1])
    throw lossy(value, dtype);
  return whole;
}

/** JSON does not tell 1 from 1.0, which NumPy writes differently: numbers must come as text. */
function castText(value: Scalar): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "True" : "False";
  throw lossy(value, "str");
}

function castFloat(value: Scalar, dtype: "float64" | "float32"): number {
  const float = floatOf(value);
  if (float === undefined) throw lossy(value, dtype);
  return dtype === "float32" ? Math.fround(float) : float;
}

function lossy(value: Scalar, dtype: DType): Error {
  return invalidInput(`Can not safely convert ${String(value).slice(0, 80)} to ${dtype}.`);
}
