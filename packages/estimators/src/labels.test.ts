import type { CallValue } from "@modelkeep/formats/value";
import { describe, expect, test } from "vitest";
import type { Input } from "./data.ts";
import { EstimatorError } from "./error.ts";
import { loadModel } from "./load.ts";
import { array, dict, instance, type Plain } from "./testing/graph.ts";

const encoder = (classes: Plain): CallValue =>
  instance("sklearn.preprocessing._label.LabelEncoder", { classes_: classes });
const binarizer = (version: string, state: Record<string, Plain> = {}): CallValue =>
  instance("sklearn.preprocessing._label.LabelBinarizer", {
    _sklearn_version: version,
    classes_: array([1, 2, 3]),
    y_type_: "multiclass",
    neg_label: -1,
    pos_label: 2,
    sparse_output: false,
    ...state,
  });

describe("labels", () => {
  test.each([
    ["text among numbers", array([1, 2]), ["a"]],
    ["a number among texts", ["a", "b"], { data: [1], shape: [1] }],
    ["a fraction among whole numbers", ["a", "b"], { data: [null], shape: [1], dtype: "object" }],
    ["an unseen text", ["a", "b"], ["c"]],
    ["two columns", ["a", "b"], { data: ["a", "b"], shape: [1, 2], dtype: "object" }],
  ] as [string, Plain, Input][])("refuse %s", (_, classes, y) => {
    const model = loadModel(encoder(classes));
    expect(() => model.invoke("transform", y)).toThrow(EstimatorError);
  });

  test("a label that is there twice is refused at load", () => {
    expect(() => loadModel(encoder(["a", "a"]))).toThrow("has a label twice");
  });

  test.each([
    ["1.7.2", "int64"],
    ["1.8.0", "int32"],
  ])("%s answers %s for int32", (version, dtype) => {
    const y: Input = { data: [3, 9, 1], shape: [3], dtype: "int32" };
    expect(loadModel(binarizer(version)).invoke("transform", y)).toEqual({
      data: Float64Array.of(-1, -1, 2, -1, -1, -1, 2, -1, -1),
      shape: [3, 3],
      dtype,
    });
  });

  test("continuous targets and sparse ones with a floor are refused", () => {
    const y: Input = { data: [1.5], shape: [1] };
    expect(() => loadModel(binarizer("1.5.2", { classes_: array([1.5, 2]) })).invoke("transform", y)).toThrow(
      "continuous",
    );
    expect(() => loadModel(binarizer("1.5.2", { sparse_output: true }))).toThrow(EstimatorError);
  });
});

describe("dictionaries of features", () => {
  const vectorizer = (vocabulary: Record<string, Plain>): CallValue =>
    instance("sklearn.feature_extraction._dict_vectorizer.DictVectorizer", {
      vocabulary_: dict(vocabulary),
      separator: "=",
      dtype: { kind: "global", module: "numpy", name: "float64", offset: 0 },
      sparse: false,
    });

  test("numbers, texts, lists of texts and what is missing", () => {
    const model = loadModel(vectorizer({ n: 0, "t=a": 1, "t=b": 2 }));
    const rows = [{ n: 2, t: "a" }, { t: ["a", "b", "zz"] as unknown }, { n: null, t: "?" }, { n: true }];
    expect(model.invoke("transform", rows)).toMatchObject({
      data: Float64Array.of(2, 1, 0, 0, 1, 1, Number.NaN, 0, 0, 1, 0, 0),
    });
  });

  test("a frame, a nested record and a column outside are refused", () => {
    const model = loadModel(vectorizer({ n: 0 }));
    expect(() => model.invoke("transform", { columns: { n: [1] } })).toThrow("takes records");
    expect(() => model.invoke("transform", [{ n: { m: 1 } }])).toThrow(EstimatorError);
    expect(() => loadModel(vectorizer({ n: 1 }))).toThrow(EstimatorError);
  });

  test("records that hold lists are refused by estimators of numbers", () => {
    const model = loadModel(
      instance("sklearn.linear_model._base.LinearRegression", {
        coef_: array([1]),
        intercept_: 0,
        n_features_in_: 1,
      }),
    );
    expect(() => model.invoke("predict", [{ n: [1] }])).toThrow("which is no single value");
  });
});
