import type { MlmodelFacts } from "@modelkeep/formats";

/** A file that a flavor would load, and the formats that its reader takes. */
export interface Expectation {
  readonly path: string;
  readonly reader: string;
  readonly expected: ReadonlySet<string>;
}

type Flavor = Readonly<Record<string, unknown>>;

// `pickle.load` and `joblib.load` both start at byte 0 of what our readers call pickle or joblib.
const PICKLE = new Set(["pickle", "joblib"]);
const SKOPS = new Set(["skops"]);
const XGBOOST = new Set(["xgboost-json", "json", "ubj", "ubjson", "xgboost-ubj", "xgboost-binary"]);
const LIGHTGBM_TEXT = new Set(["lightgbm", "lightgbm-text", "text"]);
const CATBOOST = new Set(["cbm", "catboost", "catboost-cbm", "json", "onnx"]);
const ONNX = new Set(["onnx"]);

/** What each data flavor's loader opens, from mlflow/{sklearn,xgboost,lightgbm,catboost}/__init__.py. */
export function expectedFormats(facts: MlmodelFacts): Expectation[] {
  const { flavors } = facts;
  const found: (Expectation | undefined)[] = [];
  for (const [name, flavor] of Object.entries(flavors)) {
    if (name === "sklearn")
      found.push(expectation(flavor["pickled_model"], "scikit-learn's loader", sklearnFormats(flavor)));
    if (name === "python_function") found.push(pyfunc(flavor, flavors));
    if (name === "xgboost") found.push(expectation(flavor["data"], "XGBoost", XGBOOST));
    if (name === "lightgbm")
      found.push(expectation(flavor["data"], "LightGBM's loader", lightgbmFormats(flavor)));
    if (name === "catboost") found.push(expectation(flavor["data"], "CatBoost", CATBOOST));
    if (name === "onnx") found.push(expectation(flavor["data"], "onnxruntime", ONNX));
  }
  return found.filter((entry) => entry !== undefined);
}

function pyfunc(flavor: Flavor, flavors: MlmodelFacts["flavors"]): Expectation | undefined {
  if (flavor["loader_module"] === "mlflow.onnx") return expectation(flavor["data"], "onnxruntime", ONNX);
  if (flavor["loader_module"] !== "mlflow.sklearn") return undefined;
  // Without a sklearn flavor MLflow assumes pickle.
  const sklearn = Object.hasOwn(flavors, "sklearn") ? flavors["sklearn"] : undefined;
  return expectation(
    flavor["model_path"],
    "scikit-learn's loader",
    sklearn === undefined ? PICKLE : sklearnFormats(sklearn),
  );
}

function sklearnFormats(flavor: Flavor): ReadonlySet<string> {
  return flavor["serialization_format"] === "skops" ? SKOPS : PICKLE;
}

function lightgbmFormats(flavor: Flavor): ReadonlySet<string> {
  const isBooster = (flavor["model_class"] ?? "lightgbm.basic.Booster") === "lightgbm.basic.Booster";
  if (isBooster) return LIGHTGBM_TEXT;
  return flavor["serialization_format"] === "skops" ? SKOPS : PICKLE;
}

function expectation(path: unknown, reader: string, expected: ReadonlySet<string>): Expectation | undefined {
  return typeof path === "string" && path !== "" ? { path, reader, expected } : undefined;
}
