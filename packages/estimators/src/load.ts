import type { Value } from "@modelkeep/formats/value";
import type { ByteSource } from "@modelkeep/bytes";
import { type Evaluator, method, type Nested } from "./core/evaluator.ts";
import { readInput } from "./core/input.ts";
import { unshared } from "./core/share.ts";
import type { Nd } from "./core/matrix.ts";
import { tensorOf, toOutput } from "./core/output.ts";
import { type Input, type Method, METHODS, type Output, type OutputTensor } from "./data.ts";
import { malformed, unsupported } from "./error.ts";
import { CATBOOST_CLASSES, catboostEvaluator } from "./catboost/model.ts";
import { lightgbmEvaluator, lightgbmText } from "./lightgbm/model.ts";
import { asInstance, type Instance, State } from "./read/state.ts";
import { parseVersion } from "./read/version.ts";
import { withFrames } from "./output-names.ts";
import { REGISTRY } from "./registry.ts";
import { XGBOOST_CLASSES, xgboostEvaluator } from "./xgboost/model.ts";

/** A model that was read as data. Nothing in it is code. */
export interface NativeModel {
  /** Full name, for example `sklearn.pipeline.Pipeline`. */
  readonly className: string;
  /** Full names of all estimators in it, itself included, each once. */
  readonly parts: readonly string[];
  /** What `invoke` takes, in a fixed order. */
  readonly methods: readonly Method[];
  /** Column names that the model was fitted with, in order, if it was fitted on a frame. */
  readonly featureNames?: readonly string[];
  /** Number of columns that the model was fitted with, where it records that. */
  readonly nFeatures?: number;
  /** `classes_` of a classifier; one per output for multi-output ones. */
  readonly classes?: OutputTensor | readonly OutputTensor[];
  /**
   * Calls one method of the model.
   * @throws {EstimatorError} `bad-input` when the input does not fit, `unsupported` when there is no such method
   */
  invoke(method: Method, input: Input): Output;
}

/**
 * Reads a model from its graph (pickle, joblib, skops). Everything that cannot be evaluated exactly is refused here,
 * before the first prediction.
 * @param hints what MLmodel says, for models that do not say it themselves
 * @throws {EstimatorError} `unsupported` or `malformed`; the message names the class and the parameter
 */
export function loadModel(root: Value, hints: { readonly sklearnVersion?: string } = {}): NativeModel {
  const loader = new Loader(hints.sklearnVersion);
  const evaluator = loader.load(root, "the model");
  return modelOf(evaluator, loader.classNames());
}

/** Classes whose models are files of XGBoost's or LightGBM's own: MLmodel's `model_class`. */
const XGBOOST_FILES: ReadonlySet<string> = new Set(["xgboost.core.Booster", ...XGBOOST_CLASSES]);
const LIGHTGBM_FILES: ReadonlySet<string> = new Set(["lightgbm.basic.Booster"]);

/**
 * Reads the file that `save_model` of XGBoost (JSON, UBJSON), LightGBM (text) or CatBoost (cbm, JSON) wrote.
 * @param className what it becomes in Python, for example `xgboost.sklearn.XGBClassifier`: that class's `predict` is answered
 * @throws {EstimatorError} as `loadModel`
 */
export function loadBoosterFile(source: ByteSource, className: string): NativeModel {
  if (XGBOOST_FILES.has(className)) return modelOf(xgboostEvaluator(source, className));
  if (LIGHTGBM_FILES.has(className)) return modelOf(lightgbmEvaluator(lightgbmText(source), { className }));
  if (CATBOOST_CLASSES.includes(className)) return modelOf(catboostEvaluator(source, className));
  throw unsupported(`a file of a ${className} is not evaluated natively`);
}

function modelOf(evaluator: Evaluator, parts = [evaluator.className]): NativeModel {
  const { classes, features } = evaluator;
  return {
    className: evaluator.className,
    parts,
    methods: METHODS.filter((name) => evaluator.methods[name] !== undefined),
    ...(features.names === undefined ? {} : { featureNames: features.names }),
    ...(features.count === undefined ? {} : { nFeatures: features.count }),
    ...(classes === undefined ? {} : { classes: isOne(classes) ? tensorOf(classes) : classes.map(tensorOf) }),
    invoke: (name, input) => {
      const x = readInput(input);
      return toOutput(unshared(method(evaluator, name)(x), x));
    },
  };
}

function isOne(classes: Nd | readonly Nd[]): classes is Nd {
  return "kind" in classes;
}

/** Estimators within estimators: deeper than any real model, shallower than the stack. */
const MAX_DEPTH = 64;

/** An attribute of such a name on an instance would stand before the class's own method. */
const SHADOWS = new Set<string>([
  ...METHODS,
  "fit",
  "fit_transform",
  "fit_predict",
  "_raw_predict",
  "_transform",
  "_validate_data",
  "_check_feature_names",
  "_check_n_features",
  "_predict_proba",
  "_decision_function",
  "__class__",
  "__dict__",
]);

/** Builds evaluators from a graph: each object once, never within itself. */
class Loader implements Nested {
  readonly #done = new Map<Value, Evaluator>();
  readonly #building = new Set<Value>();
  readonly #hint: string | undefined;

  constructor(hint: string | undefined) {
    this.#hint = hint;
  }

  load(value: Value, where: string): Evaluator {
    const known = this.#done.get(value);
    if (known !== undefined) return known;
    if (this.#building.has(value)) throw malformed(`${where} contains itself`);
    if (this.#building.size >= MAX_DEPTH)
      throw malformed(`${where}: estimators nest deeper than ${MAX_DEPTH}`);
    this.#building.add(value);
    const built = this.#build(value, where);
    this.#building.delete(value);
    this.#done.set(value, built);
    return built;
  }

  /** Of all that was built. */
  classNames(): string[] {
    return [...new Set([...this.#done.values()].map((evaluator) => evaluator.className))];
  }

  #build(value: Value, where: string): Evaluator {
    const instance = asInstance(value, where);
    if (instance === undefined) throw unsupported(`${where} is a ${value.kind}, not an estimator`);
    const entry = REGISTRY.get(instance.className);
    if (entry === undefined)
      throw unsupported(`${where} is a ${instance.className}, which is not evaluated natively`);
    if (instance.args.length > 0) throw malformed(`${where}: ${instance.className} is made with arguments`);
    const state = new State(instance.className, this.#version(instance, where), instance.attributes);
    refuseShadows(state);
    return withFrames(state, entry.build(state, this));
  }

  /** What the state says (`_sklearn_version`), else what the caller knows. */
  #version({ className, attributes }: Instance, where: string): number {
    const own = attributes.get("_sklearn_version");
    const text = own?.kind === "str" ? own.value : this.#hint;
    // Boosters say in their own bytes which release made them.
    if (text === undefined && !className.startsWith("sklearn.")) return 0;
    if (text === undefined) throw unsupported(`${where} does not say which scikit-learn made it`);
    return parseVersion(text, where);
  }
}

function refuseShadows(state: State): void {
  for (const name of state.attributes.keys()) {
    if (SHADOWS.has(name)) throw unsupported(`${state.where(name)} replaces a method on the instance`);
  }
}
