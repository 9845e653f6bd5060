import type { CallValue } from "@modelkeep/formats/value";
import { describe, expect, test } from "vitest";
import { EstimatorError, type EstimatorErrorCode } from "./error.ts";
import { loadModel } from "./load.ts";
import {
  array,
  dict,
  instance,
  type Node,
  type Plain,
  regressionTree,
  tuple,
  value,
} from "./testing/graph.ts";

const LINEAR = "sklearn.linear_model._base.LinearRegression";
const linear = (state: Record<string, Plain> = {}): CallValue =>
  instance(LINEAR, { coef_: array([2, -1]), intercept_: 0.5, n_features_in_: 2, ...state });

function refusal(act: () => unknown): { code: EstimatorErrorCode; message: string } {
  try {
    act();
  } catch (error) {
    if (error instanceof EstimatorError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error("was not refused");
}

const X = { data: [1, 1, 0, 4], shape: [2, 2] };

describe("a linear regression", () => {
  test("predicts", () => {
    const model = loadModel(linear());
    expect(model.methods).toEqual(["predict"]);
    expect(model.nFeatures).toBe(2);
    expect(model.invoke("predict", X)).toEqual({
      data: Float64Array.of(1.5, -3.5),
      shape: [2],
      dtype: "float64",
    });
  });

  test("predicts from records, frames and CSR", () => {
    const model = loadModel(linear());
    const want = Float64Array.of(1.5);
    expect(model.invoke("predict", [{ a: 1, b: 1 }])).toMatchObject({ data: want });
    expect(model.invoke("predict", { columns: { a: [1], b: [1] } })).toMatchObject({ data: want });
    expect(
      model.invoke("predict", { indptr: [0, 2], indices: [0, 1], data: [1, 1], shape: [1, 2] }),
    ).toMatchObject({ data: want });
  });

  test.each([
    ["not-a-number", { data: [1, Number.NaN], shape: [1, 2] }, /Input X contains NaN/u],
    ["infinity", { data: [1, Infinity], shape: [1, 2] }, /infinity/u],
    [
      "a column too many",
      { data: [1, 2, 3], shape: [1, 3] },
      /X has 3 features, but LinearRegression is expecting 2/u,
    ],
    ["no row", { data: [], shape: [0, 2] }, /0 sample\(s\)/u],
    ["one dimension", { data: [1, 2], shape: [2] }, /Expected 2D array/u],
    ["a shape that lies", { data: [1, 2], shape: [2, 2] }, /wants 4 values/u],
    ["a shape beyond memory", { data: [], shape: [2 ** 30, 2 ** 20] }, /More than/u],
    ["a fraction of a row", { data: [1], shape: [0.5, 2] }, /Impossible shape/u],
    ["text", { data: ["x", "y"], shape: [1, 2] }, /could not convert string to float/u],
    [
      "an unsafe whole number",
      { data: [2n ** 60n + 1n, 1n], shape: [1, 2], dtype: "int64" as const },
      /int64|number/u,
    ],
  ])("refuses %s", (_name, input, message) => {
    const refused = refusal(() => loadModel(linear()).invoke("predict", input));
    expect(refused.code).toBe("bad-input");
    expect(refused.message).toMatch(message);
  });

  test.each([
    ["a gap", { indptr: [0, 3], indices: [0, 1], data: [1, 1], shape: [1, 2] as const }],
    ["a column outside", { indptr: [0, 1], indices: [2], data: [1], shape: [1, 2] as const }],
    ["going back", { indptr: [1, 0], indices: [0], data: [1], shape: [1, 2] as const }],
  ])("refuses a sparse matrix with %s", (_name, input) => {
    expect(refusal(() => loadModel(linear()).invoke("predict", input)).code).toBe("bad-input");
  });

  test("enforces the names and the order it was fitted with", () => {
    const model = loadModel(linear({ feature_names_in_: ["a", "b"] }));
    expect(model.featureNames).toEqual(["a", "b"]);
    expect(refusal(() => model.invoke("predict", { columns: { b: [1], a: [1] } })).message).toMatch(
      /same order/u,
    );
    expect(refusal(() => model.invoke("predict", { columns: { a: [1], c: [1] } })).message).toMatch(
      /unseen at fit time:\n- c[^]*now missing:\n- b/u,
    );
  });

  test("has no other method", () => {
    expect(refusal(() => loadModel(linear()).invoke("predict_proba", X)).code).toBe("unsupported");
  });
});

describe("refused at load", () => {
  const cases: [string, () => Plain, EstimatorErrorCode, RegExp][] = [
    ["a list", () => [], "unsupported", /is a list/u],
    ["a class nobody evaluates", () => instance("os.system", {}), "unsupported", /os\.system/u],
    [
      "a class of Object's prototype",
      () => instance("__proto__.constructor", {}),
      "unsupported",
      /not evaluated/u,
    ],
    ["an unfitted model", () => instance(LINEAR, {}), "malformed", /LinearRegression\.coef_ is missing/u],
    [
      "a newer release",
      () => linear({ _sklearn_version: "2.0.0" }),
      "unsupported",
      /2\.0\.0; this engine knows 1\.0 to/u,
    ],
    ["an older release", () => linear({ _sklearn_version: "0.22" }), "unsupported", /0\.22/u],
    [
      "a release that is none",
      () => linear({ _sklearn_version: "1.5.dev0" }),
      "malformed",
      /no released version/u,
    ],
    [
      "a method put on the instance",
      () => linear({ predict: "x" }),
      "unsupported",
      /LinearRegression\.predict replaces/u,
    ],
    [
      "frames as output",
      () => linear({ _sklearn_output_config: dict({ transform: "pandas" }) }),
      "unsupported",
      /set_output/u,
    ],
    [
      "coefficients for other columns",
      () => linear({ n_features_in_: 3 }),
      "malformed",
      /coef_ is for 2 features/u,
    ],
    [
      "coefficients of three dimensions",
      () => linear({ coef_: array([1, 2], [1, 1, 2]) }),
      "malformed",
      /shape \(1, 1, 2\)/u,
    ],
    [
      "an intercept for other outputs",
      () => linear({ intercept_: array([1, 2, 3]) }),
      "malformed",
      /intercept_/u,
    ],
    ["coefficients that are text", () => linear({ coef_: "x" }), "malformed", /coef_ is a str/u],
    [
      "names that are numbers",
      () => linear({ feature_names_in_: [1, 2] }),
      "malformed",
      /feature_names_in_/u,
    ],
    ["constructor arguments", () => instance(LINEAR, {}, ["x"]), "malformed", /arguments/u],
    [
      "state set twice",
      () => ({ ...linear(), states: [dict({}), dict({})] }),
      "malformed",
      /more than once/u,
    ],
    [
      "items appended to an estimator",
      () => ({ ...linear(), appended: [value(1)] }),
      "malformed",
      /never writes/u,
    ],
  ];
  test.each(cases)("%s", (_name, make, code, message) => {
    const refused = refusal(() => loadModel(value(make())));
    expect(refused.message).toMatch(message);
    expect(refused.code).toBe(code);
  });

  test("a state without a version, unless the caller knows it", () => {
    const bare: CallValue = { ...linear(), states: [dict({ coef_: array([1, 1]), intercept_: 0 })] };
    expect(refusal(() => loadModel(bare)).code).toBe("unsupported");
    expect(loadModel(bare, { sklearnVersion: "1.5.2" }).className).toBe(LINEAR);
  });

  test("a pipeline that contains itself", () => {
    const steps: Plain[] = [];
    const pipeline = instance("sklearn.pipeline.Pipeline", { steps: { kind: "list", items: [], offset: 0 } });
    const state = pipeline.states[0];
    if (state?.kind !== "dict") throw new Error("no state");
    state.entries.push([value("steps"), value([...steps, tuple("a", pipeline)])]);
    expect(refusal(() => loadModel(pipeline)).message).toMatch(/contains itself/u);
  });

  test("pipelines nested without end", () => {
    let inner: CallValue = linear();
    for (let i = 0; i < 1_000; i++)
      inner = instance("sklearn.pipeline.Pipeline", { steps: [tuple("a", inner)] });
    expect(refusal(() => loadModel(inner)).message).toMatch(/nest deeper/u);
  });

  test("an untrusted function in a FunctionTransformer", () => {
    const model = instance("sklearn.preprocessing._function_transformer.FunctionTransformer", {
      func: { kind: "global", module: "numpy", name: "fromfile", offset: 0 },
      kw_args: null,
      validate: false,
    });
    expect(refusal(() => loadModel(model)).message).toMatch(/FunctionTransformer\.func is numpy\.fromfile/u);
  });
});

test("a vote for a class that there is not is refused, not counted elsewhere", () => {
  const dummy = instance("sklearn.dummy.DummyClassifier", {
    classes_: array([0, 5]),
    class_prior_: array([0, 1]),
    n_outputs_: 1,
    strategy: "prior",
  });
  const encoder = instance("sklearn.preprocessing._label.LabelEncoder", { classes_: array([0, 1]) });
  const model = loadModel(
    instance("sklearn.ensemble._voting.VotingClassifier", {
      estimators_: [dummy],
      le_: encoder,
      voting: "hard",
      weights: null,
    }),
  );
  expect(refusal(() => model.invoke("predict", X)).message).toMatch(/votes for class 5 of 2/u);
});

describe("a hostile tree", () => {
  const leaf: Node = { left: -1, right: -1, feature: -2, threshold: -2 };
  const split = (left: number, right: number, feature = 0, threshold = 0.5): Node => ({
    left,
    right,
    feature,
    threshold,
  });

  test("an honest one predicts", () => {
    const model = loadModel(regressionTree([split(1, 2), leaf, leaf], [0, 3, 7]));
    expect(model.invoke("predict", { data: [0, 0, 1, 0], shape: [2, 2] })).toMatchObject({
      data: Float64Array.of(3, 7),
    });
  });

  test.each([
    ["a child that is its parent", [split(0, 1), leaf], /reached twice/u],
    ["a cycle through a grandchild", [split(1, 2), split(2, 0), leaf], /reached twice/u],
    ["a shared leaf", [split(1, 1), leaf], /reached twice/u],
    ["a child outside", [split(1, 9), leaf], /child 9 of a tree of 2 nodes/u],
    ["a negative child", [split(-5, 1), leaf], /child -5/u],
    ["one missing child", [split(1, -1), leaf], /child -1/u],
    ["a feature outside", [split(1, 2, 2), leaf, leaf], /feature 2 of 2/u],
    ["a negative feature", [split(1, 2, -1), leaf, leaf], /feature -1/u],
    ["no threshold", [split(1, 2, 0, Number.NaN), leaf, leaf], /no threshold/u],
    ["no nodes", [], /without nodes|has shape/u],
  ])("%s", (_name, nodes, message) => {
    const refused = refusal(() =>
      loadModel(
        regressionTree(
          nodes,
          nodes.map(() => 0),
        ),
      ),
    );
    expect(refused).toMatchObject({ code: "malformed" });
    expect(refused.message).toMatch(message);
  });

  test("values for other nodes", () => {
    expect(refusal(() => loadModel(regressionTree([leaf], [0, 1]))).message).toMatch(/values has shape/u);
  });
});
