import { badInput } from "../error.ts";
import { checkFeatures, checkSize, type Features, stackTable } from "./check.ts";
import type { Floats, Matrix } from "./matrix.ts";

/**
 * The input as XGBoost's `DMatrix` holds it: float32, row-major; not-a-number, and what a sparse matrix leaves out, is missing.
 * @throws {EstimatorError} `bad-input` for other columns than the model's, for text, and for infinity
 */
export function boosterInput(x: Matrix, features: Features): Float32Array {
  checkColumns(x, features);
  const data = x.kind === "sparse" ? withHoles(x) : Float32Array.from(rawNumbers(x, features.className));
  for (const value of data) {
    if (value === Infinity || value === -Infinity)
      throw badInput("Input data contains `inf` or a value too large for float32");
  }
  return data;
}

/** Names and number of columns, and at least one row. */
export function checkColumns(x: Matrix, features: Features): void {
  if (x.kind === "series") throw badInput("Expected 2D array, got 1D array instead");
  checkFeatures(x, features);
  checkSize(x, features.className);
}

/** Numbers of a dense matrix or a table whose columns are all numeric. */
export function rawNumbers(x: Matrix, className: string): Floats {
  if (x.kind === "dense") return x.data;
  if (x.kind !== "table") throw badInput(`${className} takes a dense matrix or a frame here`);
  const text = x.columns.findIndex((column) => !column.numeric);
  if (text >= 0)
    throw badInput(
      `${className}: column ${x.names?.[text] ?? text} must be int, float or bool; objects and categories are not encoded natively`,
    );
  return stackTable(x.columns, x.rows).data;
}

function withHoles(x: Extract<Matrix, { kind: "sparse" }>): Float32Array {
  const data = new Float32Array(x.rows * x.cols).fill(Number.NaN);
  for (let row = 0; row < x.rows; row++) {
    for (let k = x.indptr[row]!; k < x.indptr[row + 1]!; k++) data[row * x.cols + x.indices[k]!] = x.data[k]!;
  }
  return data;
}
