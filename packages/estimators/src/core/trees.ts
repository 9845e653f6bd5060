import { malformed } from "../error.ts";

export const MISSING_LEFT = 1;
export const CATEGORICAL = 2;

/**
 * Binary trees of axis-aligned splits, flattened. A node's left child stands right behind it, so only the right one is
 * kept: `links[2 * node]` is the feature (-1 for a leaf) and `links[2 * node + 1]` the right child (for a leaf: its row
 * of `values`). `values` has `width` numbers a leaf.
 */
export interface Trees {
  readonly roots: Int32Array;
  readonly links: Int32Array;
  readonly thresholds: Float64Array;
  /**
   * MISSING_LEFT where a missing value goes left, CATEGORICAL where the threshold is the number of a set of categories;
   * higher bits are the library's own, for walks of its own.
   */
  readonly flags: Uint8Array;
  readonly values: Float64Array;
  readonly width: number;
}

/** One tree as it was stored: a leaf has `left` = -1. */
export interface RawTree {
  readonly left: ArrayLike<number>;
  readonly right: ArrayLike<number>;
  readonly feature: ArrayLike<number>;
  readonly threshold: ArrayLike<number>;
  readonly flags?: ArrayLike<number> | undefined;
  /** `width` numbers for each node, of which only the leaves' are read. */
  readonly values: Float64Array;
}

/**
 * Checks and flattens trees. Every child must be in range and be reached once, every feature exist: so a walk from a
 * root always ends, in at most as many steps as the tree has nodes.
 * @throws {EstimatorError} `malformed`
 */
export function flattenTrees(
  trees: readonly RawTree[],
  width: number,
  features: number,
  where: string,
): Trees {
  const nodes = trees.reduce((sum, tree) => sum + tree.left.length, 0);
  const leaves = trees.reduce((sum, tree) => sum + countLeaves(tree.left), 0);
  const builder = new Builder(nodes, leaves, width, features, where);
  const roots = Int32Array.from(trees, (tree) => builder.add(tree));
  return builder.finish(roots);
}

function countLeaves(left: ArrayLike<number>): number {
  let leaves = 0;
  for (let i = 0; i < left.length; i++) if (left[i] === -1) leaves++;
  return leaves;
}

class Builder {
  readonly #links: Int32Array;
  readonly #thresholds: Float64Array;
  readonly #flags: Uint8Array;
  readonly #values: Float64Array;
  readonly #width: number;
  readonly #features: number;
  readonly #where: string;
  #node = 0;
  #leaf = 0;

  constructor(nodes: number, leaves: number, width: number, features: number, where: string) {
    this.#links = new Int32Array(2 * nodes);
    this.#thresholds = new Float64Array(nodes);
    this.#flags = new Uint8Array(nodes);
    this.#values = new Float64Array(leaves * width);
    this.#width = width;
    this.#features = features;
    this.#where = where;
  }

  /** Copies one tree depth first; gives its root. A parent waits on the stack until its right child is placed. */
  add(tree: RawTree): number {
    const root = this.#node;
    const count = tree.left.length;
    if (count === 0) throw malformed(`${this.#where}: a tree without nodes`);
    const seen = new Uint8Array(count);
    const stack: [raw: number, parent: number][] = [[0, -1]];
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const [raw, parent] = top;
      if (!Number.isInteger(raw) || raw < 0 || raw >= count)
        throw malformed(`${this.#where}: child ${raw} of a tree of ${count} nodes`);
      if (seen[raw] === 1) throw malformed(`${this.#where}: node ${raw} is reached twice`);
      seen[raw] = 1;
      if (parent >= 0) this.#links[2 * parent + 1] = this.#node;
      const at = this.#node++;
      const left = tree.left[raw]!;
      if (left === -1) this.#addLeaf(tree, raw, at);
      else {
        this.#addSplit(tree, raw, at);
        stack.push([tree.right[raw]!, at], [left, -1]);
      }
    }
    return root;
  }

  #addLeaf(tree: RawTree, raw: number, at: number): void {
    this.#links[2 * at] = -1;
    this.#links[2 * at + 1] = this.#leaf;
    const from = raw * this.#width;
    this.#values.set(tree.values.subarray(from, from + this.#width), this.#leaf * this.#width);
    this.#leaf++;
  }

  #addSplit(tree: RawTree, raw: number, at: number): void {
    const feature = tree.feature[raw]!;
    const threshold = tree.threshold[raw]!;
    if (!Number.isInteger(feature) || feature < 0 || feature >= this.#features) {
      throw malformed(`${this.#where}: node ${raw} splits on feature ${feature} of ${this.#features}`);
    }
    if (Number.isNaN(threshold)) throw malformed(`${this.#where}: node ${raw} has no threshold`);
    this.#links[2 * at] = feature;
    this.#thresholds[at] = threshold;
    this.#flags[at] = tree.flags?.[raw] ?? 0;
  }

  finish(roots: Int32Array): Trees {
    return {
      roots,
      links: this.#links,
      thresholds: this.#thresholds,
      flags: this.#flags,
      values: this.#values.subarray(0, this.#leaf * this.#width),
      width: this.#width,
    };
  }
}
