import type { CallValue } from "@modelkeep/formats/value";
import { describe, expect, test } from "vitest";
import { EstimatorError, type EstimatorErrorCode } from "./error.ts";
import { loadModel } from "./load.ts";
import { array, dict, instance, type Plain, tuple } from "./testing/graph.ts";

function code(act: () => unknown): EstimatorErrorCode {
  try {
    act();
  } catch (error) {
    if (error instanceof EstimatorError) return error.code;
    throw error;
  }
  throw new Error("was not refused");
}

/** A classifier of one column whose decision is the column times a weight. */
const linear = (weight: number, classes: number[] = [0, 1]): Plain =>
  instance("sklearn.svm._classes.LinearSVC", {
    coef_: array([weight], [1, 1]),
    intercept_: array([0]),
    classes_: array(classes),
    n_features_in_: 1,
  });

const regressor = (...weights: number[]): Plain =>
  instance("sklearn.linear_model._base.LinearRegression", {
    coef_: array(weights),
    intercept_: 0,
    n_features_in_: weights.length,
  });

function rest(members: Plain[], version: string): Plain {
  return instance("sklearn.multiclass.OneVsRestClassifier", {
    _sklearn_version: version,
    estimators_: members,
    label_binarizer_: instance("sklearn.preprocessing._label.LabelBinarizer", {
      y_type_: "multiclass",
      classes_: array([10, 20, 30]),
      sparse_input_: false,
    }),
  });
}

describe("one class against the rest", () => {
  const x = { data: [2], shape: [1, 1] };

  test.each([
    ["1.7.2", 30],
    ["1.8.0", 10],
    ["1.9.1", 10],
  ])("%s chooses among equal scores", (version, label) => {
    const model = loadModel(rest([linear(1), linear(-1), linear(1)], version) as CallValue);
    expect(model.invoke("predict", x)).toMatchObject({ data: Float64Array.of(label) });
  });

  test("a member too few is refused", () => {
    expect(code(() => loadModel(rest([linear(1)], "1.5.2") as CallValue))).toBe("malformed");
  });
});

describe("one class against another", () => {
  const pairs = (members: Plain[], classes: number[], more: Record<string, Plain> = {}): Plain =>
    instance("sklearn.multiclass.OneVsOneClassifier", {
      estimators_: members,
      classes_: array(classes),
      pairwise_indices_: null,
      n_features_in_: 1,
      ...more,
    });

  test("votes count more than confidence", () => {
    const model = loadModel(pairs([linear(1), linear(1), linear(1)], [1, 2, 3]) as CallValue);
    expect(model.invoke("predict", { data: [5], shape: [1, 1] })).toMatchObject({ data: Float64Array.of(3) });
  });

  test("a member too many is refused, and so are kernels cut to pairs", () => {
    expect(code(() => loadModel(pairs([linear(1), linear(1)], [1, 2]) as CallValue))).toBe("malformed");
    expect(code(() => loadModel(pairs([linear(1)], [1, 2], { pairwise_indices_: [] }) as CallValue))).toBe(
      "unsupported",
    );
  });
});

describe("code words", () => {
  const coded = (book: Plain): Plain =>
    instance("sklearn.multiclass.OutputCodeClassifier", {
      estimators_: [linear(1), linear(1)],
      classes_: array([7, 8]),
      code_book_: book,
      n_features_in_: 1,
    });

  test("the nearest wins, the first of equals where they are exact", () => {
    const model = loadModel(coded(array([1, -1, -1, 1], [2, 2])) as CallValue);
    expect(model.invoke("predict", { data: [1], shape: [1, 1] })).toMatchObject({ data: Float64Array.of(7) });
  });

  test("equals by rounding are refused", () => {
    const model = loadModel(coded(array([1, -1, -1, 1], [2, 2])) as CallValue);
    expect(code(() => model.invoke("predict", { data: [0.1], shape: [1, 1] }))).toBe("bad-input");
  });

  test("a book of another size is refused", () => {
    expect(code(() => loadModel(coded(array([1, 1], [1, 2])) as CallValue))).toBe("malformed");
  });
});

describe("chains", () => {
  const chain = (order: Plain): Plain =>
    instance("sklearn.multioutput.RegressorChain", {
      estimators_: [regressor(1), regressor(0, 2)],
      order_: order,
      n_features_in_: 1,
    });

  test("later members see what earlier ones predicted", () => {
    expect(
      loadModel(chain(array([1, 0])) as CallValue).invoke("predict", { data: [3], shape: [1, 1] }),
    ).toMatchObject({ data: Float64Array.of(6, 3), shape: [1, 2] });
  });

  test.each([
    ["an output twice", [0, 0]],
    ["an output that is not there", [0, 2]],
    ["half an output", [0, 0.5]],
    ["an output too few", [0]],
  ])("%s is refused", (_, order) => {
    expect(code(() => loadModel(chain(array(order)) as CallValue))).toBe("malformed");
  });
});

describe("thresholds", () => {
  const tuned = (scorer: Plain): Plain =>
    instance("sklearn.model_selection._classification_threshold.TunedThresholdClassifierCV", {
      estimator_: linear(1),
      response_method: "auto",
      best_threshold_: 3,
      _curve_scorer: scorer,
    });
  const scorer = (name: string, kwargs: Record<string, Plain> = {}): Plain =>
    instance("sklearn.metrics._scorer._CurveScorer", {
      _score_func: { kind: "global", module: "sklearn.metrics._classification", name, offset: 0 },
      _kwargs: dict(kwargs),
    });

  test("decide at the score that was tuned", () => {
    const model = loadModel(tuned(scorer("balanced_accuracy_score")) as CallValue);
    expect(model.invoke("predict", { data: [2, 3], shape: [2, 1] })).toMatchObject({
      data: Float64Array.of(0, 1),
    });
  });

  test("turn round for the other label", () => {
    const model = loadModel(tuned(scorer("f1_score", { pos_label: 0 })) as CallValue);
    expect(model.invoke("predict", { data: [-3, 3], shape: [2, 1] })).toMatchObject({
      data: Float64Array.of(0, 1),
    });
  });

  test("refuse a score that is not known, and a label that is none", () => {
    expect(code(() => loadModel(tuned(scorer("my_score")) as CallValue))).toBe("unsupported");
    expect(code(() => loadModel(tuned(scorer("f1_score", { pos_label: 9 })) as CallValue))).toBe("malformed");
  });
});

describe("wrappers", () => {
  test("an estimator that holds itself is refused", () => {
    const frozen = instance("sklearn.frozen._frozen.FrozenEstimator", {});
    const [state] = frozen.states;
    if (state?.kind !== "dict") throw new Error("no state");
    (state.entries as [Plain, Plain][]).push([{ kind: "str", value: "estimator", offset: 0 }, frozen]);
    expect(code(() => loadModel(frozen))).toBe("malformed");
  });

  test("columns by another model's coefficients", () => {
    const select = instance("sklearn.feature_selection._from_model.SelectFromModel", {
      estimator_: regressor(1, 3, 2),
      importance_getter: "auto",
      threshold: "1.25*mean",
      norm_order: 1,
      prefit: false,
      max_features: null,
    });
    expect(loadModel(select).invoke("transform", { data: [1, 2, 3], shape: [1, 3] })).toMatchObject({
      data: Float64Array.of(2),
    });
  });

  test("a score on the threshold by rounding is refused, and so is an estimator without importances", () => {
    const state = { importance_getter: "auto", norm_order: 1, prefit: false, max_features: null };
    const name = "sklearn.feature_selection._from_model.SelectFromModel";
    expect(
      code(() => loadModel(instance(name, { ...state, estimator_: regressor(1, 1), threshold: null }))),
    ).toBe("unsupported");
    const pipeline = instance("sklearn.pipeline.Pipeline", { steps: [tuple("a", regressor(1))] });
    expect(code(() => loadModel(instance(name, { ...state, estimator_: pipeline, threshold: null })))).toBe(
      "unsupported",
    );
  });
});

describe("imputation in rounds", () => {
  const imputer = (step: Plain[], state: Record<string, Plain> = {}): CallValue =>
    instance("sklearn.impute._iterative.IterativeImputer", {
      sample_posterior: false,
      missing_values: Number.NaN,
      initial_strategy: "mean",
      add_indicator: false,
      n_iter_: 1,
      n_features_in_: 2,
      initial_imputer_: instance("sklearn.impute._base.SimpleImputer", {
        statistics_: array([1, 1]),
        missing_values: Number.NaN,
        strategy: "mean",
        add_indicator: false,
      }),
      _min_value: array([-9, -9]),
      _max_value: array([9, 9]),
      imputation_sequence_: [instance("sklearn.impute._iterative._ImputerTriplet", {}, step)],
      ...state,
    });

  test("predicts a gap from the other column, within bounds", () => {
    const model = loadModel(imputer([0, array([1]), regressor(2)]));
    const x = { data: [Number.NaN, 3, Number.NaN, 7], shape: [2, 2] };
    expect(model.invoke("transform", x)).toMatchObject({ data: Float64Array.of(6, 3, 9, 7) });
  });

  test.each([
    ["a column that is not there", [2, array([1]), regressor(2)]],
    ["no column to predict from", [0, array([]), regressor(2)]],
    ["a column to predict from that is not there", [0, array([-1]), regressor(2)]],
    ["half a step", [0, array([1])]],
  ] as [string, Plain[]][])("refuses %s", (_, step) => {
    expect(code(() => loadModel(imputer(step)))).toBe("malformed");
  });

  test("refuses draws at random, and an indicator of columns that are not there", () => {
    const step = [0, array([1]), regressor(2)];
    expect(code(() => loadModel(imputer(step, { sample_posterior: true })))).toBe("unsupported");
    const indicator = instance("sklearn.impute._base.MissingIndicator", { features_: array([5]) });
    expect(code(() => loadModel(imputer(step, { add_indicator: true, indicator_: indicator })))).toBe(
      "malformed",
    );
  });
});
