import { badInput } from "../error.ts";
import type { Points } from "../read/points.ts";
import { type Dense, denseOf, densify, type Floats, type Sparse } from "./matrix.ts";

/** Sum of squared differences of two rows. */
export function squaredDistance(a: Floats, ai: number, b: Floats, bi: number, cols: number): number {
  let sum = 0;
  for (let i = 0; i < cols; i++) {
    const d = a[ai + i]! - b[bi + i]!;
    sum += d * d;
  }
  return sum;
}

export function dotProduct(a: Floats, ai: number, b: Floats, bi: number, cols: number): number {
  let sum = 0;
  for (let i = 0; i < cols; i++) sum += a[ai + i]! * b[bi + i]!;
  return sum;
}

export function squaredNorms(data: Floats, rows: number, cols: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) =>
    dotProduct(data, row * cols, data, row * cols, cols),
  );
}

/**
 * How far the library's `|x|² + |y|² - 2 x·y` may be from the squared distance: it rounds to the size of the norms, in
 * an order that depends on the machine's linear algebra.
 */
export function expansionError(cols: number, normX: number, normY: number): number {
  return (Math.min(cols, 64) + 4) * Number.EPSILON * (normX + normY);
}

/** An answer that rounding decides is not given: the library's own differs from machine to machine. */
export function undecided(what: string): Error {
  return badInput(
    `${what} depends on how this machine's linear algebra rounds: it is not evaluated natively for this input`,
  );
}

/** The input as float64 rows: sparse made dense, float32 widened, as the library computes with a model in float64. */
export function asPoints(x: Dense | Sparse): Points {
  const dense = x.kind === "sparse" ? densify(x) : x;
  return {
    data: dense.data instanceof Float64Array ? dense.data : Float64Array.from(dense.data),
    rows: dense.rows,
    cols: dense.cols,
    dtype: x.dtype,
    sparse: x.kind === "sparse",
  };
}

/** Largest power of two by which products are scaled to find them whole. */
const MAX_SHIFT = 26;

/**
 * Whether every product and sum of such numbers is exact in float64, so that no order of summation rounds: all are
 * multiples of one power of two and small enough. Integers and short binary fractions are.
 */
export function isExact(cols: number, ...parts: readonly Floats[]): boolean {
  let shift = 0;
  let largest = 0;
  for (const data of parts) {
    for (const v of data) {
      if (!Number.isFinite(v)) return false;
      largest = Math.max(largest, Math.abs(v));
      while (!Number.isInteger(v * 2 ** shift)) if (++shift > MAX_SHIFT) return false;
    }
  }
  return 4 * cols * (largest * 2 ** shift) ** 2 < 2 ** 53;
}

/** Euclidean distances to each of some centres, for classes that expand the square. */
export function expandedDistances(x: Points, centers: Points, what: string): Dense {
  const { cols } = centers;
  const exact = isExact(cols, x.data, centers.data);
  const norms = squaredNorms(centers.data, centers.rows, cols);
  const out = new Float64Array(x.rows * centers.rows);
  for (let row = 0, at = 0; row < x.rows; row++) {
    const norm = dotProduct(x.data, row * cols, x.data, row * cols, cols);
    for (let k = 0; k < centers.rows; k++) {
      const d = squaredDistance(x.data, row * cols, centers.data, k * cols, cols);
      if (!exact && !(expansionError(4, norm, norms[k]!) < ENOUGH * d)) throw undecided(what);
      out[at++] = Math.sqrt(d);
    }
  }
  return denseOf(out, x.rows, centers.rows);
}

/** Relative error of a squared distance that still gives nine digits of the distance. */
const ENOUGH = 1e-9;
