import type { CallValue } from "@modelkeep/formats/value";
import { describe, expect, test } from "vitest";
import { EstimatorError } from "../error.ts";
import { loadModel } from "../load.ts";
import { array, dict, instance, type Plain } from "../testing/graph.ts";

function code(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof EstimatorError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error("was not refused");
}

/** Three samples on a line: 0, 1 and 3. */
const nearest = (state: Record<string, Plain> = {}): CallValue =>
  instance("sklearn.neighbors._unsupervised.NearestNeighbors", {
    n_neighbors: 2,
    n_features_in_: 1,
    n_samples_fit_: 3,
    _fit_method: "brute",
    _fit_X: array([0, 1, 3], [3, 1]),
    _tree: null,
    effective_metric_: "manhattan",
    effective_metric_params_: dict({}),
    ...state,
  });
const x = { data: [0.25], shape: [1, 1] };

describe("nearest neighbours", () => {
  test("answer distances and indices, nearest first", () => {
    expect(loadModel(nearest()).invoke("kneighbors", x)).toMatchObject([
      { data: Float64Array.of(0.25, 0.75), shape: [1, 2], dtype: "float64" },
      { data: Float64Array.of(0, 1), shape: [1, 2], dtype: "int64" },
    ]);
  });

  test.each<[string, Record<string, Plain>, RegExp]>([
    ["a way of searching that there is not", { _fit_method: "lsh" }, /_fit_method/u],
    ["an unknown metric", { effective_metric_: "wave" }, /metric.*wave/u],
    [
      "a power of nothing",
      { effective_metric_: "minkowski", effective_metric_params_: dict({ p: 0 }) },
      /^unsupported.*p /u,
    ],
    [
      "variances of other columns",
      { effective_metric_: "seuclidean", effective_metric_params_: dict({ V: array([1, 2]) }) },
      /^malformed/u,
    ],
    [
      "a matrix of other columns",
      {
        effective_metric_: "mahalanobis",
        effective_metric_params_: dict({ VI: array([1, 0, 0, 1], [2, 2]) }),
      },
      /^malformed/u,
    ],
    ["a tree that is none", { _fit_method: "kd_tree", effective_metric_: "euclidean" }, /^malformed.*tree/u],
    ["no neighbours", { n_neighbors: 0 }, /n_neighbors/u],
  ])("refuse %s", (_, state, message) => {
    expect(code(() => loadModel(nearest(state)).invoke("kneighbors", x))).toMatch(message);
  });

  test("refuse more neighbours than there are samples", () => {
    expect(code(() => loadModel(nearest({ n_neighbors: 4 })).invoke("kneighbors", x))).toMatch(
      /^bad-input.*n_samples_fit = 3/u,
    );
  });

  test("refuse a row whose neighbours depend on how the library's linear algebra rounds", () => {
    const euclidean = nearest({
      effective_metric_: "euclidean",
      _fit_X: array([1e8, 1e8 + 1e-7, 3], [3, 1]),
    });
    const near = { data: [1e8], shape: [1, 1] };
    expect(code(() => loadModel(euclidean).invoke("kneighbors", near))).toMatch(/^bad-input.*rounds/u);
  });
});

describe("their votes", () => {
  const classifier = (state: Record<string, Plain> = {}): CallValue => {
    const base = nearest(state);
    return instance("sklearn.neighbors._classification.KNeighborsClassifier", {
      n_neighbors: 1,
      weights: "uniform",
      n_features_in_: 1,
      n_samples_fit_: 3,
      _fit_method: "brute",
      _fit_X: array([0, 1, 3], [3, 1]),
      _tree: null,
      effective_metric_: "manhattan",
      effective_metric_params_: dict({}),
      outputs_2d_: false,
      classes_: array([5, 7]),
      _y: array([0, 1, 1]),
      ...(base.states.length === 0 ? {} : state),
    });
  };

  test("are the class of the nearest", () => {
    expect(loadModel(classifier()).invoke("predict", x)).toMatchObject({ data: Float64Array.of(5) });
  });

  test.each<[string, Record<string, Plain>, RegExp]>([
    ["a class that there is not", { _y: array([0, 1, 2]) }, /^malformed.*_y\[2\]/u],
    ["labels of other samples", { _y: array([0, 1]) }, /^malformed.*_y/u],
    [
      "weights that are a function",
      { weights: { kind: "global", module: "m", name: "f", offset: 0 } },
      /weights/u,
    ],
  ])("refuse %s", (_, state, message) => {
    expect(code(() => loadModel(classifier(state)))).toMatch(message);
  });
});

describe("votes within a radius", () => {
  const classifier = (version: string, classes: Plain): CallValue =>
    instance("sklearn.neighbors._classification.RadiusNeighborsClassifier", {
      _sklearn_version: version,
      radius: 1,
      weights: "uniform",
      n_features_in_: 1,
      n_samples_fit_: 3,
      _fit_method: "brute",
      _fit_X: array([0, 1, 3], [3, 1]),
      _tree: null,
      effective_metric_: "manhattan",
      effective_metric_params_: dict({}),
      outputs_2d_: false,
      outlier_label: null,
      outlier_label_: null,
      classes_: classes,
      _y: array([0, 1, 1]),
    });

  test.each(["1.4.2", "1.5.2", "1.8.0"])(
    "refuse labels that scikit-learn %s mistakes for places",
    (version) => {
      expect(code(() => loadModel(classifier(version, array([5, 7]))))).toMatch(
        /^unsupported.*mistakes for places/u,
      );
      expect(loadModel(classifier(version, array([0, 1]))).methods).toContain("predict");
    },
  );

  test.each(["1.3.2", "1.9.1"])("take them where %s does not", (version) => {
    expect(loadModel(classifier(version, array([5, 7]))).methods).toContain("predict");
  });
});
