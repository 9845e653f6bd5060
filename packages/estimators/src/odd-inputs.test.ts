import type { CallValue } from "@modelkeep/formats/value";
import { describe, expect, test } from "vitest";
import { EstimatorError } from "./error.ts";
import { loadModel } from "./load.ts";
import { array, instance, type Plain, tuple } from "./testing/graph.ts";

/** What the red team (tools/estimators/redteam.py) found once, and must not find again. */
type State = Record<string, Plain>;

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof EstimatorError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error("was not refused");
}

const scaler = (state: State = {}): CallValue =>
  instance("sklearn.preprocessing._data.MaxAbsScaler", {
    n_features_in_: 1,
    scale_: array([2]),
    ...state,
  });
const ridge = (): CallValue =>
  instance("sklearn.linear_model._ridge.Ridge", { n_features_in_: 1, coef_: array([2]), intercept_: 0 });
const texts = { data: ["1.5"], shape: [1, 1], dtype: "str" as const };

describe("an array of strings", () => {
  test("is no number to an estimator that names no dtype", () => {
    expect(refusal(() => loadModel(ridge()).invoke("predict", texts))).toMatch(/bytes\/strings/u);
    const normalizer = instance("sklearn.preprocessing._data.Normalizer", { norm: "l2", n_features_in_: 1 });
    expect(refusal(() => loadModel(normalizer).invoke("transform", texts))).toMatch(/bytes\/strings/u);
  });

  test("is read as numbers where the library asks for floats", () => {
    expect(loadModel(scaler()).invoke("transform", texts)).toMatchObject({ data: Float64Array.of(0.75) });
  });

  test("is one of objects in a frame", () => {
    const frame = { columns: { a: ["1.5"] }, dtypes: { a: "str" as const } };
    expect(loadModel(ridge()).invoke("predict", frame)).toMatchObject({ data: Float64Array.of(3) });
  });

  test("beside numbers would make strings of them", () => {
    const union = instance("sklearn.pipeline.FeatureUnion", {
      transformer_list: [tuple("a", scaler()), tuple("b", "passthrough")],
      transformer_weights: null,
    });
    expect(refusal(() => loadModel(union).invoke("transform", texts))).toMatch(/array of strings/u);
  });
});

test("selected columns of objects stay objects", () => {
  const selector = instance("sklearn.feature_selection._variance_threshold.VarianceThreshold", {
    n_features_in_: 2,
    threshold: 0,
    variances_: array([0, 1]),
  });
  const objects = { data: [1, "2", 3, null], shape: [2, 2], dtype: "object" as const };
  expect(loadModel(selector).invoke("transform", objects)).toMatchObject({
    data: ["2", null],
    dtype: "object",
  });
});

describe("DummyClassifier", () => {
  const dummy = (state: State): CallValue =>
    instance("sklearn.dummy.DummyClassifier", {
      n_outputs_: 2,
      _strategy: "prior",
      strategy: "prior",
      constant: null,
      sparse_output_: false,
      classes_: [array([0, 1]), array([2, 3])],
      class_prior_: [array([0.25, 0.75]), array([0.5, 0.5])],
      ...state,
    });
  const x = { data: [7], shape: [1, 1] };

  test("answers several outputs", () => {
    const model = loadModel(dummy({}));
    expect(model.invoke("predict", x)).toMatchObject({ data: Float64Array.of(1, 2), shape: [1, 2] });
    expect(model.invoke("predict_proba", x)).toMatchObject([
      { data: Float64Array.of(0.25, 0.75), shape: [1, 2] },
      { data: Float64Array.of(0.5, 0.5), shape: [1, 2] },
    ]);
    const constant = loadModel(dummy({ _strategy: "constant", constant: [0, 3] }));
    expect(constant.invoke("predict", x)).toMatchObject({ data: Float64Array.of(0, 3), dtype: "int64" });
  });

  test.each<[string, State, RegExp]>([
    ["lists for other outputs", { classes_: [array([0, 1])] }, /^malformed.*classes_/u],
    ["shares of other classes", { class_prior_: [array([1]), array([1])] }, /^malformed.*class_prior_/u],
    ["too few constants", { _strategy: "constant", constant: 1 }, /^malformed.*constant/u],
    ["a constant that is no class", { _strategy: "constant", constant: [0, 9] }, /^malformed.*constant/u],
    ["sparse answers", { sparse_output_: true }, /^unsupported.*sparse_output_/u],
    ["chance", { _strategy: "stratified" }, /^unsupported.*random/u],
  ])("refuses %s", (_, state, message) => {
    expect(refusal(() => loadModel(dummy(state)))).toMatch(message);
  });
});

test("a constant of floats does not go into whole numbers since 1.4", () => {
  const imputer = (version: string): CallValue =>
    instance("sklearn.impute._base.SimpleImputer", {
      _sklearn_version: version,
      n_features_in_: 1,
      statistics_: array([0]),
      strategy: "constant",
      missing_values: Number.NaN,
      add_indicator: false,
      keep_empty_features: true,
    });
  const whole = { data: Int32Array.of(5), shape: [1, 1] };
  expect(refusal(() => loadModel(imputer("1.5.2")).invoke("transform", whole))).toMatch(/cannot be cast/u);
  expect(loadModel(imputer("1.3.2")).invoke("transform", whole)).toMatchObject({ dtype: "int32" });
});

test("bagging decides by the mean decision of its members, and meta-estimators use it", () => {
  const member = (coef: number): CallValue =>
    instance("sklearn.svm._classes.LinearSVC", {
      n_features_in_: 1,
      coef_: array([coef], [1, 1]),
      intercept_: array([0]),
      classes_: array([0, 1]),
    });
  const bagging = instance("sklearn.ensemble._bagging.BaggingClassifier", {
    n_features_in_: 1,
    classes_: array([0, 1]),
    estimators_: [member(1), member(3)],
    estimators_features_: [array([0]), array([0])],
  });
  const input = { data: [2], shape: [1, 1] };
  expect(loadModel(bagging).invoke("decision_function", input)).toMatchObject({
    data: Float64Array.of(4),
    shape: [1],
  });
});

test("a vote over a member that predicts a matrix is refused", () => {
  const wide = instance("sklearn.linear_model._ridge.Ridge", {
    n_features_in_: 1,
    coef_: array([2], [1, 1]),
    intercept_: array([0]),
  });
  const voting = instance("sklearn.ensemble._voting.VotingRegressor", {
    estimators: [],
    estimators_: [ridge(), wide],
    weights: null,
  });
  expect(refusal(() => loadModel(voting).invoke("predict", { data: [1], shape: [1, 1] }))).toMatch(/matrix/u);
});
