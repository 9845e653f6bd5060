import { bufferSource } from "@modelkeep/bytes";
import type { ArrayValue } from "@modelkeep/formats/value";
import { describe, expect, test } from "vitest";
import { loadModel, type NativeModel } from "./load.ts";
import { dict, instance, type Plain } from "./testing/graph.ts";

/** A weight in single precision. */
const weight = (value: number): ArrayValue => ({
  kind: "array",
  dtype: "<f4",
  shape: [1],
  fortran: false,
  data: bufferSource(new Uint8Array(Float32Array.of(value).buffer)),
  offset: 0,
});

function transformed(inverse: Record<string, Plain>): NativeModel {
  return loadModel(
    instance("sklearn.compose._target.TransformedTargetRegressor", {
      regressor_: instance("sklearn.linear_model._base.LinearRegression", {
        coef_: weight(0.1),
        intercept_: 0,
        n_features_in_: 1,
      }),
      transformer_: instance("sklearn.preprocessing._function_transformer.FunctionTransformer", {
        inverse_func: { kind: "global", module: "numpy", name: "exp", offset: 0 },
        ...inverse,
      }),
      _training_dim: 1,
    }),
  );
}

describe("a target transformed back", () => {
  test.each([{ where: false }, { dtype: "float32" }])(
    "keyword arguments of the way back are refused: they change the answer (%j)",
    (kwargs) => {
      expect(() => transformed({ inv_kw_args: dict(kwargs) })).toThrow(/inv_kw_args is set/u);
    },
  );

  test("no keyword arguments are none", () => {
    expect(transformed({ inv_kw_args: dict({}) }).methods).toEqual(["predict"]);
  });

  test("a prediction in single precision stays one", () => {
    const out = transformed({}).invoke("predict", { data: [10], shape: [1, 1], dtype: "float32" });
    expect(out).toMatchObject({ dtype: "float32", shape: [1] });
    expect(out).toMatchObject({ data: Float32Array.of(Math.exp(Math.fround(Math.fround(0.1) * 10))) });
  });

  test("in double precision it is double", () => {
    const out = transformed({}).invoke("predict", { data: [10], shape: [1, 1] });
    expect(out).toMatchObject({ dtype: "float64" });
  });
});
