import { MISSING_LEFT, type Trees } from "./trees.ts";
import { kernelsOver } from "./wasm/instance.ts";
import { LANES, NODE } from "./wasm/tree-walk.ts";

/*
 * Trees as the kernels of core/wasm/tree-walk.ts read them. Each tree's nodes lie breadth first, siblings side by side,
 * sixteen bytes each; a leaf is its own left child, and no value is greater than its threshold. Rows lie in groups of
 * eight, each feature's eight values side by side.
 */

/** Larger models stay with the plain walk: the sum of eight node addresses must fit 32 bits. */
const MAX_NODE_BYTES = 2 ** 28;
/** Rows of one block take about this much, so that they and a tree stay in the nearest caches. */
const BLOCK_BYTES = 2 ** 16;
const MAX_GROUPS = 128;
/** Trees no deeper than this are stepped to the end without asking whether all rows have arrived. */
const EVEN_DEPTH = 8;

/** Whether not-a-number goes right at a node with these flags and this threshold. */
export type MissingRight = (flags: number, threshold: number) => boolean;

const missingRight: MissingRight = (flags) => flags !== MISSING_LEFT;

/** The leaves of `rows` rows from `start` on in one tree, as row numbers of `values`. */
export type Visit = (tree: number, leaves: Int32Array, start: number, rows: number) => void;

/** Where a tree lies, and how many steps its nearest leaf (`sure`) is away; `deeper` if others are further. */
interface Place {
  readonly root: number;
  readonly sure: number;
  readonly deeper: 0 | 1;
}

/** Rows, row-major. Trees of float32 read rows of float64 as float32. */
export interface Rows {
  readonly data: Float32Array | Float64Array;
  /** Asked once, before the rows that follow are walked, when a value is not finite in the trees' precision; may throw. */
  readonly notFinite?: () => void;
}

export interface PackedTrees {
  /** Walks rows down the first `trees` trees, block by block. */
  walk(rows: Rows, trees: number, visit: Visit): void;
}

/**
 * @param size bytes of a value: 4 for trees that read rows as float32, 8 for trees that read float64
 * @returns undefined for trees that are too large and where there is no memory for kernels: the plain walk answers the same
 */
export function packTrees(
  trees: Trees,
  cols: number,
  size: 4 | 8,
  goesRight: MissingRight = missingRight,
): PackedTrees | undefined {
  const nodes = trees.thresholds.length;
  const groupBytes = cols * LANES * size;
  const groups = Math.max(1, Math.min(MAX_GROUPS, Math.floor(BLOCK_BYTES / groupBytes)));
  const sides = nodes * NODE;
  const rowsAt = sides + align(size === 8 ? nodes * 4 : 0);
  const leavesAt = rowsAt + groups * groupBytes;
  if (sides > MAX_NODE_BYTES || leavesAt > 4 * MAX_NODE_BYTES) return undefined;
  const kernels = kernelsOver(leavesAt + groups * LANES * 4);
  if (kernels === undefined) return undefined;
  const { buffer, kernel } = kernels;
  const places = new Packer(trees, buffer, size, goesRight).pack();
  const leaves = new Int32Array(buffer, leavesAt, groups * LANES);
  const load = loader(buffer, rowsAt, groups * LANES, cols, size);
  const [plain, missing] = [kernel(`walk${8 * size}`), kernel(`walkMissing${8 * size}`)];
  return {
    walk({ data, notFinite }, count, visit) {
      let asked = notFinite === undefined;
      const total = data.length / cols;
      for (let start = 0; start < total; start += groups * LANES) {
        const here = Math.min(groups * LANES, total - start);
        const sum = load(data, start, here);
        if (!asked && !Number.isFinite(sum)) {
          notFinite?.();
          asked = true;
        }
        // No sum is a number when one of its terms is none.
        const run = sum === sum ? plain : missing;
        for (let t = 0; t < count; t++) {
          const { root, sure, deeper } = places[t]!;
          run(root, rowsAt, Math.ceil(here / LANES), groupBytes, leavesAt, sure, deeper, sides);
          visit(t, leaves, start, here);
        }
      }
    },
  };
}

const align = (bytes: number): number => Math.ceil(bytes / 16) * 16;

/** Copies rows into the kernels' memory; answers the sum of their values there. */
type Load = (data: Float32Array | Float64Array, start: number, rows: number) => number;

function loader(buffer: ArrayBuffer, at: number, rows: number, cols: number, size: 4 | 8): Load {
  if (size === 4) {
    const block = new Float32Array(buffer, at, rows * cols);
    return (data, start, count) =>
      data instanceof Float32Array
        ? load32(data, start, count, cols, block)
        : loadRounded(data, start, count, cols, block);
  }
  const block = new Float64Array(buffer, at, rows * cols);
  return (data, start, count) => {
    if (data instanceof Float32Array) throw new TypeError("these trees read float64");
    return load64(data, start, count, cols, block);
  };
}

/** Thrice the same, that each may see one type of array. Each row has a sum of its own, so that rows overlap. */
function load32(from: Float32Array, start: number, rows: number, cols: number, to: Float32Array): number {
  let total = 0;
  for (let row = 0, i = start * cols; row < rows; row++) {
    let sum = 0;
    let k = (row >>> 3) * cols * LANES + (row & 7);
    for (const end = i + cols; i < end; i++, k += LANES) {
      const v = from[i]!;
      to[k] = v;
      sum += v;
    }
    total += sum;
  }
  return total;
}

function loadRounded(
  from: Float64Array,
  start: number,
  rows: number,
  cols: number,
  to: Float32Array,
): number {
  let total = 0;
  for (let row = 0, i = start * cols; row < rows; row++) {
    let sum = 0;
    let k = (row >>> 3) * cols * LANES + (row & 7);
    for (const end = i + cols; i < end; i++, k += LANES) {
      const v = Math.fround(from[i]!);
      to[k] = v;
      sum += v;
    }
    total += sum;
  }
  return total;
}

function load64(from: Float64Array, start: number, rows: number, cols: number, to: Float64Array): number {
  let total = 0;
  for (let row = 0, i = start * cols; row < rows; row++) {
    let sum = 0;
    let k = (row >>> 3) * cols * LANES + (row & 7);
    for (const end = i + cols; i < end; i++, k += LANES) {
      const v = from[i]!;
      to[k] = v;
      sum += v;
    }
    total += sum;
  }
  return total;
}

/** Writes nodes: threshold, feature and left child as offsets, and `side` (the leaf's number, or where missing values go). */
class Packer {
  readonly #trees: Trees;
  readonly #words: Int32Array;
  readonly #floats: Float32Array;
  readonly #doubles: Float64Array;
  readonly #size: 4 | 8;
  readonly #goesRight: MissingRight;
  /** The source of each packed node. */
  readonly #order: Int32Array;
  #next = 0;

  constructor(trees: Trees, buffer: ArrayBuffer, size: 4 | 8, goesRight: MissingRight) {
    this.#trees = trees;
    this.#words = new Int32Array(buffer);
    this.#floats = new Float32Array(buffer);
    this.#doubles = new Float64Array(buffer);
    this.#size = size;
    this.#goesRight = goesRight;
    this.#order = new Int32Array(trees.thresholds.length);
  }

  pack(): Place[] {
    return Array.from(this.#trees.roots, (root) => this.#add(root));
  }

  #add(root: number): Place {
    const first = this.#next;
    this.#order[this.#next++] = root;
    let [depth, sure] = [0, -1];
    for (let at = first, levelEnd = this.#next; at < this.#next; at++) {
      if (at === levelEnd) {
        depth++;
        levelEnd = this.#next;
      }
      if (this.#addNode(at) && sure < 0) sure = depth;
    }
    const even = depth <= EVEN_DEPTH;
    return { root: first * NODE, sure: even ? depth : sure, deeper: even ? 0 : 1 };
  }

  /** Whether it is a leaf. */
  #addNode(at: number): boolean {
    const { links, thresholds, flags } = this.#trees;
    const source = this.#order[at]!;
    const feature = links[2 * source]!;
    const leaf = feature < 0;
    this.#words[4 * at + 2] = leaf ? 0 : feature * LANES * this.#size;
    this.#words[4 * at + 3] = (leaf ? at : this.#next) * NODE;
    const side = leaf
      ? links[2 * source + 1]! * 2 * NODE
      : this.#goesRight(flags[source]!, thresholds[source]!)
        ? NODE
        : 0;
    const threshold = leaf ? Infinity : thresholds[source]!;
    if (this.#size === 4) {
      this.#floats[4 * at] = floorFloat32(threshold);
      this.#words[4 * at + 1] = side;
    } else {
      this.#doubles[2 * at] = threshold;
      this.#words[4 * this.#order.length + at] = side;
    }
    if (!leaf) {
      this.#order[this.#next++] = source + 1;
      this.#order[this.#next++] = links[2 * source + 1]!;
    }
    return leaf;
  }
}

const scratch = new Float32Array(1);
const scratchBits = new Int32Array(scratch.buffer);

/** The greatest float32 that is not greater: a float32 is `<=` it exactly when it is `<=` the double. */
export function floorFloat32(value: number): number {
  scratch[0] = value;
  if (!(scratch[0] > value)) return scratch[0];
  if (scratch[0] === 0) return -(2 ** -149);
  scratchBits[0]! += scratch[0] > 0 ? -1 : 1;
  return scratch[0];
}
