import { type Dense, denseOf } from "../core/matrix.ts";
import type { State } from "./state.ts";

/** Kernel values of each row of `x` with each of some vectors, row-major. */
export type Kernel = (x: Dense, vectors: Float64Array) => Dense;

/** The kernel of a support vector machine over `cols` columns. */
export function readKernel(state: State, cols: number): Kernel {
  const name = state.oneOf("kernel", ["linear", "poly", "rbf", "sigmoid"]);
  const gamma = state.has("_gamma") ? state.number("_gamma") : Number.NaN;
  const coef0 = state.number("coef0");
  const degree = state.number("degree");
  switch (name) {
    case "linear":
      return pairs(cols, dot, (v) => v);
    case "poly":
      return pairs(cols, dot, (v) => (gamma * v + coef0) ** degree);
    case "sigmoid":
      return pairs(cols, dot, (v) => Math.tanh(gamma * v + coef0));
    case "rbf":
    default:
      return pairs(cols, squaredDistance, (v) => Math.exp(-gamma * v));
  }
}

type Pair = (a: Dense["data"], ai: number, b: Float64Array, bi: number, cols: number) => number;

function pairs(cols: number, pair: Pair, f: (v: number) => number): Kernel {
  return (x, vectors) => {
    const count = vectors.length / cols;
    const out = new Float64Array(x.rows * count);
    for (let row = 0; row < x.rows; row++) {
      for (let i = 0; i < count; i++)
        out[row * count + i] = f(pair(x.data, row * cols, vectors, i * cols, cols));
    }
    return denseOf(out, x.rows, count);
  };
}

function dot(a: Dense["data"], ai: number, b: Float64Array, bi: number, cols: number): number {
  let sum = 0;
  for (let i = 0; i < cols; i++) sum += a[ai + i]! * b[bi + i]!;
  return sum;
}

function squaredDistance(a: Dense["data"], ai: number, b: Float64Array, bi: number, cols: number): number {
  let sum = 0;
  for (let i = 0; i < cols; i++) {
    const d = a[ai + i]! - b[bi + i]!;
    sum += d * d;
  }
  return sum;
}
