/** MLflow's scalar types of columns and parameters. */
export const SCALAR_TYPES = [
  "boolean",
  "integer",
  "long",
  "float",
  "double",
  "string",
  "binary",
  "datetime",
] as const;

export type ScalarType = (typeof SCALAR_TYPES)[number];

/** The type of a column: a scalar, or a nested type (MLflow ≥ 2.10). */
export type ColumnType =
  | { readonly kind: "scalar"; readonly type: ScalarType }
  | { readonly kind: "array"; readonly items: ColumnType }
  | { readonly kind: "object"; readonly properties: ReadonlyMap<string, Property> }
  | { readonly kind: "map"; readonly values: ColumnType }
  | { readonly kind: "any" };

export interface Property {
  readonly type: ColumnType;
  readonly required: boolean;
}

export interface ColumnSpec extends Property {
  /** Undefined when the signature names no columns: then only their number and order count. */
  readonly name: string | undefined;
}

export interface TensorSpec {
  readonly name: string | undefined;
  /** NumPy's name: `float64`, `int64`, `object`, `str`, … */
  readonly dtype: string;
  /** -1 is any length. */
  readonly shape: readonly number[];
}

export interface ParamSpec {
  readonly name: string;
  readonly type: ColumnType;
  /** JSON data. */
  readonly default: unknown;
  /** `true` for a list of values (`shape: [-1]`). */
  readonly isList: boolean;
}

/** What a model takes: columns or tensors, never both. */
export type InputSchema =
  | { readonly kind: "columns"; readonly columns: readonly ColumnSpec[] }
  | { readonly kind: "tensors"; readonly tensors: readonly TensorSpec[] };

export interface Signature {
  readonly inputs: InputSchema | undefined;
  readonly outputs?: InputSchema | undefined;
  readonly params: readonly ParamSpec[] | undefined;
}
