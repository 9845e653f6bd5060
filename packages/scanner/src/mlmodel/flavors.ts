/** How MLflow's `python_function` flavor loads each of the libraries whose models are data. From mlflow 2.0 to 3.17. */
export const DATA_LOADERS: ReadonlySet<string> = new Set([
  "mlflow.sklearn",
  "mlflow.xgboost",
  "mlflow.lightgbm",
  "mlflow.catboost",
  "mlflow.onnx",
]);

/** Flavors whose loaders are reviewed: what they open, import and call is what the rules look at. */
export const REVIEWED_FLAVORS: ReadonlySet<string> = new Set([
  "python_function",
  "sklearn",
  "xgboost",
  "lightgbm",
  "catboost",
  "onnx",
]);

/** Keys of a flavor whose value is a path below the model's folder that some loader opens. */
export const PATH_KEYS: readonly string[] = [
  "model_path",
  "pickled_model",
  "data",
  "code",
  "model_binary",
  "artifact_path",
  "python_model",
  "saved_model_dir",
  "weights",
  "model_data",
];

/** Keys of `python_function.env`, and the flavors' own environment files. */
export const ENVIRONMENT_KEYS: readonly string[] = ["conda", "virtualenv"];

/** Keys whose presence means that Python source of the model's author runs. */
export const CODE_KEYS: readonly string[] = ["code", "model_code_path", "python_model", "code_paths"];

/**
 * `model_class` of the XGBoost flavor: MLflow imports the class and creates it (`_get_class_from_string`). LightGBM's
 * is compared with one string and else not used; it is held to the same list.
 */
export const MODEL_CLASSES: ReadonlySet<string> = new Set([
  "xgboost.core.Booster",
  ...["XGBClassifier", "XGBRegressor", "XGBRanker", "XGBRFClassifier", "XGBRFRegressor", "XGBModel"].map(
    (name) => `xgboost.sklearn.${name}`,
  ),
  "lightgbm.basic.Booster",
  ...["LGBMClassifier", "LGBMRegressor", "LGBMRanker", "LGBMModel"].map((name) => `lightgbm.sklearn.${name}`),
]);

/** `predict_fn` and `predict_stream_fn` name a method that `predict` calls instead. */
export const PREDICT_METHODS: ReadonlySet<string> = new Set([
  "predict",
  "predict_proba",
  "predict_log_proba",
  "predict_joint_log_proba",
  "score",
  "predict_stream",
  "transform",
  "decision_function",
]);
