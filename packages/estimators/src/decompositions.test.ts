import type { CallValue } from "@modelkeep/formats/value";
import { describe, expect, test } from "vitest";
import { EstimatorError, type EstimatorErrorCode } from "./error.ts";
import { loadModel } from "./load.ts";
import { matchingPursuit } from "./core/matching-pursuit.ts";
import { normalQuantile } from "./core/normal.ts";
import { inverse, logDeterminant } from "./core/solve.ts";
import { array, instance, type Plain } from "./testing/graph.ts";

function code(act: () => unknown): EstimatorErrorCode {
  try {
    act();
  } catch (error) {
    if (error instanceof EstimatorError) return error.code;
    throw error;
  }
  throw new Error("was not refused");
}

const sparse = (state: Record<string, Plain>): Plain =>
  instance("scipy.sparse._csr.csr_matrix", {
    _shape: [2, 3],
    data: array([1, 2]),
    indices: array([0, 2]),
    indptr: array([0, 1, 2]),
    ...state,
  });

const projection = (components: Plain): Plain =>
  instance("sklearn.random_projection.SparseRandomProjection", {
    components_: components,
    dense_output: false,
    n_features_in_: 3,
  });

describe("a sparse random projection", () => {
  test("multiplies", () => {
    const model = loadModel(projection(sparse({})) as CallValue);
    expect(model.invoke("transform", { data: [1, 1, 1], shape: [1, 3] })).toMatchObject({
      data: Float64Array.of(1, 2),
    });
  });

  test.each([
    ["a column outside", { indices: array([0, 3]) }],
    ["a negative column", { indices: array([0, -1]) }],
    ["rows that go backwards", { indptr: array([0, 2, 1]) }],
    ["rows that end elsewhere", { indptr: array([0, 1, 9]) }],
    ["more columns than a machine can hold", { _shape: [2, 2 ** 40] }],
    ["no rows", { _shape: [0, 3], indptr: array([0]), data: array([]), indices: array([]) }],
    ["half a row", { _shape: [2, 2.5] }],
  ] as [string, Record<string, Plain>][])("refuses %s", (_, state) => {
    expect(["malformed", "unsupported"]).toContain(
      code(() => loadModel(projection(sparse(state)) as CallValue)),
    );
  });

  test("refuses another class in place of the matrix", () => {
    expect(code(() => loadModel(projection(instance("scipy.sparse._coo.coo_matrix", {})) as CallValue))).toBe(
      "malformed",
    );
  });
});

const tree = (knots: Plain, state: Record<string, Plain> = {}): Plain =>
  instance("sklearn.preprocessing._polynomial.SplineTransformer", {
    degree: 1,
    extrapolation: "constant",
    include_bias: true,
    n_features_in_: 1,
    bsplines_: [
      instance("scipy.interpolate._bsplines.BSpline", {
        t: knots,
        c: array([1, 0, 0, 1], [2, 2]),
        k: 1,
        extrapolate: false,
        axis: 0,
        ...state,
      }),
    ],
  });

describe("splines", () => {
  test("are straight lines in the first degree, constant outside", () => {
    const model = loadModel(tree(array([-1, 0, 1, 2])) as CallValue);
    expect(model.invoke("transform", { data: [0.25, 9], shape: [2, 1] })).toMatchObject({
      data: Float64Array.of(0.75, 0.25, 0, 1),
    });
  });

  test.each([
    ["knots out of order", array([0, 1, 0, 2]), {}],
    ["knots too few", array([0, 1]), {}],
    ["a knot that is no number", array([0, 1, Number.NaN, 2]), {}],
    ["another degree", array([-1, 0, 1, 2]), { k: 2 }],
    ["a huge degree", array([-1, 0, 1, 2]), { k: 2 ** 31 }],
    ["a negative degree", array([-1, 0, 1, 2]), { k: -1 }],
  ] as [string, Plain, Record<string, Plain>][])("refuse %s", (_, knots, state) => {
    expect(code(() => loadModel(tree(knots, state) as CallValue))).toBe("malformed");
  });
});

describe("matching pursuit", () => {
  const gram = Float64Array.of(1, 0, 0, 1);

  test("takes the strongest atom first", () => {
    expect(matchingPursuit(gram, Float64Array.of(1, 2), 1)).toEqual(Float64Array.of(0, 2));
  });

  test("refuses to choose between equals", () => {
    expect(code(() => matchingPursuit(gram, Float64Array.of(2, 2), 1))).toBe("bad-input");
  });

  test("has nothing to say of nothing", () => {
    expect(matchingPursuit(gram, Float64Array.of(0, 0), 2)).toEqual(Float64Array.of(0, 0));
  });
});

describe("small algebra", () => {
  test("a singular matrix has no inverse", () => {
    expect(inverse(Float64Array.of(1, 2, 2, 4), 2)).toBeUndefined();
    expect(logDeterminant(Float64Array.of(1, 2, 2, 4), 2)).toBe(-Infinity);
  });

  test("a negative determinant has no logarithm", () => {
    expect(logDeterminant(Float64Array.of(0, 1, 1, 0), 2)).toBe(-Infinity);
    expect(logDeterminant(Float64Array.of(0, -2, 2, 0), 2)).toBeCloseTo(Math.log(4), 14);
  });

  test.each([
    [0.5, 0],
    [0.975, 1.959963984540054],
    [1e-7, -5.199337582192817],
    [1e-12, -7.034483825301131],
  ])("the normal quantile of %d", (p, x) => {
    expect(Math.abs(normalQuantile(p) - x)).toBeLessThanOrEqual(1e-12);
  });

  test("quantiles of what is no probability", () => {
    expect([normalQuantile(0), normalQuantile(1), normalQuantile(2)]).toEqual([
      -Infinity,
      Infinity,
      Number.NaN,
    ]);
  });
});

describe("rows scaled to unit norm", () => {
  const model = loadModel(
    instance("sklearn.preprocessing._data.Normalizer", { norm: "max", n_features_in_: 2 }),
  );

  test("next to nothing counts as nothing, in dense rows only", () => {
    expect(model.invoke("transform", { data: [1e-15, 0, 4, 2], shape: [2, 2] })).toMatchObject({
      data: Float64Array.of(1e-15, 0, 1, 0.5),
    });
    const sparseRow = { indptr: [0, 1], indices: [0], data: [1e-15], shape: [1, 2] as [number, number] };
    expect(model.invoke("transform", sparseRow)).toMatchObject({ data: Float64Array.of(1) });
  });
});

describe("sparse components", () => {
  const model = (version: string): ReturnType<typeof loadModel> =>
    loadModel(
      instance("sklearn.decomposition._sparse_pca.SparsePCA", {
        _sklearn_version: version,
        components_: array([1, 0, 0, 1], [2, 2]),
        mean_: array([1, 1]),
        ridge_alpha: 1,
        n_features_in_: 2,
      }),
    );

  test.each([
    ["1.5.2", [1, 2]],
    ["1.6.1", [2]],
  ])("%s answers a single row in shape %j", (version, shape) => {
    expect(model(version).invoke("transform", { data: [3, 5], shape: [1, 2] })).toEqual({
      data: Float64Array.of(1, 2),
      shape,
      dtype: "float64",
    });
  });
});
