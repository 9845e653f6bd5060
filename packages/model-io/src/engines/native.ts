import type { ByteSource } from "@modelkeep/bytes";
import { EstimatorError } from "@modelkeep/estimators/error";
import { type Input, isMethod, type Method, type Output } from "@modelkeep/estimators/data";
import { loadBoosterFile, loadModel, type NativeModel } from "@modelkeep/estimators/load";
import { ModelkeepError } from "@modelkeep/findings";
import { readModelGraph } from "@modelkeep/formats/model-graph";
import type { Mlmodel } from "../mlmodel.ts";
import { type Predictions, toPredictions } from "../output/predictions.ts";
import type { Quarantined } from "../quarantine.ts";
import { requireNativeSchema } from "../schema/enforce.ts";
import type { Engine, FittedAttributes, Params, Prepared, PredictInput, Steps } from "./engine.ts";
import { openVerified } from "./model-file.ts";
import { enforcedInput } from "./request.ts";
import { isRowwise } from "./rowwise.ts";
import { refuseWholeNumbers } from "./whole-numbers.ts";

/**
 * Reads a model of the flavors sklearn, xgboost, lightgbm or catboost as data, or opens one of the flavor onnx in
 * onnxruntime. No Python is started.
 * @throws {ModelkeepError} `UNSUPPORTED_MODEL` for other flavors and for what cannot be evaluated exactly
 */
export async function openNative(model: Quarantined, mlmodel: Mlmodel): Promise<Engine> {
  if (mlmodel.flavors.has("onnx")) {
    // onnxruntime is optional, and its first use costs more than all else.
    const { openOnnx } = await import("./onnx/engine.ts");
    return await openOnnx(model, mlmodel);
  }
  requireNativeSchema(mlmodel.signature.inputs);
  return new NativeEngine(readFlavor(model, mlmodel), mlmodel);
}

function readFlavor(model: Quarantined, mlmodel: Mlmodel): NativeModel {
  const sklearn = mlmodel.flavors.get("sklearn");
  if (typeof sklearn?.["pickled_model"] === "string") {
    const version = sklearn["sklearn_version"];
    const hints = typeof version === "string" ? { sklearnVersion: version } : {};
    return opened(model, sklearn["pickled_model"], (source) => fromGraph(source, hints));
  }
  const booster = mlmodel.flavors.get("xgboost") ?? mlmodel.flavors.get("lightgbm");
  if (typeof booster?.["data"] === "string") return fromBooster(model, mlmodel, booster, booster["data"]);
  const catboost = mlmodel.flavors.get("catboost");
  if (typeof catboost?.["data"] === "string") return fromCatboost(model, mlmodel, catboost, catboost["data"]);
  const names = [...mlmodel.flavors.keys()].join(", ");
  throw new ModelkeepError(
    "UNSUPPORTED_MODEL",
    `the native engine reads the flavors sklearn, xgboost, lightgbm, catboost and onnx; this model has ${names}`,
  );
}

/** MLflow keeps a Booster in the library's own format, and LightGBM's scikit-learn wrappers as pickles or skops. */
function fromBooster(
  model: Quarantined,
  mlmodel: Mlmodel,
  flavor: Readonly<Record<string, unknown>>,
  path: string,
): NativeModel {
  const className = flavor["model_class"];
  if (typeof className !== "string")
    throw new ModelkeepError("UNSUPPORTED_MODEL", "MLmodel does not say the model_class of its booster");
  // MLflow hands a signature's parameters to the booster's own predict, where they change the answer.
  if ((mlmodel.signature.params ?? []).length > 0)
    throw new ModelkeepError("UNSUPPORTED_MODEL", `parameters of a ${className} are not evaluated natively`);
  return opened(model, path, (source) =>
    OWN_FILES.has(source.view(0, Math.min(1, source.size))[0] ?? 0)
      ? loadBoosterFile(source, className)
      : fromGraph(source, {}),
  );
}

/** MLflow keeps the bare name of CatBoost's class (mlflow/catboost). */
function fromCatboost(
  model: Quarantined,
  mlmodel: Mlmodel,
  flavor: Readonly<Record<string, unknown>>,
  path: string,
): NativeModel {
  const type = flavor["model_type"];
  if (typeof type !== "string")
    throw new ModelkeepError(
      "UNSUPPORTED_MODEL",
      "MLmodel does not say the model_type of its CatBoost model",
    );
  if ((mlmodel.signature.params ?? []).length > 0)
    throw new ModelkeepError("UNSUPPORTED_MODEL", `parameters of a ${type} are not evaluated natively`);
  return opened(model, path, (source) => loadBoosterFile(source, `catboost.core.${type}`));
}

/** `{` of JSON and UBJSON, `t` of LightGBM's text: no pickle, skops or joblib file begins so. */
const OWN_FILES: ReadonlySet<number> = new Set([0x7b, 0x74]);

function opened(model: Quarantined, path: string, read: (source: ByteSource) => NativeModel): NativeModel {
  const source = openVerified(model, path);
  try {
    return read(source);
  } finally {
    source.close();
  }
}

function fromGraph(source: ByteSource, hints: { readonly sklearnVersion?: string }): NativeModel {
  const graph = readModelGraph(source);
  if (graph === undefined) {
    throw new ModelkeepError(
      "UNSUPPORTED_MODEL",
      `${source.name} holds no single object that can be read as data`,
    );
  }
  return loadModel(graph.root, hints);
}

class NativeEngine implements Engine, Steps {
  readonly name = "native";
  readonly steps: Steps = this;
  readonly rowwise: boolean;
  readonly className: string;
  readonly methods: readonly Method[];
  readonly attributes: FittedAttributes;
  readonly #model: NativeModel;
  readonly #mlmodel: Mlmodel;

  constructor(model: NativeModel, mlmodel: Mlmodel) {
    this.#model = model;
    this.#mlmodel = mlmodel;
    this.className = model.className;
    this.methods = model.methods;
    this.attributes = model;
    this.rowwise = isRowwise(model.parts);
  }

  async predict(
    input: PredictInput,
    params: Params | undefined,
    method: string | undefined,
  ): Promise<Predictions> {
    return toPredictions(this.evaluate(this.prepare(input, params, method)));
  }

  async output(input: Input, params: Params | undefined, method: string | undefined): Promise<Output> {
    return this.evaluate(this.prepare({ kind: "typed", input }, params, method));
  }

  prepare(input: PredictInput, params: Params | undefined, method: string | undefined): Prepared {
    const { signature, predictFn } = this.#mlmodel;
    const enforced = enforcedInput(input, params, signature);
    const name = this.#known(method ?? predictFn);
    if (input.kind !== "typed" && signature.inputs === undefined)
      refuseWholeNumbers(this.#model.parts, enforced);
    return { method: name, input: enforced };
  }

  evaluate({ method, input }: Prepared): Output {
    return this.#model.invoke(this.#known(method), input);
  }

  async invoke(method: string, input: Input): Promise<Output> {
    return this.#model.invoke(this.#known(method), input);
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #known(method: string): Method {
    if (isMethod(method) && this.methods.includes(method)) return method;
    throw new ModelkeepError(
      "UNSUPPORTED_METHOD",
      `${this.className} has no ${method}: it has ${this.methods.join(", ")}`,
    );
  }
}

/** Whether an error says "not natively": then `auto` may go on to the sandbox. */
export function isUnsupported(error: unknown): boolean {
  if (error instanceof ModelkeepError) return error.code === "UNSUPPORTED_MODEL";
  return error instanceof EstimatorError && error.code === "unsupported";
}
