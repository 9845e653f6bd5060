import { packedFor } from "../core/add-trees.ts";
import { CATEGORICAL, MISSING_LEFT } from "../core/trees.ts";
import { badInput } from "../error.ts";
import { type Booster, NAN_MISSING, ZERO_MISSING } from "./read.ts";

/** From so many rows on trees go through the kernels, if they ask neither for categories nor whether a value is zero. */
const MANY = 32;

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
  const packed =
    rows < MANY || !isPlain(booster) ? undefined : packedFor(trees, 8, features, missingGoesRight);
  if (packed === undefined) addOneByOne(booster, used * groups, data, out);
  else
    packed.walk({ data }, used * groups, (tree, leaves, start, here) => {
      const { values } = trees;
      for (let row = 0, to = start * groups + (tree % groups); row < here; row++, to += groups)
        out[to]! += values[leaves[row]!]!;
    });
  if (booster.average && used > 0) for (let i = 0; i < out.length; i++) out[i] = out[i]! / used;
  booster.objective.convert(out, groups);
  return out;
}

const plain = new WeakMap<Booster, boolean>();

/** Whether a value and its being missing tell a split all that it asks. */
function isPlain(booster: Booster): boolean {
  let known = plain.get(booster);
  if (known === undefined) {
    known = booster.trees.flags.every((flag) => (flag & (CATEGORICAL | ZERO_MISSING)) === 0);
    plain.set(booster, known);
  }
  return known;
}

/** Where not-a-number is no missing value it counts as 0: `numericLeft` of not-a-number, which a split knows beforehand. */
function missingGoesRight(flag: number, threshold: number): boolean {
  return !numericLeft(Number.NaN, flag, threshold);
}

/** The plain walk: row by row, each down all trees. */
function addOneByOne(booster: Booster, count: number, data: Float64Array, out: Float64Array): void {
  const { groups, features, trees } = booster;
  for (let row = 0; row < out.length / groups; row++) {
    for (let t = 0; t < count; t++)
      out[row * groups + (t % groups)]! +=
        trees.values[leafOf(booster, trees.roots[t]!, data, row * features)]!;
  }
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
