import { badInput } from "../error.ts";
import { checkFeatures, checkNumeric, toFloating } from "../core/check.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { lastAtMost } from "../core/interpolate.ts";
import { type Dense, denseOf, floatsFor, type Matrix, type Sparse } from "../core/matrix.ts";
import { normalQuantile } from "../core/normal.ts";
import { transformer } from "../core/transformer.ts";
import type { State } from "../read/state.ts";

/** Ranks among the training data's quantiles (sklearn.preprocessing._data.QuantileTransformer). */
export const entry: Entry = {
  classes: ["sklearn.preprocessing._data.QuantileTransformer"],
  build(state: State): Evaluator {
    const columns = readColumns(state);
    const features = { ...featuresOf(state), count: columns.length };
    const normal = state.oneOf("output_distribution", ["uniform", "normal"]) === "normal";
    const negatives = state.bool("ignore_implicit_zeros");
    return transformer(state, features, (x): Matrix => {
      checkFeatures(x, features);
      const numeric = toFloating(checkNumeric(x, features.className, { sparse: true, nan: true }));
      const single = numeric.dtype === "float32";
      const at = (v: number, col: number): number => rank(columns[col]!, v, normal, single);
      if (numeric.kind === "dense") return mapDense(numeric, at);
      if (!negatives && numeric.data.some((v) => v < 0))
        throw badInput("QuantileTransformer only accepts non-negative sparse matrices.");
      return mapSparse(numeric, at);
    });
  },
};

interface Quantiles {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly minusX: Float64Array;
  readonly minusY: Float64Array;
}

function readColumns(state: State): Quantiles[] {
  const { data, shape } = state.array("quantiles_", 2);
  const [count, cols] = shape;
  const y = state.vector("references_", count);
  if (count === undefined || cols === undefined || count < 1 || cols < 1)
    throw state.malformed("quantiles_", "is empty");
  return Array.from({ length: cols }, (_, col) => {
    const x = Float64Array.from({ length: count }, (_unused, i) => data[i * cols + col]!);
    // A column of nothing but NaN has no ranks; interpolation needs an order.
    if (x.some((v, i) => i > 0 && v < x[i - 1]!)) throw state.malformed("quantiles_", "do not increase");
    const minusX = x.map((_v, i) => -x[count - 1 - i]!);
    const minusY = y.map((_v, i) => -y[count - 1 - i]!);
    return { x, y, minusX, minusY };
  });
}

/** `numpy.interp` at one point. */
function interp(v: number, x: Float64Array, y: Float64Array): number {
  const last = x.length - 1;
  if (v > x[last]!) return y[last]!;
  if (v < x[0]!) return y[0]!;
  const j = lastAtMost(x, v);
  if (j >= last) return y[last]!;
  if (j < 0) return Number.NaN;
  if (x[j] === v) return y[j]!;
  const slope = (y[j + 1]! - y[j]!) / (x[j + 1]! - x[j]!);
  const left = slope * (v - x[j]!) + y[j]!;
  if (!Number.isNaN(left)) return left;
  const right = slope * (v - x[j + 1]!) + y[j + 1]!;
  return Number.isNaN(right) && y[j] === y[j + 1] ? y[j]! : right;
}

const BOUNDS_THRESHOLD = 1e-7;
const CLIP = BOUNDS_THRESHOLD - Number.EPSILON;
const CLIP_LOW = normalQuantile(CLIP);
const CLIP_HIGH = normalQuantile(1 - CLIP);

function rank(q: Quantiles, v: number, normal: boolean, single: boolean): number {
  if (Number.isNaN(v)) return v;
  const middle = 0.5 * (interp(v, q.x, q.y) - interp(-v, q.minusX, q.minusY));
  const p = atBound(q, v, normal, single) ?? (single ? Math.fround(middle) : middle);
  if (!normal) return p;
  return Math.min(Math.max(normalQuantile(p), CLIP_LOW), CLIP_HIGH);
}

/** 0 or 1 at or beyond the first or last quantile; for a normal distribution with some tolerance. */
function atBound(q: Quantiles, v: number, normal: boolean, single: boolean): number | undefined {
  const wide = bound(v, q.x[0]!, q.x.at(-1)!, normal ? BOUNDS_THRESHOLD : 0, (n) => n);
  if (!single) return wide;
  // In single precision NumPy 1 rounds the quantile, NumPy 2 widens the value: where that decides, nobody can tell.
  const narrow = bound(
    v,
    Math.fround(q.x[0]!),
    Math.fround(q.x.at(-1)!),
    normal ? BOUNDS_THRESHOLD : 0,
    Math.fround,
  );
  const mixed = bound(v, q.x[0]!, q.x.at(-1)!, normal ? BOUNDS_THRESHOLD : 0, Math.fround);
  if (narrow !== mixed)
    throw badInput(
      `QuantileTransformer: ${v} in single precision lies on a bound, where NumPy's releases differ: pass float64`,
    );
  return mixed;
}

function bound(
  v: number,
  low: number,
  high: number,
  threshold: number,
  round: (n: number) => number,
): number | undefined {
  if (threshold === 0) return v === low ? 0 : v === high ? 1 : undefined;
  const t = round(threshold);
  if (round(v - t) < low) return 0;
  return round(v + t) > high ? 1 : undefined;
}

function mapDense(x: Dense, f: (v: number, col: number) => number): Dense {
  const data = floatsFor(x.dtype, x.data.length);
  for (let i = 0; i < data.length; i++) data[i] = f(x.data[i]!, i % x.cols);
  return denseOf(data, x.rows, x.cols);
}

/** The stored values only: a zero that is not stored stays one. */
function mapSparse(x: Sparse, f: (v: number, col: number) => number): Sparse {
  const data = floatsFor(x.dtype, x.data.length);
  for (let k = 0; k < data.length; k++) data[k] = f(x.data[k]!, x.indices[k]!);
  return { ...x, data };
}
