import { badInput } from "../error.ts";
import type { Points } from "../read/points.ts";
import { dotProduct, expansionError, squaredDistance, squaredNorms, undecided } from "./distances.ts";
import { type Dense, denseOf } from "./matrix.ts";

/** Kernel values of each row of `x` with each row of `y`, in float64. */
export type GramKernel = (x: Points, y: Points) => Dense;

export interface KernelParameters {
  readonly gamma?: number;
  readonly degree?: number;
  readonly coef0?: number;
}

type Pair = (a: Float64Array, ai: number, b: Float64Array, bi: number, cols: number) => number;

/** `sklearn.metrics.pairwise.PAIRWISE_KERNEL_FUNCTIONS` by name. Without gamma it is 1 / columns, for chi2 it is 1. */
export function pairwiseKernel(
  name: string,
  { gamma, degree = 3, coef0 = 1 }: KernelParameters,
): GramKernel | undefined {
  const scale = (x: Points): number => gamma ?? 1 / x.cols;
  switch (name) {
    case "linear":
      return (x, y) => gram(x, y, dotProduct);
    case "poly":
    case "polynomial":
      return (x, y) => mapped(gram(x, y, dotProduct), (v) => (v * scale(x) + coef0) ** degree);
    case "sigmoid":
      return (x, y) => mapped(gram(x, y, dotProduct), (v) => Math.tanh(v * scale(x) + coef0));
    case "rbf":
      return (x, y) => gaussian(x, y, scale(x));
    case "laplacian":
      return (x, y) => mapped(gram(x, y, manhattan), (v) => Math.exp(-scale(x) * v));
    case "cosine":
      return (x, y) => gram(unitRows(x), unitRows(y), dotProduct);
    case "additive_chi2":
      return (x, y) => chiSquared(x, y);
    case "chi2":
      return (x, y) => mapped(chiSquared(x, y), (v) => Math.exp(v * (gamma ?? 1)));
    default:
      return undefined;
  }
}

export function gram(x: Points, y: Points, pair: Pair): Dense {
  const { cols } = y;
  const out = new Float64Array(x.rows * y.rows);
  for (let row = 0, at = 0; row < x.rows; row++) {
    for (let i = 0; i < y.rows; i++) out[at++] = pair(x.data, row * cols, y.data, i * cols, cols);
  }
  return denseOf(out, x.rows, y.rows);
}

export function mapped(x: Dense, f: (v: number) => number): Dense {
  for (let i = 0; i < x.data.length; i++) x.data[i] = f(x.data[i]!);
  return x;
}

/** What a kernel's values may be wrong by before an answer made of them is not the library's. */
const ENOUGH = 1e-10;
const MAX_NORM = 1e300;

/**
 * `exp(-gamma d²)`. The library expands the square, which rounds to the size of the norms: where that shows in the
 * kernel, its answer is its machine's alone.
 */
function gaussian(x: Points, y: Points, gamma: number): Dense {
  const k = mapped(gram(x, y, squaredDistance), (v) => Math.exp(-gamma * v));
  const normsX = squaredNorms(x.data, x.rows, x.cols);
  const normsY = squaredNorms(y.data, y.rows, y.cols);
  for (let row = 0; row < x.rows; row++) {
    let total = 0;
    let error = 0;
    for (let i = 0; i < y.rows; i++) {
      const v = k.data[row * y.rows + i]!;
      total += v;
      error += v * Math.min(1, Math.abs(gamma) * expansionError(4, normsX[row]!, normsY[i]!));
    }
    // Norms that overflow make not-a-number of the library's expansion.
    if (!(error <= ENOUGH * total) || !(normsX[row]! < MAX_NORM))
      throw undecided("The kernel rbf of values so large or near to each other");
  }
  return k;
}

export function manhattan(a: Float64Array, ai: number, b: Float64Array, bi: number, cols: number): number {
  let sum = 0;
  for (let i = 0; i < cols; i++) sum += Math.abs(a[ai + i]! - b[bi + i]!);
  return sum;
}

function unitRows(x: Points): Points {
  const data = x.data.slice();
  for (let row = 0; row < x.rows; row++) {
    const at = row * x.cols;
    const norm = Math.sqrt(dotProduct(data, at, data, at, x.cols));
    if (norm > 0) for (let i = at; i < at + x.cols; i++) data[i] = data[i]! / norm;
  }
  return { ...x, data };
}

function chiSquared(x: Points, y: Points): Dense {
  if (x.sparse || y.sparse) throw badInput("additive_chi2 does not support sparse matrices.");
  if (x.data.some((v) => v < 0)) throw badInput("X contains negative values.");
  return gram(x, y, (a, ai, b, bi, cols) => {
    let sum = 0;
    for (let i = 0; i < cols; i++) {
      const difference = a[ai + i]! - b[bi + i]!;
      const total = a[ai + i]! + b[bi + i]!;
      if (total !== 0) sum += (difference * difference) / total;
    }
    return -sum;
  });
}
