import { describe, expect, test } from "vitest";
import type { Input, NumericDType } from "./data.ts";
import { loadModel, type NativeModel } from "./load.ts";
import { array, instance, type Plain, tuple } from "./testing/graph.ts";

const dtype = (name: string): Plain => ({
  kind: "call",
  via: "REDUCE",
  callee: { kind: "global", module: "numpy", name: "dtype", offset: 0 },
  args: tuple(name, false, true),
  states: [],
  appended: [],
  entries: [],
  offset: 0,
});

function imputer(statistic: number, state: Record<string, Plain> = {}): NativeModel {
  return loadModel(
    instance("sklearn.impute._base.SimpleImputer", {
      statistics_: array([statistic]),
      missing_values: 0,
      strategy: "most_frequent",
      add_indicator: false,
      ...state,
    }),
  );
}

const column = (data: number[], of: NumericDType): Input => ({ data, shape: [data.length, 1], dtype: of });

describe("what an imputer writes into whole numbers", () => {
  // scikit-learn 1.9.1 answers -2: SimpleImputer(missing_values=0, strategy="most_frequent").fit([[-2.8]])
  test("is what fits", () => {
    const out = imputer(-2).invoke("transform", column([0, 5], "int32"));
    expect(out).toMatchObject({ data: Float64Array.of(-2, 5), dtype: "int32" });
  });

  test.each([
    [-2.8, "int32"],
    [-1, "uint8"],
    [300, "int8"],
    [2 ** 40, "int32"],
    [Number.NaN, "int64"],
  ] as [number, NumericDType][])("%d is refused for %s, where NumPy would change it", (statistic, of) => {
    const model = imputer(statistic, { keep_empty_features: true });
    expect(() => model.invoke("transform", column([0], of))).toThrow(/NumPy changes it/u);
  });

  test("is not looked at where nothing is missing", () => {
    const out = imputer(-1).invoke("transform", column([7], "uint8"));
    expect(out).toMatchObject({ data: Float64Array.of(7), dtype: "uint8" });
  });

  test("booleans are refused, as the library does", () => {
    expect(() => imputer(1).invoke("transform", column([1], "bool"))).toThrow(/dtype bool/u);
  });
});

test("an imputer of single precision fills in single precision", () => {
  const model = imputer(0.1, { missing_values: Number.NaN, strategy: "mean", _fill_dtype: dtype("f4") });
  const out = model.invoke("transform", column([Number.NaN], "float64"));
  expect(out).toMatchObject({ data: Float64Array.of(Math.fround(0.1)), dtype: "float64" });
});

test("an imputer of objects answers objects", () => {
  const out = imputer(4, { _fit_dtype: dtype("O8") }).invoke("transform", column([0, 5], "float64"));
  expect(out).toMatchObject({ data: [4, 5], dtype: "object" });
});

describe("a missing indicator", () => {
  const indicator = (sparse: Plain): NativeModel =>
    loadModel(
      instance("sklearn.impute._base.MissingIndicator", {
        features_: array([0, 1]),
        n_features_in_: 2,
        missing_values: Number.NaN,
        features: "all",
        error_on_new: true,
        sparse,
      }),
    );
  const x: Input = { data: [1, Number.NaN, 2, 3], shape: [2, 2] };

  test("answers CSR when asked to", () => {
    expect(indicator(true).invoke("transform", x)).toMatchObject({
      indptr: Int32Array.of(0, 1, 1),
      indices: Int32Array.of(1),
      shape: [2, 2],
      dtype: "bool",
    });
  });

  test.each([false, "auto"])("answers an array when sparse=%s", (sparse) => {
    expect(indicator(sparse).invoke("transform", x)).toMatchObject({ shape: [2, 2], dtype: "bool" });
  });

  test("refuses what is neither, and booleans", () => {
    expect(() => indicator("always")).toThrow(/sparse is neither/u);
    expect(() => indicator(true).invoke("transform", { ...x, data: [1, 0, 0, 1], dtype: "bool" })).toThrow(
      /dtype bool/u,
    );
  });
});
