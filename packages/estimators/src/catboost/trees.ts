import { malformed } from "../error.ts";

/** A column of numbers. */
export interface FloatFeature {
  /** Its place among the columns of the input. */
  readonly column: number;
  readonly name: string | undefined;
  /** What comparisons with a not-a-number answer: it is below or above every border. */
  readonly nan: "as-is" | "below" | "above";
}

/** A question: is the value of a feature (its number in the list) greater than the border, in float32? */
export interface Split {
  readonly feature: number;
  readonly border: number;
}

/** Node `i` asks `splits[i]` and goes on at `next[2 * i + answer]`; below zero it ends at leaf `~next`. */
export interface Tree {
  readonly splits: readonly Split[];
  readonly next: Int32Array | undefined;
  /** One value for each leaf and dimension, leaf by leaf. A tree without `next` is oblivious: answer `k` is bit `k`. */
  readonly values: Float64Array;
}

/** A CatBoost model of numeric features. */
export interface CatboostModel {
  readonly dimension: number;
  readonly features: readonly FloatFeature[];
  readonly trees: readonly Tree[];
  readonly scale: number;
  readonly bias: readonly number[];
  /** `loss_function.type`, and labels with their kind where it is a classifier. */
  readonly loss: string;
  readonly threshold: number | undefined;
  readonly labels: { readonly kind: string; readonly names: readonly unknown[] } | undefined;
}

const MAX_DEPTH = 64;

/** @throws {EstimatorError} `malformed` when a tree does not fit together */
export function obliviousTree(splits: readonly Split[], values: Float64Array, dimension: number): Tree {
  if (splits.length > 30 || values.length !== 2 ** splits.length * dimension)
    throw malformed(`a CatBoost tree of ${splits.length} splits has ${values.length} values`);
  return { splits, next: undefined, values };
}

/**
 * A tree whose nodes point onward only: so that every walk ends.
 * @throws {EstimatorError} `malformed`
 */
export function nodeTree(
  splits: readonly Split[],
  next: Int32Array,
  values: Float64Array,
  dimension: number,
): Tree {
  const leaves = values.length / dimension;
  for (const [at, to] of next.entries()) {
    if (to >= 0 ? to <= at >> 1 || to >= splits.length : ~to >= leaves)
      throw malformed("a CatBoost tree points outside itself");
  }
  return { splits, next, values };
}

/** Sums of all trees, scaled and with bias: rows × dimension, row-major. */
export function rawValues(model: CatboostModel, x: Float32Array, columns: number): Float64Array {
  const { dimension, trees, scale, bias } = model;
  const rows = columns === 0 ? 0 : x.length / columns;
  const out = new Float64Array(rows * dimension);
  for (const tree of trees) {
    for (let row = 0; row < rows; row++) {
      const leaf = leafOf(tree, model.features, x, row * columns) * dimension;
      for (let d = 0; d < dimension; d++) out[row * dimension + d]! += tree.values[leaf + d]!;
    }
  }
  for (let i = 0; i < out.length; i++) out[i] = out[i]! * scale + (bias[i % dimension] ?? 0);
  return out;
}

function leafOf(tree: Tree, features: readonly FloatFeature[], x: Float32Array, start: number): number {
  const { splits, next } = tree;
  if (next === undefined) {
    let leaf = 0;
    for (let k = 0; k < splits.length; k++) leaf |= answer(splits[k]!, features, x, start) << k;
    return leaf;
  }
  let node = 0;
  if (splits.length === 0) return 0;
  while (node >= 0) node = next[2 * node + answer(splits[node]!, features, x, start)]!;
  return ~node;
}

function answer(split: Split, features: readonly FloatFeature[], x: Float32Array, start: number): 0 | 1 {
  const feature = features[split.feature]!;
  const value = x[start + feature.column]!;
  if (value > split.border) return 1;
  return value !== value && feature.nan === "above" ? 1 : 0;
}

/** Guards against documents that nest without end. */
export function checkDepth(depth: number): void {
  if (depth > MAX_DEPTH) throw malformed(`a CatBoost tree is deeper than ${MAX_DEPTH}`);
}
