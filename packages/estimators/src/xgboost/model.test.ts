import { bufferSource } from "@modelkeep/bytes";
import { describe, expect, test } from "vitest";
import { loadBoosterFile, type NativeModel } from "../load.ts";

type Tree = Record<string, unknown>;

function tree(changes: Tree = {}): Tree {
  return {
    left_children: [1, -1, -1],
    right_children: [2, -1, -1],
    split_indices: [0, 0, 0],
    split_conditions: [0.5, -1, 1],
    default_left: [1, 0, 0],
    tree_param: { size_leaf_vector: "1" },
    ...changes,
  };
}

interface Parts {
  readonly trees?: Tree[];
  readonly booster?: Record<string, unknown>;
  readonly param?: Record<string, unknown>;
  readonly objective?: string;
  readonly version?: number[];
  readonly info?: number[];
}

function documentOf({ trees = [tree()], booster = {}, param = {}, objective, version, info }: Parts): string {
  const model = {
    gbtree_model_param: { num_parallel_tree: "1" },
    tree_info: info ?? trees.map(() => 0),
    trees,
  };
  return JSON.stringify({
    version: version ?? [2, 1, 4],
    learner: {
      learner_model_param: {
        base_score: "2E-1",
        num_class: "0",
        num_feature: "2",
        num_target: "1",
        ...param,
      },
      objective: { name: objective ?? "reg:squarederror" },
      gradient_booster: { name: "gbtree", model, ...booster },
    },
  });
}

const loaded = (text: string, className = "xgboost.core.Booster"): NativeModel =>
  loadBoosterFile(bufferSource(Buffer.from(text, "latin1"), "model.json"), className);
const answers = (model: NativeModel, values: number[]): unknown => {
  const out = model.invoke("predict", { data: values, shape: [values.length / 2, 2] });
  return "data" in out ? Array.from(out.data) : out;
};

test("a value equal to the threshold goes right, a missing one its default way, in float32", () => {
  const below = 0.499999999; // 0.5 as float32
  const expected = [-1, 1, 1, -1].map((leaf) => Math.fround(Math.fround(0.2) + leaf));
  expect(answers(loaded(documentOf({})), [0.4, 0, 0.5, 0, below, 0, Number.NaN, 0])).toEqual(expected);
});

test("categories of the set go right; unknown, negative and huge ones left", () => {
  const split = {
    split_type: [1, 0, 0],
    categories: [1, 3],
    categories_nodes: [0],
    categories_segments: [0],
    categories_sizes: [2],
  };
  const model = loaded(documentOf({ trees: [tree(split)], param: { base_score: "0" } }));
  expect(answers(model, [1, 0, 3, 0, 2, 0, -1, 0, 2 ** 25, 0])).toEqual([1, 1, -1, -1, -1]);
});

describe("what cannot be evaluated exactly is refused by name", () => {
  test.each<[string, Parts, RegExp]>([
    ["an objective of another name", { objective: "custom:mine" }, /custom:mine/],
    ["another booster", { booster: { name: "gbquantum" } }, /gbquantum/],
    ["leaves that are vectors", { trees: [tree({ tree_param: { size_leaf_vector: "3" } })] }, /vectors/],
    ["a frame's own categories", { booster: { model: { cats: { enc: [1] } } } }, /categories/],
    ["a release to come", { version: [9, 0, 0] }, /9\.0/],
  ])("%s", (_, parts, message) => {
    expect(() => loaded(documentOf(parts))).toThrow(
      expect.objectContaining({ code: "unsupported", message: expect.stringMatching(message) }),
    );
  });
});

describe("a hostile model is refused before any prediction", () => {
  test.each<[string, Parts]>([
    ["a cycle", { trees: [tree({ left_children: [0, -1, -1] })] }],
    ["a child out of range", { trees: [tree({ right_children: [7, -1, -1] })] }],
    ["a child that is no whole number", { trees: [tree({ right_children: [1.5, -1, -1] })] }],
    ["a feature out of range", { trees: [tree({ split_indices: [2, 0, 0] })] }],
    ["arrays of different lengths", { trees: [tree({ default_left: [1] })] }],
    ["a group that there is not", { info: [3] }],
    [
      "no tree nodes",
      {
        trees: [
          tree({
            left_children: [],
            right_children: [],
            split_indices: [],
            split_conditions: [],
            default_left: [],
          }),
        ],
      },
    ],
    ["a base_score that is no number", { param: { base_score: "0x10" } }],
    ["more biases than groups", { param: { base_score: "[1,2,3]" } }],
    ["a million million features", { param: { num_feature: "1e12" } }],
    [
      "categories out of range",
      {
        trees: [
          tree({
            split_type: [1, 0, 0],
            categories: [1],
            categories_nodes: [0],
            categories_segments: [0],
            categories_sizes: [9],
          }),
        ],
      },
    ],
    [
      "a categorical split without categories",
      {
        trees: [
          tree({
            split_type: [1, 0, 0],
            categories: [],
            categories_nodes: [],
            categories_segments: [],
            categories_sizes: [],
          }),
        ],
      },
    ],
  ])("%s", (_, parts) => {
    expect(() => loaded(documentOf(parts))).toThrow(expect.objectContaining({ code: "malformed" }));
  });

  test.each<[string, string]>([
    ["no JSON", "{oops"],
    ["the old binary form", "binf\u0000\u0000"],
    ["nothing", ""],
    ["UBJSON that ends too early", "{L\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0007lea"],
    ["a UBJSON length beyond the file", "{i\u0001aSL\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff}"],
    ["a UBJSON array that promises more than the file", "{i\u0001a[$d#l\u007f\u0000\u0000\u0000}"],
    ["UBJSON that nests without end", `{i\u0001a${"[".repeat(5000)}`],
    ["a UBJSON key twice", "{i\u0001aZi\u0001aZ}"],
    ["data behind UBJSON", "{i\u0001aZ}Z"],
  ])("%s", (_, text) => {
    expect(() => loaded(text)).toThrow(expect.objectContaining({ code: "malformed" }));
  });
});

test("input that XGBoost refuses is refused: infinity, other columns, text", () => {
  const model = loaded(documentOf({}));
  expect(() => model.invoke("predict", { data: [Infinity, 0], shape: [1, 2] })).toThrow(/inf/);
  expect(() => model.invoke("predict", { data: [1e39, 0], shape: [1, 2] })).toThrow(/inf/);
  expect(() => model.invoke("predict", { data: [1, 0, 3], shape: [1, 3] })).toThrow(/3 features/);
  expect(() => model.invoke("predict", { columns: { a: ["x"], b: [1] } })).toThrow(/column a/);
});
