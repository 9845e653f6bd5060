import type { Fact } from "@modelkeep/formats";
import { describe, expect, test } from "vitest";
import { judge } from "../judge.ts";

type Flavors = Record<string, Record<string, unknown>>;

function verdictOf(flavors: Flavors): { verdict: string; rules: string[] } {
  const document = { flavors, document: { flavors } };
  const facts: Fact[] = [{ kind: "mlmodel", document, at: { part: "", offset: 0 } }];
  const { verdict, findings } = judge({ format: "mlmodel", parts: [], explained: 1, facts });
  return { verdict, rules: findings.map((finding) => finding.ruleId) };
}

const SKLEARN = {
  pickled_model: "model.pkl",
  serialization_format: "cloudpickle",
  sklearn_version: "1.9.1",
  code: null,
};
const PYFUNC = {
  loader_module: "mlflow.sklearn",
  model_path: "model.pkl",
  predict_fn: "predict",
  env: { conda: "conda.yaml", virtualenv: "python_env.yaml" },
};

describe("a model of data", () => {
  test.each([
    [{ sklearn: SKLEARN, python_function: PYFUNC }],
    [{ python_function: { ...PYFUNC, loader_module: "mlflow.xgboost", data: "model.ubj" } }],
    [{ xgboost: { data: "model.xgb", model_class: "xgboost.sklearn.XGBClassifier", code: null } }],
    [{ lightgbm: { data: "model.lgb", model_class: "lightgbm.basic.Booster" } }],
    [{ python_function: { ...PYFUNC, env: "conda.yaml" } }],
    [{}],
  ])("is inert: %j", (flavors) => {
    expect(verdictOf(flavors)).toEqual({ verdict: "inert", rules: [] });
  });
});

describe("code that comes along", () => {
  test.each([
    [{ sklearn: { ...SKLEARN, code: "code" } }, "MK1401"],
    [{ python_function: { ...PYFUNC, model_code_path: "model.py" } }, "MK1401"],
    [{ python_function: { ...PYFUNC, python_model: "python_model.pkl" } }, "MK1401"],
    [{ python_function: { ...PYFUNC, loader_module: "mlflow.pyfunc.model" } }, "MK1402"],
    [{ python_function: { ...PYFUNC, loader_module: "mlflow.sklearn.x" } }, "MK1402"],
    [{ python_function: { ...PYFUNC, loader_module: "MLFLOW.SKLEARN" } }, "MK1402"],
    [{ python_function: { ...PYFUNC, predict_fn: "__reduce__" } }, "MK1402"],
    [{ python_function: { ...PYFUNC, predict_fn: ["predict"] } }, "MK1402"],
    [{ python_function: { ...PYFUNC, predict_stream_fn: "__init__" } }, "MK1402"],
    [{ pytorch: { model_data: "data" } }, "MK1409"],
    [{ SKLEARN: {} }, "MK1409"],
    [{ xgboost: { data: "m", model_class: "mypackage.Booster" } }, "MK1404"],
    [{ xgboost: { data: "m", model_class: { a: 1 } } }, "MK1404"],
    [{ xgboost: { data: "m", model_class: "" } }, "MK1404"],
  ])("is executable: %j", (flavors, rule) => {
    expect(verdictOf(flavors)).toEqual({ verdict: "executable", rules: [rule] });
  });
});

describe("what no model needs", () => {
  test.each([
    [{ sklearn: { ...SKLEARN, pickled_model: "../other/model.pkl" } }, "MK1403"],
    [{ sklearn: { ...SKLEARN, pickled_model: "/etc/passwd" } }, "MK1403"],
    [{ python_function: { ...PYFUNC, env: { conda: "..\\conda.yaml" } } }, "MK1403"],
    [{ python_function: { ...PYFUNC, env: "/conda.yaml" } }, "MK1403"],
    [{ python_function: { ...PYFUNC, model_path: "s3://bucket/model.pkl" } }, "MK1403"],
    [{ python_function: { ...PYFUNC, artifacts: { a: { path: "../../x", uri: "x" } } } }, "MK1403"],
    [{ catboost: { data: "../x" } }, "MK1403"],
    [{ xgboost: { data: "m", model_class: "subprocess.Popen" } }, "MK1001"],
    [{ xgboost: { data: "m", model_class: "shutil.rmtree" } }, "MK1006"],
  ])("is malicious: %j", (flavors, rule) => {
    expect(verdictOf(flavors)).toEqual({ verdict: "malicious", rules: [rule] });
  });
});

test("an input example outside of the folder is malicious", () => {
  const document = {
    flavors: {},
    saved_input_example_info: { artifact_path: "../../secret.json", type: "json_object" },
  };
  const facts: Fact[] = [
    { kind: "mlmodel", document: { flavors: {}, document }, at: { part: "", offset: 0 } },
  ];
  expect(judge({ format: "mlmodel", parts: [], explained: 1, facts }).verdict).toBe("malicious");
});

describe("nonsense", () => {
  test.each([
    [{ python_function: {} }],
    [{ python_function: { loader_module: 3 } }],
    [{ sklearn: { ...SKLEARN, pickled_model: 3 } }],
    [{ sklearn: { ...SKLEARN, pickled_model: ["model.pkl"] } }],
    [{ python_function: { ...PYFUNC, artifacts: { a: { path: {} } } } }],
  ])("is unanalyzable: %j", (flavors: Flavors) => {
    expect(verdictOf(flavors).verdict).toBe("unanalyzable");
  });
});
