import type { CallValue } from "@modelkeep/formats/value";
import { describe, expect, test } from "vitest";
import type { Method } from "../data.ts";
import { EstimatorError } from "../error.ts";
import { loadModel } from "../load.ts";
import { array, dict, instance, type Plain } from "../testing/graph.ts";

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

const numbers = (model: CallValue, method: Method, data: number[], cols: number): unknown =>
  loadModel(model).invoke(method, { data, shape: [data.length / cols, cols] });

/** Three samples on a line: 0, 1 and 3. */
const samples: State = {
  n_features_in_: 1,
  n_samples_fit_: 3,
  _fit_method: "brute",
  _fit_X: array([0, 1, 3], [3, 1]),
  _tree: null,
  effective_metric_: "manhattan",
  effective_metric_params_: dict({}),
};
const nearest = (state: State = {}): CallValue =>
  instance("sklearn.neighbors._unsupervised.NearestNeighbors", {
    ...samples,
    n_neighbors: 2,
    radius: 1,
    ...state,
  });

describe("LocalOutlierFactor", () => {
  const model = (state: State = {}): CallValue =>
    instance("sklearn.neighbors._lof.LocalOutlierFactor", {
      ...samples,
      n_neighbors: 2,
      n_neighbors_: 2,
      novelty: true,
      offset_: -1.5,
      _lrd: array([0.5, 0.5, 0.25]),
      _distances_fit_X_: array([1, 3, 1, 2, 2, 3], [3, 2]),
      ...state,
    });

  test("answers the mean density of the neighbours against the row's own", () => {
    // Neighbours of 0 are 0 and 1: reach 3 and 2, so its own density is 1 / 2.5.
    const { data } = numbers(model(), "score_samples", [0], 1) as { data: Float64Array };
    expect(data[0]).toBeCloseTo(-1.25, 9);
    expect(numbers(model(), "predict", [0, 100], 1)).toMatchObject({
      data: Float64Array.of(1, -1),
      dtype: "int64",
    });
  });

  test("without novelty has no scores of new rows", () => {
    expect(loadModel(model({ novelty: false })).methods).toEqual(["kneighbors"]);
  });

  test.each<[string, State, RegExp]>([
    [
      "distances of other samples",
      { _distances_fit_X_: array([1, 3], [1, 2]) },
      /^malformed.*_distances_fit_X_/u,
    ],
    ["distances to another number of neighbours", { n_neighbors_: 1 }, /^malformed.*_distances_fit_X_/u],
    ["too few densities", { _lrd: array([1]) }, /^malformed.*_lrd/u],
  ])("refuses %s", (_, state, message) => {
    expect(refusal(() => loadModel(model(state)))).toMatch(message);
  });

  test("refuses single precision, as newer releases compute in it", () => {
    const input = { data: Float32Array.of(0), shape: [1, 1] };
    expect(refusal(() => loadModel(model()).invoke("predict", input))).toMatch(/^bad-input.*single/u);
    const older = loadModel(model({ _sklearn_version: "1.0.2" }));
    expect(older.invoke("predict", input)).toMatchObject({ data: Float64Array.of(1) });
  });

  test("refuses to call a row that lies on the threshold", () => {
    const { data } = numbers(model(), "score_samples", [0], 1) as { data: Float64Array };
    expect(refusal(() => numbers(model({ offset_: data[0] ?? 0 }), "predict", [0], 1))).toMatch(/threshold/u);
  });
});

describe("KNNImputer", () => {
  const model = (state: State = {}): CallValue =>
    instance("sklearn.impute._knn.KNNImputer", {
      n_features_in_: 2,
      n_neighbors: 1,
      weights: "uniform",
      metric: "nan_euclidean",
      missing_values: Number.NaN,
      add_indicator: false,
      keep_empty_features: false,
      _fit_X: array([0, 10, 4, 20, Number.NaN, 30], [3, 2]),
      ...state,
    });

  test("fills with the value of the nearest that has one", () => {
    expect(numbers(model(), "transform", [3, Number.NaN, Number.NaN, 12], 2)).toMatchObject({
      data: Float64Array.of(3, 20, 0, 12),
    });
  });

  test("fills with the mean where nothing is shared with any sample", () => {
    expect(numbers(model(), "transform", [Number.NaN, Number.NaN], 2)).toMatchObject({
      data: Float64Array.of(2, 20),
    });
  });

  test("counts samples without a distance as neighbours before 1.6, as the library did", () => {
    const all = { n_neighbors: 3 };
    const row = [1, Number.NaN];
    expect(numbers(model(all), "transform", row, 2)).toMatchObject({ data: Float64Array.of(1, 20) });
    const newer = model({ ...all, _sklearn_version: "1.6.1" });
    expect(numbers(newer, "transform", row, 2)).toMatchObject({ data: Float64Array.of(1, 15) });
  });

  test("refuses neighbours that are equally far and differ", () => {
    expect(refusal(() => numbers(model(), "transform", [2, Number.NaN], 2))).toMatch(
      /^bad-input.*equally near/u,
    );
  });

  test.each<[string, State, RegExp]>([
    ["a metric that is a function", { metric: nearest() }, /^unsupported.*metric/u],
    ["weights that are a function", { weights: nearest() }, /^unsupported.*weights/u],
    ["a missing value that is no number", { missing_values: null }, /^unsupported.*missing_values/u],
  ])("refuses %s", (_, state, message) => {
    expect(refusal(() => loadModel(model(state)))).toMatch(message);
  });
});

describe("KernelDensity", () => {
  const model = (state: State): CallValue =>
    instance("sklearn.neighbors._kde.KernelDensity", {
      atol: 0,
      rtol: 0,
      metric: "euclidean",
      metric_params: null,
      kernel: "gaussian",
      bandwidth: 1,
      tree_: null,
      ...state,
    });

  test.each<[string, State, RegExp]>([
    ["a tolerance", { rtol: 1e-4 }, /^unsupported.*rtol/u],
    ["parameters of a metric", { metric_params: dict({ V: array([1]) }) }, /^unsupported.*metric_params/u],
    ["an unknown metric", { metric: "wave" }, /^unsupported.*wave/u],
    ["no tree", {}, /^malformed.*tree/u],
  ])("refuses %s", (_, state, message) => {
    expect(refusal(() => loadModel(model(state)))).toMatch(message);
  });
});

describe("LabelPropagation", () => {
  const model = (state: State = {}): CallValue =>
    instance("sklearn.semi_supervised._label_propagation.LabelPropagation", {
      n_features_in_: 1,
      kernel: "rbf",
      gamma: 1,
      X_: array([0, 1, 3], [3, 1]),
      classes_: array([0, 5]),
      label_distributions_: array([1, 0, 1, 0, 0, 1], [3, 2]),
      ...state,
    });

  test("shares by kernel, and by neighbours", () => {
    expect(numbers(model(), "predict", [0.5, 3], 1)).toMatchObject({ data: Float64Array.of(0, 5) });
    const knn = model({ kernel: "knn", nn_fit: nearest() });
    expect(numbers(knn, "predict_proba", [2.5], 1)).toMatchObject({ data: Float64Array.of(0.5, 0.5) });
  });

  test("refuses labels that are equally likely", () => {
    const knn = model({ kernel: "knn", nn_fit: nearest() });
    expect(refusal(() => numbers(knn, "predict", [2.5], 1))).toMatch(/^bad-input.*equally likely/u);
  });

  test("refuses a row whose kernel values vanish", () => {
    expect(refusal(() => numbers(model(), "predict", [100], 1))).toMatch(/^bad-input.*far/u);
  });

  test.each<[string, State, RegExp]>([
    ["a kernel that is a function", { kernel: nearest() }, /^unsupported.*kernel/u],
    ["labels of other samples", { label_distributions_: array([1, 0], [1, 2]) }, /^malformed/u],
    ["a search that is none", { kernel: "knn", nn_fit: null }, /^malformed.*nn_fit/u],
    [
      "a search of other samples",
      { kernel: "knn", nn_fit: nearest({ _fit_X: array([0, 1], [2, 1]) }) },
      /^malformed.*nn_fit/u,
    ],
  ])("refuses %s", (_, state, message) => {
    expect(refusal(() => loadModel(model(state)))).toMatch(message);
  });
});

describe("manifolds", () => {
  const embedding = (state: State = {}): CallValue =>
    instance("sklearn.manifold._locally_linear.LocallyLinearEmbedding", {
      n_features_in_: 1,
      n_neighbors: 2,
      n_components: 1,
      reg: 1e-3,
      nbrs_: nearest(),
      embedding_: array([1, 2, 4], [3, 1]),
      ...state,
    });

  test("a row between two samples is placed between their places", () => {
    const { data } = numbers(embedding(), "transform", [0.5], 1) as { data: Float64Array };
    expect(data[0]).toBeCloseTo(1.5, 9);
  });

  test.each<[string, State, RegExp]>([
    ["hardly any regularisation", { reg: 1e-12 }, /^unsupported.*reg/u],
    ["places of other samples", { embedding_: array([1], [1, 1]) }, /^malformed.*embedding_/u],
    ["a search that is none", { nbrs_: null }, /^malformed.*nbrs_/u],
  ])("LocallyLinearEmbedding refuses %s", (_, state, message) => {
    expect(refusal(() => loadModel(embedding(state)))).toMatch(message);
  });

  test("Isomap refuses paths between other samples", () => {
    const model = instance("sklearn.manifold._isomap.Isomap", {
      n_neighbors: 2,
      nbrs_: nearest(),
      dist_matrix_: array([0, 0, 0], [1, 3]),
    });
    expect(refusal(() => loadModel(model))).toMatch(/^malformed.*dist_matrix_/u);
  });
});

describe("KernelCenterer", () => {
  const model = (state: State = {}): CallValue =>
    instance("sklearn.preprocessing._data.KernelCenterer", {
      n_features_in_: 2,
      K_fit_rows_: array([1, 2]),
      K_fit_all_: 1.5,
      ...state,
    });

  test("moves kernel values to the centre", () => {
    expect(numbers(model(), "transform", [4, 8], 2)).toMatchObject({ data: Float64Array.of(-1.5, 1.5) });
  });

  test("refuses single precision, other columns, and values of which little is left", () => {
    const single = { data: Float32Array.of(1, 2), shape: [1, 2] };
    expect(refusal(() => loadModel(model()).invoke("transform", single))).toMatch(/single/u);
    expect(refusal(() => numbers(model(), "transform", [1], 1))).toMatch(/expecting 2 features/u);
    expect(refusal(() => numbers(model(), "transform", [1e17, 1e17], 2))).toMatch(/cancel/u);
    expect(refusal(() => loadModel(model({ K_fit_rows_: array([1]) })))).toMatch(/^malformed/u);
  });
});

describe("BernoulliRBM", () => {
  const model = (state: State = {}): CallValue =>
    instance("sklearn.neural_network._rbm.BernoulliRBM", {
      n_features_in_: 2,
      components_: array([0.5, -0.25], [1, 2]),
      intercept_hidden_: array([0.1]),
      intercept_visible_: array([0.2, -0.3]),
      random_state: 0,
      ...state,
    });

  test("scores only with a seed, which says which unit is changed", () => {
    expect(loadModel(model()).methods).toEqual(["transform", "score_samples"]);
    expect(loadModel(model({ random_state: null })).methods).toEqual(["transform"]);
    expect(loadModel(model({ random_state: nearest() })).methods).toEqual(["transform"]);
  });

  test("answers one row without a dimension before 1.4, as the library did", () => {
    const older = model({ _sklearn_version: "1.3.2" });
    expect(numbers(older, "score_samples", [1, 0], 2)).toMatchObject({ shape: [] });
    expect(numbers(model(), "score_samples", [1, 0], 2)).toMatchObject({ shape: [1] });
  });

  test("refuses scores of whole numbers other than 0 and 1, and of single precision", () => {
    const whole = { data: Uint8Array.of(2, 0), shape: [1, 2] };
    expect(refusal(() => loadModel(model()).invoke("score_samples", whole))).toMatch(/uint8/u);
    const single = { data: Float32Array.of(1, 0), shape: [1, 2] };
    expect(refusal(() => loadModel(model()).invoke("score_samples", single))).toMatch(/single/u);
  });
});
