import { addTrees } from "./add-trees.ts";
import { CATEGORICAL, MISSING_LEFT, type Trees } from "./trees.ts";

/** Trees of which some splits ask whether a category is in a set of 256 bits, held as eight words of 32. */
export interface HistTrees {
  readonly trees: Trees;
  /** Whether any split is categorical. */
  readonly categorical: boolean;
  /** The categories that go left: rows of eight words, numbered by the splits' thresholds. */
  readonly left: Uint32Array;
  /** Categories seen at fit, eight words for each feature that is categorical. */
  readonly known: ReadonlyMap<number, Uint32Array>;
}

/** The category as scikit-learn's C code casts it to an unsigned byte (x86-64: what does not fit an int becomes 0). */
function byteOf(value: number): number {
  return value < 2 ** 31 ? Math.trunc(value) & 0xff : 0;
}

function hasBit(words: Uint32Array, row: number, bit: number): boolean {
  return ((words[row * 8 + (bit >>> 5)]! >>> (bit & 31)) & 1) === 1;
}

/** `_predict_one_from_raw_data`: the leaf that one row of float64 reaches. */
function leafOf(model: HistTrees, root: number, data: Float64Array, offset: number): number {
  const { links, thresholds, flags } = model.trees;
  let node = root;
  for (;;) {
    const feature = links[2 * node]!;
    if (feature < 0) return links[2 * node + 1]!;
    const v = data[offset + feature]!;
    const flag = flags[node]!;
    let left: boolean;
    if (v !== v) left = (flag & MISSING_LEFT) !== 0;
    else if ((flag & CATEGORICAL) === 0) left = v <= thresholds[node]!;
    else left = categoryGoesLeft(model, thresholds[node]!, feature, v, (flag & MISSING_LEFT) !== 0);
    node = left ? node + 1 : links[2 * node + 1]!;
  }
}

/** An unknown or negative category goes where missing values go. */
function categoryGoesLeft(
  model: HistTrees,
  set: number,
  feature: number,
  v: number,
  missingLeft: boolean,
): boolean {
  if (v < 0) return missingLeft;
  const bit = byteOf(v);
  if (hasBit(model.left, set, bit)) return true;
  const known = model.known.get(feature);
  return known !== undefined && hasBit(known, 0, bit) ? false : missingLeft;
}

/** Adds every tree's value of every row to one column of `out`. */
export function addHistTrees(
  model: HistTrees,
  data: Float64Array,
  cols: number,
  out: Float64Array,
  into: { readonly column: number; readonly stride: number },
): void {
  const { column, stride } = into;
  const { trees } = model;
  if (!model.categorical) {
    addTrees(trees, { data }, cols, out, { scale: 1, stride, offset: column });
    return;
  }
  const rows = out.length / stride;
  for (const root of trees.roots) {
    for (let row = 0; row < rows; row++) {
      out[row * stride + column]! += trees.values[leafOf(model, root, data, row * cols)]!;
    }
  }
}
