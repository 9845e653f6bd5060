import { leafOf, packedFor } from "../core/add-trees.ts";
import { CATEGORICAL, MISSING_LEFT, type Trees } from "../core/trees.ts";
import type { Booster, LinearBody, TreeBody } from "./read.ts";

/** How many iterations count; undefined for all. */
export type Iterations = number | undefined;

/**
 * Margins of rows, `groups` each: the bias, then every tree in order, in float32 as the CPU predictor adds them.
 * @param data row-major float32, `booster.features` columns, missing values as not-a-number
 */
export function margins(booster: Booster, data: Float32Array, iterations: Iterations): Float32Array {
  const { groups, base, body } = booster;
  const rows = data.length / booster.features;
  const out = new Float32Array(rows * groups);
  if (body.kind === "linear") {
    addLinear(body, data, booster, out);
    return out;
  }
  for (let i = 0; i < out.length; i++) out[i] = base[i % groups]!;
  addBoosted(body, data, booster, out, iterations);
  return out;
}

/** From so many rows on trees without categories go through the kernels. */
const MANY = 32;

function addBoosted(
  body: TreeBody,
  data: Float32Array,
  { features, groups }: Booster,
  out: Float32Array,
  iterations: Iterations,
): void {
  const last = body.iterations.length - 1;
  const count = body.iterations[iterations === undefined ? last : Math.min(iterations, last)]!;
  const rows = out.length / groups;
  const { trees } = body;
  const packed = rows < MANY || body.sets.length > 0 ? undefined : packedFor(trees, 4, features);
  if (packed === undefined) addOneByOne(body, count, data, features, out, groups);
  else
    packed.walk({ data }, count, (tree, leaves, start, here) =>
      addLeaves(body, tree, leaves, here, out, start * groups + body.group[tree]!, groups),
    );
}

function addLeaves(
  { trees, weights }: TreeBody,
  tree: number,
  leaves: Int32Array,
  rows: number,
  out: Float32Array,
  offset: number,
  stride: number,
): void {
  const { values } = trees;
  const weight = weights?.[tree];
  if (weight === undefined)
    for (let row = 0, to = offset; row < rows; row++, to += stride)
      out[to] = out[to]! + values[leaves[row]!]!;
  else
    for (let row = 0, to = offset; row < rows; row++, to += stride)
      out[to] = out[to]! + Math.fround(values[leaves[row]!]! * weight);
}

/** The plain walk: row by row, each down all trees. */
function addOneByOne(
  body: TreeBody,
  count: number,
  data: Float32Array,
  features: number,
  out: Float32Array,
  groups: number,
): void {
  const { trees, weights } = body;
  const walk = body.sets.length > 0 ? categoricalLeaf(body) : leafOf;
  for (let row = 0; row < out.length / groups; row++) {
    for (let t = 0; t < count; t++) {
      const value = trees.values[walk(trees, trees.roots[t]!, data, row * features)]!;
      const to = row * groups + body.group[t]!;
      out[to] = out[to]! + (weights === undefined ? value : Math.fround(value * weights[t]!));
    }
  }
}

const MAX_CATEGORY = 2 ** 24;

/** `GetNextNode` with categories: those of the set go right, all others and impossible ones left. */
function categoricalLeaf(body: TreeBody): typeof leafOf {
  const { sets } = body;
  return (trees: Trees, root, data, offset) => {
    const { links, thresholds, flags } = trees;
    let node = root;
    for (;;) {
      const feature = links[2 * node]!;
      if (feature < 0) return links[2 * node + 1]!;
      const v = data[offset + feature]!;
      const flag = flags[node]!;
      let left: boolean;
      if (v !== v) left = (flag & MISSING_LEFT) !== 0;
      else if ((flag & CATEGORICAL) === 0) left = v <= thresholds[node]!;
      else left = v < 0 || v >= MAX_CATEGORY || sets[thresholds[node]!]?.has(Math.trunc(v)) !== true;
      node = left ? node + 1 : links[2 * node + 1]!;
    }
  };
}

/** gblinear: the bias and the global one, then each feature that is there. */
function addLinear(
  { weights }: LinearBody,
  data: Float32Array,
  { features, groups, base }: Booster,
  out: Float32Array,
): void {
  for (let row = 0, to = 0; to < out.length; row++) {
    for (let k = 0; k < groups; k++, to++) {
      let sum = Math.fround(weights[features * groups + k]! + base[k]!);
      for (let i = 0; i < features; i++) {
        const v = data[row * features + i]!;
        if (v === v) sum = Math.fround(sum + Math.fround(v * weights[i * groups + k]!));
      }
      out[to] = sum;
    }
  }
}
