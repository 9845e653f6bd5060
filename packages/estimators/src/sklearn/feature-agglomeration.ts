import { checkFeatures, checkNumeric } from "../core/check.ts";
import { type Entry, type Evaluator, featureCount, featuresOf } from "../core/evaluator.ts";
import { type Dense, denseOf, floatsFor, type Matrix } from "../core/matrix.ts";
import { transformer } from "../core/transformer.ts";
import type { State } from "../read/state.ts";

type Pooling = (values: Float64Array) => number;

const POOLING: ReadonlyMap<string, Pooling> = new Map<string, Pooling>([
  ["amax", (values) => values.reduce((a, b) => Math.max(a, b))],
  ["max", (values) => values.reduce((a, b) => Math.max(a, b))],
  ["amin", (values) => values.reduce((a, b) => Math.min(a, b))],
  ["min", (values) => values.reduce((a, b) => Math.min(a, b))],
  ["median", median],
]);

/** Columns pooled by cluster (sklearn.cluster._agglomerative.FeatureAgglomeration). */
export const entry: Entry = {
  classes: ["sklearn.cluster._agglomerative.FeatureAgglomeration"],
  build(state: State): Evaluator {
    const cols = featureCount(state);
    const features = featuresOf(state);
    const groups = readGroups(state, cols);
    const value = state.value("pooling_func");
    const name = value.kind === "global" && value.module === "numpy" ? value.name : "";
    const pool = POOLING.get(name);
    if (pool === undefined && name !== "mean")
      throw state.unsupported("pooling_func", "is none of numpy's mean, median, max and min");
    return transformer(state, features, (x: Matrix): Dense => {
      checkFeatures(x, features);
      const numeric = checkNumeric(x, features.className);
      // Means are sums in float64 divided by counts; all else keeps the input's type.
      return pool === undefined
        ? pooled({ ...numeric, dtype: "float64" }, groups, mean)
        : pooled(
            name === "median" && numeric.dtype !== "float32" ? { ...numeric, dtype: "float64" } : numeric,
            groups,
            pool,
          );
    });
  },
};

/** Columns of each cluster; clusters are numbered without gaps. */
function readGroups(state: State, cols: number): number[][] {
  const labels = state.vector("labels_", cols);
  const groups: number[][] = [];
  labels.forEach((label, col) => {
    if (!Number.isInteger(label) || label < 0 || label >= cols)
      throw state.malformed(`labels_[${col}]`, `is ${label}, which is no cluster`);
    (groups[label] ??= []).push(col);
  });
  for (let label = 0; label < groups.length; label++)
    if (groups[label] === undefined) throw state.malformed("labels_", `leave out cluster ${label}`);
  return groups;
}

function pooled(x: Dense, groups: readonly (readonly number[])[], pool: Pooling): Dense {
  const out = floatsFor(x.dtype, x.rows * groups.length);
  groups.forEach((columns, g) => {
    const values = new Float64Array(columns.length);
    for (let row = 0; row < x.rows; row++) {
      columns.forEach((col, i) => (values[i] = x.data[row * x.cols + col]!));
      out[row * groups.length + g] = pool(values);
    }
  });
  return denseOf(out, x.rows, groups.length, x.dtype);
}

function mean(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

function median(values: Float64Array): number {
  const sorted = values.toSorted();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
