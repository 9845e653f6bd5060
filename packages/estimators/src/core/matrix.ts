import type { DType, NumericDType, Scalar } from "../data.ts";

/*
 * What flows between evaluators. Numbers of every integer type are held as float64 beside their nominal dtype: inputs
 * beyond 2**53 were refused on the way in. Numeric kernels index typed arrays with `!` where the loop's bounds prove it.
 */

/** Numbers of one block. float32 stays float32, so that arithmetic rounds where NumPy's does. */
export type Floats = Float64Array | Float32Array;

/** A numeric matrix, row-major. `names` are its columns when the library would hold a frame here. */
export interface Dense {
  readonly kind: "dense";
  readonly data: Floats;
  readonly rows: number;
  readonly cols: number;
  readonly dtype: NumericDType;
  readonly names?: readonly string[];
}

/** Compressed rows; `indices` within a row need not be sorted. */
export interface Sparse {
  readonly kind: "sparse";
  readonly indptr: Int32Array;
  readonly indices: Int32Array;
  readonly data: Floats;
  readonly rows: number;
  readonly cols: number;
  readonly dtype: NumericDType;
}

export type Cell = Scalar;

export type Column =
  | { readonly numeric: true; readonly data: Floats; readonly dtype: NumericDType }
  | {
      readonly numeric: false;
      readonly data: readonly Cell[];
      readonly dtype: Exclude<DType, NumericDType>;
    };

/** Columns of mixed types: a frame (`names` present) or a 2-d array of objects or strings. */
export interface Table {
  readonly kind: "table";
  readonly columns: readonly Column[];
  readonly rows: number;
  readonly names?: readonly string[];
  /** The input as it was given, when it was records: what they leave out is missing in `columns`, and absent here. */
  readonly records?: readonly Readonly<Record<string, unknown>>[];
}

/** One dimension: texts for a vectoriser, labels for an encoder. */
export interface Series {
  readonly kind: "series";
  readonly column: Column;
  readonly rows: number;
}

export type Matrix = Dense | Sparse | Table | Series;

/** An array of any rank: predictions, probabilities, labels. */
export interface Nd {
  readonly kind: "nd";
  readonly data: Floats | readonly Cell[];
  readonly shape: readonly number[];
  readonly dtype: DType;
}

export type Result = Matrix | Nd | readonly Nd[];

export function columnsOf(x: Matrix): number {
  switch (x.kind) {
    case "dense":
    case "sparse":
      return x.cols;
    case "table":
      return x.columns.length;
    case "series":
    default:
      return 1;
  }
}

export function namesOf(x: Matrix): readonly string[] | undefined {
  return x.kind === "dense" || x.kind === "table" ? x.names : undefined;
}

/** A dense float64 matrix of zeros. */
export function zeros(rows: number, cols: number): Dense & { readonly data: Float64Array } {
  return { kind: "dense", data: new Float64Array(rows * cols), rows, cols, dtype: "float64" };
}

export function denseOf(data: Floats, rows: number, cols: number, dtype?: NumericDType): Dense {
  return {
    kind: "dense",
    data,
    rows,
    cols,
    dtype: dtype ?? (data instanceof Float32Array ? "float32" : "float64"),
  };
}

/** A buffer of the precision that `dtype` computes in. */
export function floatsFor(dtype: NumericDType, length: number): Floats {
  return dtype === "float32" ? new Float32Array(length) : new Float64Array(length);
}

/** One-dimensional numbers as a result. */
export function vector(data: Floats, dtype?: NumericDType): Nd {
  return {
    kind: "nd",
    data,
    shape: [data.length],
    dtype: dtype ?? (data instanceof Float32Array ? "float32" : "float64"),
  };
}

/** CSR → dense of the same dtype; entries given twice are summed, as SciPy's `toarray` does. */
export function densify(x: Sparse): Dense {
  const data = floatsFor(x.dtype, x.rows * x.cols);
  for (let row = 0; row < x.rows; row++) {
    for (let k = x.indptr[row]!; k < x.indptr[row + 1]!; k++) {
      data[row * x.cols + x.indices[k]!]! += x.data[k]!;
    }
  }
  return denseOf(data, x.rows, x.cols, x.dtype);
}

/** Dense → CSR without the zeros (a NaN stays). */
export function sparsify(x: Dense): Sparse {
  let count = 0;
  for (const v of x.data) if (v !== 0) count++;
  const indptr = new Int32Array(x.rows + 1);
  const indices = new Int32Array(count);
  const data = floatsFor(x.dtype, count);
  let k = 0;
  for (let row = 0; row < x.rows; row++) {
    for (let col = 0; col < x.cols; col++) {
      const v = x.data[row * x.cols + col]!;
      if (v !== 0) {
        indices[k] = col;
        data[k++] = v;
      }
    }
    indptr[row + 1] = k;
  }
  return { kind: "sparse", indptr, indices, data, rows: x.rows, cols: x.cols, dtype: x.dtype };
}
