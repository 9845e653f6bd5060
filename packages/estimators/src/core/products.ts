import { undecided } from "./distances.ts";
import { type Dense, denseOf, type Floats } from "./matrix.ts";

/** `x @ b` with `b` of `x.cols × cols`, in float64. */
export function matmul(x: Dense, b: Floats, cols: number): Dense {
  const out = new Float64Array(x.rows * cols);
  for (let row = 0; row < x.rows; row++) {
    for (let i = 0; i < x.cols; i++) {
      const v = x.data[row * x.cols + i]!;
      if (v === 0) continue;
      for (let j = 0; j < cols; j++) out[row * cols + j]! += v * b[i * cols + j]!;
    }
  }
  return denseOf(out, x.rows, cols);
}

/** The transpose of a row-major matrix. */
export function transposed(data: Floats, rows: number, cols: number): Float64Array {
  const out = new Float64Array(data.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) out[j * rows + i] = data[i * cols + j]!;
  return out;
}

/**
 * Terms may be so much larger than their sum: more leaves less than nine digits of it, which are the machine's alone.
 * Each term was rounded a few times before.
 */
const MOST_CANCELLATION = 1e-9 / (32 * Number.EPSILON);

/**
 * `x @ b`, where terms cancel little enough that every order of summation gives the same nine digits.
 * @param sizes how large the numbers were of which each number of `x` is made, when they are not its own size
 * @throws {EstimatorError} `bad-input` where they cancel more
 */
export function certainProduct(
  x: Dense,
  b: Floats,
  cols: number,
  what: string,
  sizes: Floats = x.data,
): Dense {
  const out = matmul(x, b, cols);
  let largest = 0;
  for (const v of out.data) if (Number.isFinite(v)) largest = Math.max(largest, Math.abs(v));
  const total = new Float64Array(cols);
  for (let row = 0; row < x.rows; row++) {
    total.fill(0);
    for (let i = 0; i < x.cols; i++) {
      const size = Math.abs(sizes[row * x.cols + i]!);
      for (let j = 0; j < cols; j++) total[j]! += size * Math.abs(b[i * cols + j]!);
    }
    for (let j = 0; j < cols; j++) {
      const enough = Math.max(Math.abs(out.data[row * cols + j]!), largest * 1e-3);
      if (total[j]! > MOST_CANCELLATION * enough) throw undecided(what);
    }
  }
  return out;
}
