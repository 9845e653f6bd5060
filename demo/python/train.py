"""An ordinary MLflow client. It knows one address and one key, from the environment, and nothing of Modelkeep.

Trains a pipeline on scikit-learn's wine data, logs it in the format of the newest MLflow (skops) and in the one of
older ones (cloudpickle), registers both, and sets an alias. Writes to the folder given as argument: `input.json`
(rows in MLflow's scoring protocol) and `expected.json` (what scikit-learn itself predicts for them).
"""

import json
import pathlib
import sys

import mlflow
from mlflow.models import infer_signature
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_wine
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

MODEL_NAME = "wine"


def wine_with_a_category():
    """The wine data, with its colour as a word, so that the pipeline has something to encode."""
    frame, target = load_wine(return_X_y=True, as_frame=True)
    frame["tint"] = ["deep" if value > 4.5 else "pale" for value in frame.pop("color_intensity")]
    return frame, target


def pipeline(frame):
    numbers = [name for name in frame.columns if name != "tint"]
    prepare = ColumnTransformer([
        ("numbers", Pipeline([("fill", SimpleImputer()), ("scale", StandardScaler())]), numbers),
        ("words", OneHotEncoder(handle_unknown="ignore"), ["tint"]),
    ])
    return Pipeline([("prepare", prepare), ("classify", LogisticRegression(max_iter=1000))])


def main(folder):
    frame, target = wine_with_a_category()
    train, test, train_target, _ = train_test_split(frame, target, test_size=40, random_state=7)
    model = pipeline(frame).fit(train, train_target)
    mlflow.set_experiment("wine")
    versions = {}
    for form in ["skops", "cloudpickle"]:
        with mlflow.start_run(run_name=form) as run:
            mlflow.log_params({"max_iter": 1000, "format": form})
            mlflow.log_metric("accuracy", model.score(train, train_target))
            info = mlflow.sklearn.log_model(
                model,
                name="model",
                serialization_format=form,
                signature=infer_signature(train, model.predict(train)),
                input_example=train.head(3),
                registered_model_name=MODEL_NAME,
                # MLflow asks for these by name when it logs with skops.
                **({"skops_trusted_types": ["numpy.dtype"]} if form == "skops" else {}),
            )
        versions[form] = {
            "run": run.info.run_id,
            "model": info.model_id,
            "version": info.registered_model_version,
        }
    client = mlflow.MlflowClient()
    client.set_registered_model_alias(MODEL_NAME, "champion", versions["skops"]["version"])
    document = {"dataframe_split": test.to_dict(orient="split")}
    (folder / "input.json").write_text(json.dumps(document))
    expected = {"predict": model.predict(test).tolist(), "predict_proba": model.predict_proba(test).tolist()}
    (folder / "expected.json").write_text(json.dumps(expected))
    print(json.dumps(versions))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
