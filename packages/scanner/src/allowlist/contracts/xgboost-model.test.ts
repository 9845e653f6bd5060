import { bytes, object } from "@modelkeep/testkit/graph-values";
import { describe, expect, test } from "vitest";
import { scanBytes } from "../../scan/scan-file.ts";
import { xgboostBooster } from "./boosters.ts";

/** Root 0 splits on feature 1; node 1 on categories of feature 0; 2, 3 and 4 are leaves; 5 was pruned. */
function tree(id: number) {
  return {
    id,
    tree_param: { num_nodes: "6", num_deleted: "1", num_feature: "2", size_leaf_vector: "1" },
    left_children: [1, 3, -1, -1, -1, -1],
    right_children: [2, 4, -1, -1, -1, -1],
    parents: [2147483647, 0, 0, 1, 1, 2],
    split_indices: [1, 0, 0, 0, 0, 2147483647],
    split_conditions: [0.5, 0.25, 1, 2, 3, 0],
    split_type: [0, 1, 0, 0, 0, 0],
    base_weights: [0, 0, 1, 2, 3, 0],
    default_left: [1, 0, 0, 0, 0, 0],
    sum_hessian: [4, 3, 1, 1, 2, 0],
    loss_changes: [4, 3, 0, 0, 0, 0],
    categories: [0, 2],
    categories_nodes: [1],
    categories_segments: [0],
    categories_sizes: [2],
  };
}

function trees() {
  return {
    gbtree_model_param: { num_trees: "2", num_parallel_tree: "1" },
    iteration_indptr: [0, 1, 2],
    cats: {
      enc: [
        { offsets: [0, 1, 3], values: [97, 98, 99] },
        { type: 3, values: [7] },
      ],
      feature_segments: [0, 2, 3],
      sorted_idx: [1, 0, 0],
    },
    tree_info: [0, 0],
    trees: [tree(0), tree(1)],
  };
}

const PARAM = { num_feature: "2", num_class: "0", num_target: "1" };

function model(gradientBooster: object, param: object = PARAM) {
  return { learner: { learner_model_param: param, gradient_booster: gradientBooster }, version: [3, 2, 0] };
}

type Trees = ReturnType<typeof trees>;
type OneTree = ReturnType<typeof tree>;

function gbtree(change: (model: Trees) => unknown = () => undefined) {
  const made = trees();
  change(made);
  return model({ name: "gbtree", model: made });
}

function dart(weightDrop: number[], change: (model: Trees) => unknown = () => undefined) {
  const made = trees();
  change(made);
  return model({ name: "dart", weight_drop: weightDrop, gbtree: { name: "gbtree", model: made } });
}

function gblinear(weights: number[], param: object = PARAM) {
  return model({ name: "gblinear", model: { weights, boosted_rounds: 1 } }, param);
}

/** As XGBoost writes it: integers as `l`, fractions as `d`, arrays of numbers typed. */
function ubjson(value: unknown): Buffer {
  if (typeof value === "string") return Buffer.concat([Buffer.from("S"), named(value)]);
  if (typeof value === "number") return Buffer.concat([Buffer.from("l"), int32(value)]);
  if (Array.isArray(value)) return arrayOf(value as unknown[]);
  const entries = Object.entries(value as object).flatMap(([key, item]) => [named(key), ubjson(item)]);
  return Buffer.concat([Buffer.from("{"), ...entries, Buffer.from("}")]);
}

function arrayOf(items: readonly unknown[]): Buffer {
  const numbers = items.filter((item) => typeof item === "number");
  if (items.length === 0 || numbers.length < items.length) {
    return Buffer.concat([Buffer.from("["), ...items.map(ubjson), Buffer.from("]")]);
  }
  const whole = numbers.every(Number.isInteger);
  const head = Buffer.concat([Buffer.from(whole ? "[$l#" : "[$d#"), long(items.length)]);
  return Buffer.concat([head, ...numbers.map((n) => (whole ? int32(n) : float32(n)))]);
}

function named(text: string): Buffer {
  return Buffer.concat([long(text.length), Buffer.from(text)]);
}

function long(n: number): Buffer {
  const out = Buffer.from("L--------");
  out.writeBigInt64BE(BigInt(n), 1);
  return out;
}

function int32(n: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeInt32BE(n);
  return out;
}

function float32(n: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeFloatBE(n);
  return out;
}

const HONEST: [string, object][] = [
  ["gbtree", gbtree()],
  ["gbtree without iterations", gbtree((m) => Reflect.deleteProperty(m, "iteration_indptr"))],
  ["dart", dart([1, 0.5])],
  ["gblinear", gblinear([1, 2, 3])],
  ["gblinear of three classes", gblinear(Array<number>(9).fill(1), { ...PARAM, num_class: "3" })],
  ["another document", { learner: { name: "me" }, note: "gradient_booster" }],
];

function first(change: (tree: OneTree) => unknown) {
  return gbtree((m) => m.trees.slice(0, 1).map(change));
}

function encoder(change: (cats: Trees["cats"]) => unknown) {
  return gbtree((m) => change(m.cats));
}

const BROKEN: [string, object, RegExp][] = [
  ["a left child outside", first((t) => (t.left_children[0] = 6)), /trees\[0\]\.left_children has 6 at 0/],
  ["a right child far outside", first((t) => (t.right_children[1] = 1e9)), /right_children has 1000000000/],
  ["a child below -1", first((t) => (t.left_children[2] = -7)), /left_children has -7 at 2/],
  ["a single child", first((t) => (t.left_children[1] = -1)), /single child/],
  ["a circle to the root", first((t) => (t.left_children[1] = 0)), /reach node 0 twice/],
  ["a node that is its own child", first((t) => (t.left_children[1] = 1)), /reach node 1 twice/],
  ["two parents of one node", first((t) => (t.right_children[1] = 2)), /reach node 2 twice/],
  ["another parent told", first((t) => (t.parents[3] = 2)), /parents has another parent than 1 at 3/],
  ["a parent of the root", first((t) => (t.parents[0] = 1)), /gives the root a parent/],
  ["a parent outside", first((t) => (t.parents[4] = 400)), /another parent than 1 at 4/],
  ["a feature outside", first((t) => (t.split_indices[0] = 2)), /split_indices has 2 at 0 .* 2 features/],
  ["a negative feature", first((t) => (t.split_indices[0] = -1)), /split_indices has -1/],
  ["children of a pruned node", first((t) => (t.left_children[5] = 5)), /deleted node 5/],
  ["a node nothing reaches", first((t) => (t.split_indices[5] = 0)), /disagree on whether node 5/],
  ["a wrong count of pruned nodes", first((t) => (t.tree_param.num_deleted = "0")), /num_deleted is not 1/],
  ["more nodes than arrays have", first((t) => (t.tree_param.num_nodes = "7")), /6 elements for 7 nodes/],
  ["no nodes", first((t) => (t.tree_param.num_nodes = "0")), /num_nodes is no whole number/],
  ["a short array of weights", first((t) => t.base_weights.pop()), /base_weights has 5 elements for 6/],
  ["a short array of conditions", first((t) => t.split_conditions.pop()), /split_conditions has 5/],
  ["a short array of hessians", first((t) => t.sum_hessian.pop()), /sum_hessian has 5/],
  ["an array absent", first((t) => Reflect.deleteProperty(t, "default_left")), /default_left is missing/],
  ["a fraction for a child", first((t) => (t.left_children[0] = 1.5)), /left_children/],
  ["several targets", first((t) => (t.tree_param.size_leaf_vector = "3")), /several targets/],
  ["a category below 0", first((t) => (t.categories[0] = -1)), /categories has -1 at 0/],
  ["a category beyond all", first((t) => (t.categories[0] = 2 ** 24)), /categories has 16777216/],
  ["a categorical node outside", first((t) => (t.categories_nodes[0] = 9)), /categories_nodes has 9/],
  [
    "a categorical node not so typed",
    first((t) => (t.categories_nodes[0] = 0)),
    /other nodes than split_type/,
  ],
  ["a typed node without categories", first((t) => (t.split_type[0] = 1)), /other nodes than split_type/],
  ["a segment outside", first((t) => (t.categories_segments[0] = 3)), /categories_segments has 3/],
  ["a segment that ends outside", first((t) => (t.categories_segments[0] = 1)), /leave categories at 0/],
  ["a size outside", first((t) => (t.categories_sizes[0] = 3)), /categories_sizes has 3/],
  ["more segments than nodes", first((t) => t.categories_segments.push(0)), /not one element for each/],
  ["a tree of another group", gbtree((m) => (m.tree_info[1] = 1)), /tree_info has 1 at 1/],
  ["a negative group", gbtree((m) => (m.tree_info[1] = -1)), /tree_info has -1/],
  ["fewer groups than trees", gbtree((m) => m.tree_info.pop()), /tree_info has 1 elements for 2/],
  ["iterations beyond the trees", gbtree((m) => (m.iteration_indptr[2] = 3)), /iteration_indptr has 3/],
  ["iterations that end early", gbtree((m) => (m.iteration_indptr[2] = 1)), /does not rise from 0 to 2/],
  ["iterations that fall", gbtree((m) => (m.iteration_indptr = [0, 2, 1, 2])), /does not rise/],
  ["more trees told", gbtree((m) => (m.gbtree_model_param.num_trees = "3")), /num_trees is not 2/],
  ["two trees of one id", gbtree((m) => m.trees.splice(1, 1, tree(0))), /trees\[1\]\.id is that of another/],
  ["an id outside", gbtree((m) => m.trees.splice(1, 1, tree(2))), /trees\[1\]\.id is no whole number/],
  [
    "names of categories outside",
    encoder((c) => c.enc[0]?.offsets?.splice(1, 1, 9)),
    /enc\[0\]\.offsets has 9 at 1/,
  ],
  [
    "names of categories that end early",
    encoder((c) => c.enc[0]?.values.push(1)),
    /does not rise from 0 to 4/,
  ],
  ["too few categories of a number", encoder((c) => c.enc[1]?.values.pop()), /enc\[1\] has 0 categories/],
  ["a sorted place outside", encoder((c) => (c.sorted_idx[0] = 2)), /sorted_idx has 2 at 0/],
  ["a feature's categories outside", encoder((c) => (c.feature_segments[2] = 9)), /feature_segments has 9/],
  ["bounds of fewer features", encoder((c) => c.feature_segments.pop()), /one bound more/],
  ["dart's weights too few", dart([1]), /weight_drop has 1 elements for 2 trees/],
  [
    "a broken tree in dart",
    dart([1, 1], (m) => m.trees[0]?.parents.fill(5)),
    /gbtree\.model\.trees\[0\]\.parents/,
  ],
  ["linear weights too few", gblinear([1, 2]), /weights has 2 elements instead of 3/],
  ["an unknown booster", model({ name: "gbforest" }), /none of gbtree/],
  ["no parameters", { learner: { gradient_booster: { name: "gbtree" } } }, /num_feature is missing/],
];

function scanned(content: Buffer) {
  const report = scanBytes(content);
  return { admitted: report.admitted, reasons: report.findings.map((found) => found.message).join("\n") };
}

describe("XGBoost models as files", () => {
  test.each(HONEST)("admits %s", (_, document) => {
    expect(scanned(Buffer.from(JSON.stringify(document)))).toEqual({ admitted: true, reasons: "" });
    expect(scanned(ubjson(document))).toEqual({ admitted: true, reasons: "" });
  });

  test.each(BROKEN)("refuses %s", (_, document, reason) => {
    const inJson = scanned(Buffer.from(JSON.stringify(document)));
    expect(inJson).toMatchObject({ admitted: false, reasons: expect.stringMatching(reason) });
    const inUbjson = scanned(ubjson(document));
    expect(inUbjson).toMatchObject({ admitted: false, reasons: expect.stringMatching(reason) });
  });

  test("is not fooled by escapes, by what only a lenient reader takes, or by text that follows", () => {
    const text = JSON.stringify(first((t) => (t.left_children[0] = 6)));
    const escaped = text.replace('"gradient_booster"', '"\\u0067radient_booster"');
    expect(scanned(Buffer.from(escaped)).reasons).toMatch(/left_children has 6/);
    expect(scanned(Buffer.from(`${text} tail`)).reasons).toMatch(/cannot be read as one document/);
    expect(scanned(Buffer.from(`\n${text.replace("[6,", "[+6,")}`)).reasons).toMatch(/cannot be read/);
  });
});

describe("XGBoost models in pickles", () => {
  const judge = (handle: Buffer) =>
    xgboostBooster(object("xgboost.core.Booster", { handle: bytes(handle.toString("latin1")) }))?.reason;
  const whole = (document: object, config: object = {}) => ({ Config: { learner: config }, Model: document });

  test("takes a sound model in either form", () => {
    expect(judge(ubjson(whole(gbtree())))).toBeUndefined();
    expect(judge(Buffer.from(JSON.stringify(whole(dart([1, 1])))))).toBeUndefined();
    expect(judge(ubjson(gbtree()))).toBeUndefined();
  });

  test("refuses trees, configurations and forms outside the contract", () => {
    const broken = first((t) => (t.left_children[0] = 6));
    expect(judge(ubjson(whole(broken)))).toMatch(/Model\.learner.*left_children has 6 at 0/);
    const other = { learner_model_param: { ...PARAM, num_feature: "900" } };
    expect(judge(ubjson(whole(gbtree(), other)))).toMatch(/Config.*num_feature differs/);
    expect(judge(ubjson({ Config: {} }))).toMatch(/no model with a gradient booster/);
    expect(judge(ubjson(gbtree()).subarray(0, 90))).toMatch(/cannot be read/);
    expect(judge(Buffer.from("CONFIG-offset:\0\0"))).toMatch(/old binary form/);
    expect(judge(Buffer.from("binf\0\0"))).toMatch(/old binary form/);
  });
});
