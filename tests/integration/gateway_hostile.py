"""Tries, as an ordinary user of an unmodified MLflow client, what the gateway must refuse. Prints what was said.

Called as: gateway_hostile.py EXPERIMENT MODEL FOREIGN_RUN FOREIGN_EXPERIMENT_ID MARKER
The payload of its pickle writes the file MARKER and nothing else.
"""

import json
import os
import pickle
import sys
import tempfile
import time
import warnings

warnings.filterwarnings("ignore")
import mlflow
from mlflow import MlflowClient

experiment_name, model_name, foreign_run, foreign_experiment, marker = sys.argv[1:6]
client = MlflowClient()
said = {}


class Payload:
    def __reduce__(self):
        return (os.system, (f"touch '{marker}'",))


def attempt(name, action):
    started = time.monotonic()
    try:
        action()
        said[name] = {"refused": False}
    except Exception as error:
        said[name] = {"refused": True, "message": str(error), "seconds": time.monotonic() - started}


folder = tempfile.mkdtemp()
path = os.path.join(folder, "model.pkl")
with open(path, "wb") as file:
    pickle.dump(Payload(), file)

mlflow.set_experiment(experiment_name)
with mlflow.start_run() as run:
    attempt("upload", lambda: mlflow.log_artifact(path))
    for source in ["/etc", "file:///etc", "s3://bucket/model", f"runs:/{foreign_run}/model"]:
        attempt(f"source {source}", lambda: client.create_model_version(model_name, source, run.info.run_id))
attempt("location", lambda: mlflow.create_experiment("elsewhere", artifact_location="/etc"))
attempt("foreign experiment", lambda: client.search_runs([foreign_experiment]))
attempt("foreign run", lambda: client.log_metric(foreign_run, "m", 1.0))
attempt("foreign artifacts", lambda: client.list_artifacts(foreign_run))
attempt("webhooks", lambda: client.list_webhooks())
os.environ["MLFLOW_TRACKING_TOKEN"] = "mk_000000000000_nothing"
attempt("unknown key", lambda: client.search_experiments())
del os.environ["MLFLOW_TRACKING_TOKEN"]
attempt("no key", lambda: client.search_experiments())
print(json.dumps(said))
