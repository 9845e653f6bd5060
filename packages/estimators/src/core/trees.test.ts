import { assert, integer, property, tuple } from "fast-check";
import { expect, test } from "vitest";
import { addTrees } from "./add-trees.ts";
import { flattenTrees, MISSING_LEFT, type RawTree } from "./trees.ts";

/** A random full tree of the given depth, children numbered breadth first: not the order that flattening gives. */
function randomTree(seed: number, depth: number, features: number): RawTree {
  const count = 2 ** (depth + 1) - 1;
  const splits = 2 ** depth - 1;
  const random = (i: number): number => ((Math.imul(seed + i * 7919, 2654435761) >>> 0) % 1000) / 1000;
  return {
    left: Array.from({ length: count }, (_, i) => (i < splits ? 2 * i + 1 : -1)),
    right: Array.from({ length: count }, (_, i) => (i < splits ? 2 * i + 2 : -1)),
    feature: Array.from({ length: count }, (_, i) => Math.floor(random(i) * features)),
    threshold: Array.from({ length: count }, (_, i) => random(i + 500)),
    flags: Array.from({ length: count }, (_, i) => (random(i + 900) < 0.5 ? MISSING_LEFT : 0)),
    values: Float64Array.from({ length: count }, (_, i) => random(i + 2000)),
  };
}

function walk(tree: RawTree, row: readonly number[]): number {
  let node = 0;
  while (tree.left[node] !== -1) {
    const v = row[tree.feature[node] ?? 0] ?? 0;
    const left = Number.isNaN(v) ? tree.flags?.[node] === MISSING_LEFT : v <= (tree.threshold[node] ?? 0);
    node = (left ? tree.left[node] : tree.right[node]) ?? 0;
  }
  return tree.values[node] ?? Number.NaN;
}

test("flattened trees answer what the stored ones answer", () => {
  assert(
    property(
      tuple(integer(), integer({ min: 0, max: 6 }), integer({ min: 1, max: 4 })),
      ([seed, depth, features]) => {
        const trees = [randomTree(seed, depth, features), randomTree(seed + 1, depth, features)];
        const flat = flattenTrees(trees, 1, features, "test");
        const rows = Array.from({ length: 20 }, (_, r) =>
          Array.from({ length: features }, (_unused, c) =>
            r % 7 === 3 && c === 0 ? Number.NaN : (((seed >>> 3) * 31 + r * 17 + c * 5) % 97) / 97,
          ),
        );
        const out = new Float64Array(rows.length);
        addTrees(flat, { data: Float64Array.from(rows.flat()) }, features, out, {
          scale: 2,
          stride: 1,
          offset: 0,
        });
        rows.forEach((row, i) =>
          expect(out[i]).toBe(trees.reduce((sum, tree) => sum + 2 * walk(tree, row), 0)),
        );
      },
    ),
  );
});

test("a very deep tree is no recursion", () => {
  const depth = 200_000;
  const tree: RawTree = {
    left: Array.from({ length: 2 * depth + 1 }, (_, i) => (i % 2 === 0 && i < 2 * depth ? i + 1 : -1)),
    right: Array.from({ length: 2 * depth + 1 }, (_, i) => (i % 2 === 0 && i < 2 * depth ? i + 2 : -1)),
    feature: new Float64Array(2 * depth + 1),
    threshold: new Float64Array(2 * depth + 1),
    values: new Float64Array(2 * depth + 1).fill(1),
  };
  const out = new Float64Array(1);
  addTrees(flattenTrees([tree], 1, 1, "test"), { data: Float64Array.of(1) }, 1, out, {
    scale: 1,
    stride: 1,
    offset: 0,
  });
  expect(out[0]).toBe(1);
});
