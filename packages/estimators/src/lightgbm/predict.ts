import { CATEGORICAL, MISSING_LEFT } from "../core/trees.ts";
import { badInput } from "../error.ts";
import { type Booster, NAN_MISSING, ZERO_MISSING } from "./read.ts";

/** Rows are walked through all trees in blocks, so that they stay in cache. */
const BLOCK = 256;

/**
 * Predictions of rows, `booster.groups` each, in float64: trees added in order, then averaged or converted.
 * @param data row-major, `booster.features` columns, what is nearer to 0 than 1e-35 being 0
 * @param iterations how many count; undefined for all
 */
export function predictions(
  booster: Booster,
  data: Float64Array,
  iterations: number | undefined,
): Float64Array {
  const { groups, features, trees } = booster;
  const rows = data.length / features;
  const out = new Float64Array(rows * groups);
  const all = trees.roots.length / groups;
  const used = iterations === undefined ? all : Math.min(iterations, all);
  for (let start = 0; start < rows; start += BLOCK) {
    const end = Math.min(rows, start + BLOCK);
    for (let t = 0; t < used * groups; t++) {
      const root = trees.roots[t]!;
      const group = t % groups;
      for (let row = start; row < end; row++)
        out[row * groups + group]! += trees.values[leafOf(booster, root, data, row * features)]!;
    }
  }
  if (booster.average && used > 0) for (let i = 0; i < out.length; i++) out[i] = out[i]! / used;
  booster.objective.convert(out, groups);
  return out;
}

/** `Tree::GetLeaf` with `NumericalDecision` and `CategoricalDecision`. */
function leafOf(booster: Booster, root: number, data: Float64Array, offset: number): number {
  const { links, thresholds, flags } = booster.trees;
  let node = root;
  for (;;) {
    const feature = links[2 * node]!;
    if (feature < 0) return links[2 * node + 1]!;
    const v = data[offset + feature]!;
    const flag = flags[node]!;
    const left =
      (flag & CATEGORICAL) === 0
        ? numericLeft(v, flag, thresholds[node]!)
        : categoryLeft(booster, v, flag, thresholds[node]!);
    node = left ? node + 1 : links[2 * node + 1]!;
  }
}

function numericLeft(value: number, flag: number, threshold: number): boolean {
  const nan = value !== value;
  const v = nan && (flag & NAN_MISSING) === 0 ? 0 : value;
  const missing = (flag & ZERO_MISSING) === 0 ? v !== v : v === 0;
  return missing ? (flag & MISSING_LEFT) !== 0 : v <= threshold;
}

function categoryLeft(booster: Booster, v: number, flag: number, set: number): boolean {
  if (v !== v) {
    // Before LightGBM 4 some releases read it as category 0 here: which one will answer is not in the model.
    if (booster.format < 4 && (flag & NAN_MISSING) === 0)
      throw badInput("a categorical feature is missing, which LightGBM's releases before 4 do not agree on");
    return false;
  }
  const words = booster.sets[set]!;
  if (v >= 2 ** 31 || v < 0) return false;
  const category = Math.trunc(v);
  return category >>> 5 < words.length && ((words[category >>> 5]! >>> (category & 31)) & 1) === 1;
}
