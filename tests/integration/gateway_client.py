"""The whole life of an unmodified MLflow client. Prints one JSON object; any failure is a traceback and exit 1.

Called as: gateway_client.py EXPERIMENT MODEL SERIALIZATION_FORMAT
"""

import json
import sys
import warnings

warnings.filterwarnings("ignore")
import mlflow
import numpy as np
from mlflow import MlflowClient
from sklearn.linear_model import LogisticRegression

experiment_name, model_name, serialization = sys.argv[1:4]
inputs = np.random.RandomState(0).rand(50, 3)
labels = (inputs[:, 0] > 0.5).astype(int)
client = MlflowClient()

experiment = mlflow.set_experiment(experiment_name)
with mlflow.start_run() as run:
    mlflow.log_params({"a": 1, "b": "x"})
    mlflow.log_metrics({"m": 0.5, "n": 2.0})
    mlflow.set_tag("t", "v")
    mlflow.log_text("hello", "notes/hello.txt")
    mlflow.log_dict({"a": 1}, "d.json")
    estimator = LogisticRegression().fit(inputs, labels)
    mlflow.sklearn.log_model(
        estimator,
        name="model",
        input_example=inputs[:2],
        registered_model_name=model_name,
        serialization_format=serialization,
    )
client.set_registered_model_alias(model_name, "champion", 1)
text = open(mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="notes/hello.txt")).read()
loaded = mlflow.sklearn.load_model(f"models:/{model_name}@champion")

print(
    json.dumps({
        "experiment_id": experiment.experiment_id,
        "run_id": run.info.run_id,
        "params": client.get_run(run.info.run_id).data.params,
        "text": text,
        "same": bool((loaded.predict(inputs) == estimator.predict(inputs)).all()),
        "runs": [found.info.run_id for found in client.search_runs([experiment.experiment_id])],
        "experiments": [found.name for found in mlflow.search_experiments()],
        "models": [found.name for found in client.search_registered_models()],
    })
)
