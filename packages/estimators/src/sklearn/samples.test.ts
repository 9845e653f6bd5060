import type { CallValue, Value } from "@modelkeep/formats/value";
import { describe, expect, test } from "vitest";
import { EstimatorError } from "../error.ts";
import { loadModel } from "../load.ts";
import { array, instance, type Plain, tuple } from "../testing/graph.ts";

const KERNELS = "sklearn.gaussian_process.kernels.";

function code(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof EstimatorError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error("was not refused");
}

const global = (module: string, name: string): Value => ({ kind: "global", module, name, offset: 0 });

describe("kernel ridge", () => {
  const ridge = (state: Record<string, Plain> = {}): CallValue =>
    instance("sklearn.kernel_ridge.KernelRidge", {
      X_fit_: array([0, 0, 3, 4], [2, 2]),
      dual_coef_: array([1, 2]),
      kernel: "linear",
      gamma: null,
      degree: 3,
      coef0: 1,
      ...state,
    });
  const csr = (state: Record<string, Plain> = {}): CallValue =>
    instance("scipy.sparse._csr.csr_matrix", {
      _shape: tuple(2, 2),
      data: array([3, 4]),
      indices: array([0, 1]),
      indptr: array([0, 0, 2]),
      ...state,
    });
  const x = { data: [1, 1], shape: [1, 2] };

  test("is a sum over the fitted samples, dense or sparse", () => {
    expect(loadModel(ridge()).invoke("predict", x)).toMatchObject({ data: Float64Array.of(14), shape: [1] });
    expect(loadModel(ridge({ X_fit_: csr() })).invoke("predict", x)).toMatchObject({
      data: Float64Array.of(14),
    });
  });

  test.each<[string, Record<string, Plain>, RegExp]>([
    ["coefficients for other samples", { dual_coef_: array([1]) }, /^malformed.*dual_coef_/u],
    ["a function as kernel", { kernel: global("m", "f") }, /^unsupported.*kernel is a function/u],
    ["an unknown kernel", { kernel: "wave" }, /^unsupported.*wave/u],
    ["an index beyond the columns", { X_fit_: csr({ indices: array([0, 2]) }) }, /^malformed.*indices\[1\]/u],
    ["pointers out of order", { X_fit_: csr({ indptr: array([0, 2, 1]) }) }, /^malformed.*indptr/u],
    ["entries that are not there", { X_fit_: csr({ indptr: array([0, 0, 9]) }) }, /^malformed.*entries/u],
    [
      "a shape too large",
      { X_fit_: csr({ _shape: tuple(2 ** 20, 2 ** 20) }) },
      /^unsupported.*more than are held/u,
    ],
    ["no samples", { X_fit_: array([], [0, 2]) }, /^malformed.*empty/u],
  ])("refuses %s", (_, state, message) => {
    expect(code(() => loadModel(ridge(state)))).toMatch(message);
  });

  test("refuses an input for which the kernel's expansion is rounding", () => {
    const model = loadModel(ridge({ kernel: "rbf", gamma: 1, X_fit_: array([1e9, 0, 1e9, 1e9], [2, 2]) }));
    expect(code(() => model.invoke("predict", { data: [1e9, 1], shape: [1, 2] }))).toMatch(
      /^bad-input.*rbf/u,
    );
  });

  test("refuses a sum whose terms cancel", () => {
    const model = loadModel(
      ridge({ X_fit_: array([1e8, 0, 1e8 + 1, 0], [2, 2]), dual_coef_: array([1, -1]) }),
    );
    expect(code(() => model.invoke("predict", { data: [1, 0], shape: [1, 2] }))).toMatch(/cancel/u);
  });
});

describe("kernels of Gaussian processes", () => {
  const process = (kernel: Plain): CallValue =>
    instance("sklearn.gaussian_process._gpr.GaussianProcessRegressor", {
      X_train_: array([0, 1], [2, 1]),
      alpha_: array([1, 1]),
      kernel_: kernel,
      _y_train_mean: 0,
      _y_train_std: 1,
      n_features_in_: 1,
    });
  const rbf = instance(`${KERNELS}RBF`, { length_scale: 1 });

  test("combine", () => {
    const kernel = instance(`${KERNELS}Product`, {
      k1: instance(`${KERNELS}ConstantKernel`, { constant_value: 2 }),
      k2: rbf,
    });
    expect(loadModel(process(kernel)).invoke("predict", { data: [0], shape: [1, 1] })).toMatchObject({
      data: Float64Array.of(2 + 2 * Math.exp(-0.5)),
    });
  });

  test("that contain themselves are refused", () => {
    const state: Record<string, Plain> = { k1: rbf, k2: rbf };
    const sum = instance(`${KERNELS}Sum`, state);
    const [own] = sum.states;
    if (own?.kind === "dict") own.entries.push([{ kind: "str", value: "k2", offset: 0 }, sum]);
    expect(code(() => loadModel(process(sum)))).toMatch(/^malformed.*more than 100 kernels/u);
  });

  test.each<[string, Plain]>([
    ["of the user's own", instance("mine.Kernel", {})],
    ["that are several", instance(`${KERNELS}CompoundKernel`, { kernels: [rbf] })],
    ["that are a function", global("m", "f")],
  ])("%s are refused", (_, kernel) => {
    expect(code(() => loadModel(process(kernel)))).toMatch(/^(?:unsupported|malformed)/u);
  });
});

describe("centres", () => {
  const centroid = (state: Record<string, Plain> = {}): CallValue =>
    instance("sklearn.neighbors._nearest_centroid.NearestCentroid", {
      classes_: array([3, 7]),
      centroids_: array([0, 2, 2, 0], [2, 2]),
      metric: "euclidean",
      ...state,
    });

  test("of equal distance, exactly: the first answers", () => {
    const answer = loadModel(centroid()).invoke("predict", { data: [1, 1, 2, 0], shape: [2, 2] });
    expect(answer).toMatchObject({ data: Float64Array.of(3, 7) });
  });

  test("of a distance that rounding decides are refused", () => {
    const model = loadModel(centroid({ centroids_: array([0.1, 0.3, 0.3, 0.1], [2, 2]) }));
    expect(code(() => model.invoke("predict", { data: [0.7, 0.7], shape: [1, 2] }))).toMatch(
      /^bad-input.*centroid/u,
    );
  });

  test("of other classes are refused", () => {
    expect(code(() => loadModel(centroid({ classes_: array([1, 2, 3]) })))).toMatch(
      /^malformed.*centroids_/u,
    );
  });
});

describe("a tree of bisections", () => {
  const NODE = "sklearn.cluster._bisect_k_means._BisectingTree";
  const leaf = (center: number, label: number): CallValue =>
    instance(NODE, { center: array([center]), left: null, right: null, label });
  const model = (tree: Plain): CallValue =>
    instance("sklearn.cluster._bisect_k_means.BisectingKMeans", {
      cluster_centers_: array([0, 1], [2, 1]),
      _bisecting_tree: tree,
      n_features_in_: 1,
    });

  test("is walked", () => {
    const tree = instance(NODE, { center: array([0.5]), left: leaf(0, 1), right: leaf(1, 0) });
    const answer = loadModel(model(tree)).invoke("predict", { data: [0.1, 5], shape: [2, 1] });
    expect(answer).toMatchObject({ data: Float64Array.of(1, 0), dtype: "int32" });
  });

  test("whose nodes come twice is refused", () => {
    const twice = leaf(0, 1);
    const tree = instance(NODE, { center: array([0.5]), left: twice, right: twice });
    expect(code(() => loadModel(model(tree)))).toMatch(/^malformed.*no tree/u);
  });

  test("whose centre has other columns is refused", () => {
    const tree = instance(NODE, {
      center: array([0.5]),
      left: leaf(0, 1),
      right: instance(NODE, { center: array([1, 2]), left: null, label: 0 }),
    });
    expect(code(() => loadModel(model(tree)))).toMatch(/^malformed.*center/u);
  });
});

describe("places that states name", () => {
  test("beyond the components of a sketch are refused", () => {
    const sketch = instance("sklearn.kernel_approximation.PolynomialCountSketch", {
      indexHash_: array([0, 5], [1, 2]),
      bitHash_: array([1, -1], [1, 2]),
      n_components: 5,
      degree: 1,
      gamma: 1,
      coef0: 0,
    });
    expect(code(() => loadModel(sketch))).toMatch(/^malformed.*indexHash_ points outside/u);
  });

  test.each([[[0, 2]], [[0, -1]], [[0, 0.5]], [[1, 1]]])("clusters of features %j are refused", (labels) => {
    const model = instance("sklearn.cluster._agglomerative.FeatureAgglomeration", {
      labels_: array(labels),
      pooling_func: global("numpy", "mean"),
      n_features_in_: 2,
    });
    expect(code(() => loadModel(model))).toMatch(/^malformed.*labels_/u);
  });
});
