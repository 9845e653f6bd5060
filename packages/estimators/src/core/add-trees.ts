import { surelyFinite } from "./check.ts";
import { type MissingRight, type PackedTrees, packTrees, type Rows } from "./packed-trees.ts";
import { MISSING_LEFT, type Trees } from "./trees.ts";

/** The leaf that one row reaches, as a row number of `values`. */
export function leafOf(
  trees: Trees,
  root: number,
  data: Float32Array | Float64Array,
  offset: number,
): number {
  const { links, thresholds, flags } = trees;
  let node = root;
  for (;;) {
    const feature = links[2 * node]!;
    if (feature < 0) return links[2 * node + 1]!;
    const v = data[offset + feature]!;
    if (v <= thresholds[node]!) node++;
    else if (v !== v && flags[node] === MISSING_LEFT) node++;
    else node = links[2 * node + 1]!;
  }
}

/** From so many rows on trees are packed for the kernels: below, that costs more than it saves. */
export const MANY = 64;

export interface Into {
  readonly scale: number;
  readonly stride: number;
  readonly offset: number;
}

/**
 * `out[row * stride + offset + k] += scale * value[k]` for every tree in order.
 * @param rows `cols` columns, as `treeRows` gives them, or of the precision that the trees read
 */
export function addTrees(trees: Trees, rows: Rows, cols: number, out: Float64Array, into: Into): void {
  const { data, notFinite } = rows;
  const size = data instanceof Float32Array || notFinite !== undefined ? 4 : 8;
  const packed = data.length < MANY * cols ? undefined : packedFor(trees, size, cols);
  if (packed === undefined) addOneByOne(trees, plainRows(rows), cols, out, into);
  else
    packed.walk(rows, trees.roots.length, (_tree, leaves, start, here) =>
      addLeaves(trees, leaves, here, out, { ...into, offset: into.offset + start * into.stride }),
    );
}

/** Rows as the plain walk reads them: rounded, and checked whole. */
function plainRows({ data, notFinite }: Rows): Float32Array | Float64Array {
  if (notFinite === undefined) return data;
  const rounded = new Float32Array(data);
  if (!surelyFinite(rounded)) notFinite();
  return rounded;
}

const packs = new WeakMap<Trees, Map<number, PackedTrees | undefined>>();

/** Trees packed for rows of this precision; packed once. */
export function packedFor(
  trees: Trees,
  size: 4 | 8,
  cols: number,
  goesRight?: MissingRight,
): PackedTrees | undefined {
  let known = packs.get(trees);
  if (known === undefined) packs.set(trees, (known = new Map()));
  if (!known.has(size)) known.set(size, packTrees(trees, cols, size, goesRight));
  return known.get(size);
}

function addLeaves(trees: Trees, leaves: Int32Array, rows: number, out: Float64Array, into: Into): void {
  const { values, width } = trees;
  const { scale, stride, offset } = into;
  if (width === 1) {
    for (let row = 0, to = offset; row < rows; row++, to += stride) out[to]! += scale * values[leaves[row]!]!;
    return;
  }
  for (let row = 0; row < rows; row++) {
    const from = leaves[row]! * width;
    const to = row * stride + offset;
    for (let k = 0; k < width; k++) out[to + k]! += scale * values[from + k]!;
  }
}

/** The plain walk: row by row, each down all trees. The kernels must answer the same to the last bit. */
export function addOneByOne(
  trees: Trees,
  data: Float32Array | Float64Array,
  cols: number,
  out: Float64Array,
  { scale, stride, offset }: Into,
): void {
  const { roots, values, width } = trees;
  const rows = data.length / cols;
  for (let row = 0; row < rows; row++) {
    const to = row * stride + offset;
    for (let t = 0; t < roots.length; t++) {
      const leaf = leafOf(trees, roots[t]!, data, row * cols) * width;
      for (let k = 0; k < width; k++) out[to + k]! += scale * values[leaf + k]!;
    }
  }
}
