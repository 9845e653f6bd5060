/**
 * What workers of the managed environment find imported: MLflow's loader and scoring protocol, and what most scikit-learn
 * models need. What an environment lacks is left out.
 */
export const PRELOAD: readonly string[] = [
  "numpy",
  "pandas",
  "pyarrow.pandas_compat",
  "cloudpickle",
  "scipy.sparse",
  "mlflow.pyfunc",
  "mlflow.pyfunc.model",
  "mlflow.pyfunc.scoring_server",
  "mlflow.sklearn",
  // MLflow compares a model's requirements with what is installed; these read that.
  "importlib_metadata",
  "email.contentmanager",
  "email.headerregistry",
  "email.policy",
  ...[
    "compose",
    "decomposition",
    "ensemble",
    "feature_extraction.text",
    "impute",
    "linear_model",
    "metrics",
    "model_selection",
    "naive_bayes",
    "neighbors",
    "pipeline",
    "preprocessing",
    "svm",
    "tree",
  ].map((name) => `sklearn.${name}`),
];
