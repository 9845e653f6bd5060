"""Trains models with the plain MLflow client and prints their addresses and scikit-learn's own answers as JSON.

Usage: MLFLOW_TRACKING_URI=... python model-io-train.py
"""

import json
import sys

import mlflow
import mlflow.sklearn
from mlflow import MlflowClient
from mlflow.models import infer_signature
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_iris, load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

data = load_iris(as_frame=True)
wine = load_wine(as_frame=True)
scaler = make_column_transformer((StandardScaler(), list(data.data.columns[:2])), remainder="passthrough")
pipeline = make_pipeline(scaler, LogisticRegression(max_iter=500)).fit(data.data, data.target)
forest = RandomForestClassifier(20, random_state=0).fit(wine.data, wine.target)


def log(model, frame, name, form, registered):
    with mlflow.start_run() as run:
        signature = infer_signature(frame, model.predict(frame))
        info = mlflow.sklearn.log_model(
            model, name=name, signature=signature, input_example=frame[:2],
            serialization_format=form, registered_model_name=registered,
        )
    version = info.registered_model_version
    MlflowClient().set_registered_model_alias(registered, "champion", version)
    return {
        "uris": [
            f"models:/{registered}/{version}", f"models:/{registered}@champion", f"models:/{registered}/latest",
            f"models:/{info.model_id}", f"runs:/{run.info.run_id}/{name}",
        ],
        "artifacts": mlflow.get_logged_model(info.model_id).artifact_location,
        "rows": frame.to_dict(orient="split", index=False),
        "predict": model.predict(frame).tolist(),
        "proba": model.predict_proba(frame).tolist(),
    }


json.dump(
    {
        "skops": log(pipeline, data.data, "model", "skops", "flowers"),
        "cloudpickle": log(forest, wine.data, "forest", "cloudpickle", "wines"),
    },
    sys.stdout,
)
