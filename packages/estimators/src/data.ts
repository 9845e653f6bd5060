/** NumPy's names for the element types that go in and out. */
export type NumericDType =
  | "float64"
  | "float32"
  | "int64"
  | "int32"
  | "int16"
  | "int8"
  | "uint64"
  | "uint32"
  | "uint16"
  | "uint8"
  | "bool";

/** `str` is NumPy's `<U…`, `object` anything, `category` a pandas categorical (read as its values). */
export type DType = NumericDType | "str" | "object" | "category";

/** One element. Not-a-number is `NaN`, a missing object `null`. */
export type Scalar = number | bigint | boolean | string | null;

/** A dense array, flat and row-major (C order). Without `dtype`: float64 if all are numbers, else as NumPy would infer. */
export interface Tensor {
  readonly data: ArrayLike<Scalar>;
  readonly shape: readonly number[];
  readonly dtype?: DType;
}

/**
 * Named columns of equal length, in order. A `Map` keeps the order of names that look like whole numbers
 * (`"10"`, `"2"`), which a plain object cannot.
 */
export interface Frame {
  readonly columns: Readonly<Record<string, ArrayLike<unknown>>> | ReadonlyMap<string, ArrayLike<unknown>>;
  readonly dtypes?: Readonly<Record<string, DType>>;
}

/** A sparse matrix in compressed rows, as `scipy.sparse.csr_matrix` has it. */
export interface Csr {
  readonly indptr: ArrayLike<number>;
  readonly indices: ArrayLike<number>;
  readonly data: ArrayLike<number>;
  readonly shape: readonly [rows: number, columns: number];
  readonly dtype?: DType;
}

/** What a method takes: an array, a frame, a sparse matrix, texts, or records. */
export type Input = Tensor | Frame | Csr | readonly string[] | readonly Readonly<Record<string, unknown>>[];

/** A tensor that says its dtype: what every method answers when scikit-learn answers an array. */
export interface OutputTensor extends Tensor {
  readonly dtype: DType;
}

/**
 * What a method answers: as scikit-learn does. Multi-output `predict_proba` answers one array per output, `kneighbors`
 * distances (rows × neighbours, float64) and indices of fitted samples (int64).
 */
export type Output = OutputTensor | Csr | Frame | readonly OutputTensor[];

/** Methods of a fitted estimator that the engine evaluates, under scikit-learn's names. */
export const METHODS = [
  "predict",
  "predict_proba",
  "predict_log_proba",
  "decision_function",
  "transform",
  "score_samples",
  "kneighbors",
] as const;

export type Method = (typeof METHODS)[number];

export function isMethod(name: string): name is Method {
  return (METHODS as readonly string[]).includes(name);
}
