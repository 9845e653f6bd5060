import { array, assert, boolean, constantFrom, double, integer, property, record } from "fast-check";
import { expect, test } from "vitest";
import { addOneByOne, addTrees } from "./add-trees.ts";
import { floorFloat32, packTrees } from "./packed-trees.ts";
import { flattenTrees, MISSING_LEFT, type RawTree, type Trees } from "./trees.ts";

/** Values where comparisons are decided: zeros of both signs, neighbours in float32 and float64, what is no number. */
const EDGES = [
  0,
  -0,
  1,
  -1,
  Number.NaN,
  Infinity,
  -Infinity,
  0.1,
  Math.fround(0.1),
  1e-45,
  -1e-46,
  3.5e38,
  2 ** -1074,
];

interface Seeds {
  readonly splits: readonly { leaf: number; feature: number; threshold: number; left: boolean }[];
}

/** Grown as scikit-learn grows: each split turns one leaf of those there are into an inner node. */
function grow({ splits }: Seeds, features: number, width: number): RawTree {
  const left = [-1];
  const right = [-1];
  const feature = [0];
  const threshold = [0];
  const flags = [0];
  const leaves = [0];
  for (const split of splits) {
    const [node] = leaves.splice(split.leaf % leaves.length, 1);
    if (node === undefined) throw new Error("no leaf");
    left[node] = left.length;
    right[node] = left.length + 1;
    feature[node] = split.feature % features;
    threshold[node] = split.threshold;
    flags[node] = split.left ? MISSING_LEFT : 0;
    for (let child = 0; child < 2; child++) {
      leaves.push(left.length);
      left.push(-1);
      right.push(-1);
    }
  }
  const values = Float64Array.from({ length: left.length * width }, (_, i) => Math.sin(i));
  return { left, right, feature, threshold, flags, values };
}

const seeds = record({
  splits: array(
    record({
      leaf: integer({ min: 0, max: 1000 }),
      feature: integer({ min: 0, max: 9 }),
      threshold: constantFrom(...EDGES.filter((v) => !Number.isNaN(v)), 0.25, -0.75),
      left: boolean(),
    }),
    { maxLength: 60 },
  ),
});

function bits(trees: Trees, data: Float32Array | Float64Array, cols: number, kernel: boolean): number[] {
  const rows = data.length / cols;
  const stride = trees.width + 1;
  const out = new Float64Array(rows * stride).fill(0.5);
  const into = { scale: 0.1, stride, offset: 1 };
  if (kernel) addTrees(trees, { data }, cols, out, into);
  else addOneByOne(trees, data, cols, out, into);
  return [...new Int32Array(out.buffer)];
}

test("many rows answer bit by bit what single rows answer", () => {
  const value = constantFrom(...EDGES);
  assert(
    property(
      record({
        trees: array(seeds, { minLength: 1, maxLength: 4 }),
        features: integer({ min: 1, max: 7 }),
        width: integer({ min: 1, max: 3 }),
        rows: constantFrom(64, 65, 71, 200),
        cells: array(value, { minLength: 1, maxLength: 97 }),
        missing: boolean(),
        single: boolean(),
      }),
      ({ trees, features, width, rows, cells, missing, single }) => {
        const flat = flattenTrees(
          trees.map((one) => grow(one, features, width)),
          width,
          features,
          "test",
        );
        const cell = (i: number): number => {
          const v = cells[(i * 7) % cells.length] ?? 0;
          return Number.isNaN(v) && !missing ? i : v;
        };
        const all = Array.from({ length: rows * features }, (_, i) => cell(i));
        const data = single ? Float32Array.from(all) : Float64Array.from(all);
        expect(bits(flat, data, features, true)).toEqual(bits(flat, data, features, false));
      },
    ),
    { numRuns: 300 },
  );
});

const random = (i: number): number => (Math.imul(i + 1, 2654435761) >>> 0) / 2 ** 32;

test.each([0, 1, 7, 63, 64, 1023, 1025, 10_001])("%i rows, in blocks of any length", (rows) => {
  const splits = Array.from({ length: 200 }, (_, i) => ({
    leaf: Math.floor(random(i) * 1000),
    feature: i,
    threshold: random(i + 500),
    left: i % 2 === 0,
  }));
  const flat = flattenTrees([grow({ splits }, 5, 2), grow({ splits: [] }, 5, 2)], 2, 5, "test");
  const data = Float64Array.from({ length: rows * 5 }, (_, i) => (i % 1234 === 77 ? Number.NaN : random(i)));
  expect(bits(flat, data, 5, true)).toEqual(bits(flat, data, 5, false));
});

test("a tree of depth 1,000, one long branch", () => {
  const splits = Array.from({ length: 1000 }, (_, i) => ({
    leaf: i,
    feature: 0,
    threshold: 1000 - i,
    left: false,
  }));
  // The leaf that is split next is always the last one: the right child.
  const flat = flattenTrees([grow({ splits }, 1, 1)], 1, 1, "test");
  const data = Float64Array.from({ length: 128 }, (_, i) => i * 8);
  expect(bits(flat, data, 1, true)).toEqual(bits(flat, data, 1, false));
});

test("more columns than one block of rows holds", () => {
  const cols = 70_000;
  const splits = [{ leaf: 0, feature: cols - 1, threshold: 0.5, left: false }];
  const flat = flattenTrees([grow({ splits }, cols, 1)], 1, cols, "test");
  const data = new Float32Array(70 * cols);
  for (let row = 0; row < 70; row++) data[(row + 1) * cols - 1] = row % 3;
  expect(bits(flat, data, cols, true)).toEqual(bits(flat, data, cols, false));
});

test("trees that read float64 refuse float32", () => {
  const flat = flattenTrees([grow({ splits: [] }, 1, 1)], 1, 1, "test");
  expect(() => packTrees(flat, 1, 8)?.walk({ data: new Float32Array(8) }, 1, () => {})).toThrow(TypeError);
});

test("rows of float64 that trees read as float32 are rounded, and asked about once if not finite", () => {
  const splits = [0.1, 0.3, 0.7].map((threshold, leaf) => ({ leaf, feature: leaf, threshold, left: true }));
  const flat = flattenTrees([grow({ splits }, 3, 1)], 1, 3, "test");
  const exact = Float64Array.from(
    { length: 3 * 3000 },
    (_, i) => [0.1, Math.fround(0.1), 0.3, 0.7, i][i % 5] ?? 0,
  );
  const leaves = (data: Float64Array, rounded: boolean): { out: number[]; asked: number } => {
    const out = new Float64Array(data.length / 3);
    let asked = 0;
    const rows = rounded ? { data: new Float32Array(data) } : { data, notFinite: () => void asked++ };
    addTrees(flat, rows, 3, out, { scale: 1, stride: 1, offset: 0 });
    return { out: [...out], asked };
  };
  expect(leaves(exact, false)).toEqual({ out: leaves(exact, true).out, asked: 0 });
  const holes = exact.map((v, i) => (i % 4000 === 17 ? Number.NaN : v));
  expect(leaves(holes, false)).toEqual({ out: leaves(holes, true).out, asked: 1 });
  const few = holes.subarray(0, 30);
  expect(leaves(few, false)).toEqual({ out: leaves(few, true).out, asked: 1 });
  // Infinite in float32 only.
  expect(
    leaves(
      exact.map((v, i) => (i === 8000 ? 1e39 : v)),
      false,
    ).asked,
  ).toBe(1);
  const refuse = {
    data: holes,
    notFinite: () => {
      throw new RangeError("no");
    },
  };
  expect(() => addTrees(flat, refuse, 3, new Float64Array(3000), { scale: 1, stride: 1, offset: 0 })).toThrow(
    "no",
  );
});

test("the float32 below a double decides every comparison as the double does", () => {
  const near = (v: number): number[] => [v, floorFloat32(v), Math.fround(v)];
  assert(
    property(double({ noNaN: true }), double({ noNaN: true }), (threshold, other) => {
      const floor = floorFloat32(threshold);
      expect(Object.is(floor, Math.fround(floor))).toBe(true);
      for (const value of [...near(threshold), ...near(other), 0, -0, Infinity, -Infinity].map(Math.fround)) {
        expect(value <= floor).toBe(value <= threshold);
      }
    }),
    { numRuns: 2000 },
  );
});
