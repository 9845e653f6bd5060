import { bufferSource } from "@modelkeep/bytes";
import { describe, expect, test } from "vitest";
import { loadBoosterFile, type NativeModel } from "../load.ts";

const HEADER = [
  "tree",
  "version=v4",
  "num_class=1",
  "num_tree_per_iteration=1",
  "max_feature_idx=1",
  "objective=regression",
  "feature_names=a b",
];
const TREE = [
  "Tree=0",
  "num_leaves=2",
  "num_cat=0",
  "split_feature=0",
  "threshold=0.5",
  "decision_type=2",
  "left_child=-1",
  "right_child=-2",
  "leaf_value=-1 1",
];

/** The model with some lines in place of those of the same key. */
function text(changes: readonly string[] = []): string {
  const keyOf = (line: string): string => line.split("=")[0] ?? "";
  const changed = new Map(changes.map((line) => [keyOf(line), line]));
  const known = new Set([...HEADER, ...TREE].map(keyOf));
  const swap = (line: string): string => changed.get(keyOf(line)) ?? line;
  const extra = changes.filter((line) => !known.has(keyOf(line)));
  return [...HEADER.map(swap), "", ...TREE.map(swap), ...extra, "", "end of trees", ""].join("\n");
}

const loaded = (model: string): NativeModel =>
  loadBoosterFile(bufferSource(Buffer.from(model), "model.lgb"), "lightgbm.basic.Booster");
const answers = (model: NativeModel, values: number[]): unknown => {
  const out = model.invoke("predict", { data: values, shape: [values.length / 2, 2] });
  return "data" in out ? Array.from(out.data) : out;
};

test("a value equal to the threshold goes left; not-a-number counts as 0 where nothing is missing", () => {
  expect(answers(loaded(text()), [0.5, 0, 0.5000000001, 0, Number.NaN, 0, Infinity, 0])).toEqual([
    -1, 1, -1, 1,
  ]);
});

test("what is missing goes its default way: zeros (4), not-a-number (8), right unless the bit 2 is set", () => {
  const zero = loaded(text(["decision_type=4"]));
  expect(answers(zero, [0, 0, 1e-36, 0, -0, 0, 0.1, 0, Number.NaN, 0])).toEqual([1, 1, 1, -1, 1]);
  expect(answers(loaded(text(["decision_type=8"])), [0, 0, Number.NaN, 0])).toEqual([-1, 1]);
  expect(answers(loaded(text(["decision_type=10", "threshold=-1"])), [0, 0, Number.NaN, 0])).toEqual([1, -1]);
});

test("categories are bits; negative, huge and missing ones go right", () => {
  const model = loaded(
    text(["decision_type=1", "threshold=0", "num_cat=1", "cat_boundaries=0 2", "cat_threshold=2 1"]),
  );
  expect(answers(model, [1, 0, 32, 0, 2, 0, -1, 0, 64, 0, 2 ** 31, 0, Number.NaN, 0])).toEqual([
    -1, -1, 1, 1, 1, 1, 1,
  ]);
});

describe("what cannot be evaluated exactly is refused by name", () => {
  test.each([
    ["linear trees", text(["is_linear=1"]), /linear/],
    ["another objective", text(["objective=mystery"]), /mystery/],
    ["another format", text(["version=v9"]), /v9/],
    ["pandas categories", `${text()}pandas_categorical:[["a","b"]]\n`, /pandas categories/],
  ])("%s", (_, model, message) => {
    expect(() => loaded(model)).toThrow(
      expect.objectContaining({ code: "unsupported", message: expect.stringMatching(message) }),
    );
  });
});

describe("a hostile model is refused before any prediction", () => {
  test.each([
    ["a cycle", text(["left_child=0"])],
    ["a child out of range", text(["right_child=-9"])],
    ["a feature out of range", text(["split_feature=2"])],
    ["fewer leaf values than leaves", text(["leaf_value=1"])],
    ["more leaves than lines", text(["num_leaves=900000000"])],
    ["an unknown decision", text(["decision_type=12"])],
    ["a number with a word behind it", text(["threshold=0.5x"])],
    ["a category set that there is not", text(["decision_type=1", "threshold=3"])],
    ["category words out of order", text(["num_cat=1", "cat_boundaries=5 2", "cat_threshold=1 2"])],
    ["a key twice", text().replace("num_cat=0", "num_cat=0\nnum_cat=0")],
    ["trees out of order", text().replace("Tree=0", "Tree=1")],
    ["no end", text().replace("end of trees", "")],
    ["names that do not match", text(["feature_names=a b c"])],
    ["trees that do not divide", text(["num_tree_per_iteration=2"])],
    ["nothing", ""],
    ["a binary", "tree\u0000\u0001"],
  ])("%s", (_, model) => {
    expect(() => loaded(model)).toThrow(expect.objectContaining({ code: "malformed" }));
  });
});
