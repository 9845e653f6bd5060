import type { Value } from "@modelkeep/formats";
import { constructedBy } from "./call.ts";

/**
 * What scikit-learn does with some attributes of a plain object beyond reading them: it calls the method that one
 * names (`getattr(estimator, self.stack_method_)`), or calls the attribute itself. And since Python looks at an
 * instance before its class, a function under the name of a method takes that method's place, checks included.
 */

/** Attributes that name a method, which is called on whatever stands in for the estimator. */
const METHOD_FIELDS: ReadonlySet<string> = new Set([
  "stack_method",
  "stack_method_",
  "response_method",
  "_response_method",
  "chain_method",
  "chain_method_",
]);

const METHODS: ReadonlySet<string> = new Set([
  "auto",
  "predict",
  "predict_proba",
  "predict_log_proba",
  "predict_joint_log_proba",
  "decision_function",
  "score_samples",
  "transform",
]);

/** Attributes in which real estimators hold something to be called. */
const CALLABLE_FIELDS: ReadonlySet<string> = new Set([
  // transformers
  ..."func inverse_func feature_names_out tokenizer preprocessor analyzer pooling_func strategy fun".split(
    " ",
  ),
  // selection and scores
  ..."score_func _score_func scoring scorer scorer_ _curve_scorer refit owner importance_getter method".split(
    " ",
  ),
  // metrics, kernels and weights
  ..."metric metric_ effective_metric_ _metric kernel kernel_ kernel_function_ k1 k2 kernels affinity weights distance_func".split(
    " ",
  ),
  // fitting
  ..."loss loss_ _loss _base_loss base_loss_ _link_instance link _loss_func_ loss_function_ loss_function is_data_valid is_model_valid optimizer objective _objective eval_metric _fobj max_samples".split(
    " ",
  ),
  ..."algorithm solver init criterion callbacks cv estimator base_estimator final_estimator".split(" "),
  // held by SciPy, NumPy and scikit-learn themselves
  ..."pyfunc dist _call _asarray _kmeans_single calibrator f_ interval_y_pred".split(" "),
  // selectors of columns and of types
  ..."columns pattern dtype dtype_include dtype_exclude missing_values fill_value na_value type subclass".split(
    " ",
  ),
]);

/** Instances with a `__call__` of their own. */
const CALLABLE =
  /^(?:functools\.partial|operator\.itemgetter|numpy\.(?:vectorize|poly1d|polynomial\..*)|scipy\.(?:interpolate|stats)\..*|sklearn\.metrics\._scorer\..*|sklearn\.model_selection\._classification_threshold\._CurveScorer|sklearn\.compose\._column_transformer\.make_column_selector|sklearn\.gaussian_process\.kernels\..*|sklearn\._loss\.loss\..*|sklearn\.ensemble\._(?:gb_losses|hist_gradient_boosting\.loss)\..*|numpy\.core\._ufunc_reconstruct)$/;

/** @returns why a plain object may not have this attribute, or undefined */
export function attributeFault(name: string, value: Value): string | undefined {
  if (METHOD_FIELDS.has(name) && !namesMethods(value))
    return `names a method in ${name} that is none of an estimator's answers`;
  if (name === "importance_getter" && value.kind === "str" && value.value.includes("__"))
    return "reaches a special attribute by importance_getter";
  if (isCallable(value) && !CALLABLE_FIELDS.has(name))
    return `gets something to call as ${name}, which could stand in for a method`;
  if (name === "input" && value.kind === "str" && value.value === "filename")
    return "reads the files that its input names";
  return undefined;
}

function namesMethods(value: Value): boolean {
  if (value.kind === "none") return true;
  if (value.kind === "str") return METHODS.has(value.value);
  return (value.kind === "list" || value.kind === "tuple") && value.items.every((item) => namesMethods(item));
}

function isCallable(value: Value): boolean {
  return value.kind === "global" || (value.kind === "call" && CALLABLE.test(constructedBy(value) ?? ""));
}
