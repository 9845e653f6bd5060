import type { CallValue } from "@modelkeep/formats/value";
import { describe, expect, test } from "vitest";
import { EstimatorError } from "./error.ts";
import { loadModel } from "./load.ts";
import { array, dict, instance, type Plain, tuple } from "./testing/graph.ts";

type State = Record<string, Plain>;
const PANDAS = { _sklearn_output_config: dict({ transform: "pandas" }) };

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof EstimatorError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error("was not refused");
}

const scaler = (state: State = PANDAS): CallValue =>
  instance("sklearn.preprocessing._data.MaxAbsScaler", {
    n_features_in_: 2,
    feature_names_in_: ["a", "b"],
    scale_: array([2, 4]),
    ...state,
  });
const frame = { columns: { a: [1, 2], b: [4, 8] } };
const tensor = { data: [1, 4], shape: [1, 2] };

function framesOf(model: CallValue, input: Parameters<ReturnType<typeof loadModel>["invoke"]>[1]): unknown {
  const answer = loadModel(model).invoke("transform", input);
  if (!("columns" in answer) || !(answer.columns instanceof Map)) throw new Error("no frame");
  return Object.fromEntries([...answer.columns].map(([name, data]) => [name, Array.from(data as number[])]));
}

describe("set_output", () => {
  test.each(["pandas", "polars"])("%s makes a frame with the names of the fit", (transform) => {
    const model = scaler({ _sklearn_output_config: dict({ transform }) });
    expect(framesOf(model, frame)).toEqual({ a: [0.5, 1], b: [1, 2] });
    expect(framesOf(model, tensor)).toEqual({ a: [0.5], b: [1] });
  });

  test("without names numbers the inputs", () => {
    const model = scaler({ ...PANDAS, feature_names_in_: null });
    expect(framesOf(model, tensor)).toEqual({ x0: [0.5], x1: [1] });
  });

  test("default and None leave an array", () => {
    for (const transform of ["default", null]) {
      const model = loadModel(scaler({ _sklearn_output_config: dict({ transform }) }));
      expect(model.invoke("transform", tensor)).toMatchObject({ shape: [1, 2] });
    }
  });

  test("selected columns keep their names, numbered ones are the class's", () => {
    const selector = instance("sklearn.feature_selection._variance_threshold.VarianceThreshold", {
      ...PANDAS,
      n_features_in_: 2,
      feature_names_in_: ["a", "b"],
      threshold: 0,
      variances_: array([0, 1]),
    });
    expect(framesOf(selector, frame)).toEqual({ b: [4, 8] });
    const svd = instance("sklearn.decomposition._truncated_svd.TruncatedSVD", {
      ...PANDAS,
      n_features_in_: 2,
      components_: array([1, 0], [1, 2]),
    });
    expect(framesOf(svd, tensor)).toEqual({ truncatedsvd0: [1] });
  });

  const union = (state: State = {}): CallValue =>
    instance("sklearn.pipeline.FeatureUnion", {
      ...PANDAS,
      transformer_list: [tuple("s", scaler()), tuple("p", "passthrough")],
      transformer_weights: null,
      ...state,
    });

  test("frames side by side have their transformers' names in front", () => {
    expect(framesOf(union(), frame)).toEqual({ s__a: [0.5, 1], s__b: [1, 2], p__a: [1, 2], p__b: [4, 8] });
  });

  test("names that meet are refused as the library does, and so is an array among frames", () => {
    expect(refusal(() => framesOf(union({ verbose_feature_names_out: false }), frame))).toMatch(
      /not unique/u,
    );
    expect(refusal(() => framesOf(union(), tensor))).toMatch(/answers no frame/u);
  });

  test.each<[string, CallValue, RegExp]>([
    [
      "a class whose names are not followed",
      instance("sklearn.preprocessing._function_transformer.FunctionTransformer", {
        ...PANDAS,
        func: null,
        kw_args: null,
        validate: false,
      }),
      /^unsupported.*set_output/u,
    ],
    [
      "an unknown output",
      scaler({ _sklearn_output_config: dict({ transform: "xarray" }) }),
      /^unsupported.*known/u,
    ],
    ["names by a template", union({ verbose_feature_names_out: "{x}" }), /^unsupported.*verbose/u],
  ])("refuses %s before the first prediction", (_, model, message) => {
    expect(refusal(() => loadModel(model))).toMatch(message);
  });

  test("a sparse answer is no frame", () => {
    const csr = { indptr: [0, 1], indices: [0], data: [1], shape: [1, 2] as const };
    expect(refusal(() => loadModel(scaler()).invoke("transform", csr))).toMatch(/sparse matrix/u);
  });
});
