"""The Python client's whole life behind the gateway. Prints one JSON object; any failure is a traceback and exit 1.

Called as: python_client.py FOLDER_OF_THE_STORE, with MLFLOW_TRACKING_URI and MLFLOW_TRACKING_TOKEN.
"""

import json
import logging
import os
import pathlib
import pickle
import sys
import warnings

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "python/modelkeep/src"))
os.environ.update(MODELKEEP_CACHE="off", MODELKEEP_COMMAND=str(ROOT / "packages/modelkeep/bin/modelkeep"))
warnings.filterwarnings("ignore")

import mlflow
import numpy as np
from modelkeep import ModelkeepError, SecureMLflowLoader, SecureMLflowLogger
from sklearn.linear_model import LogisticRegression

logging.getLogger("mlflow").setLevel(logging.ERROR)
store = pathlib.Path(sys.argv[1])
marker = store / "payload-ran"
inputs = np.random.RandomState(0).rand(50, 3)
labels = (inputs[:, 0] > 0.5).astype(int)
estimator = LogisticRegression().fit(inputs, labels)
client = mlflow.MlflowClient()
said = {}


class Poison:
    def __reduce__(self):
        return (os.system, ("touch '%s'" % marker,))


with SecureMLflowLogger(pickled="judged").start_run(experiment="python-client") as run:
    run.log_params({"lr": 0.1, "db.password": "hunter2"})
    run.log_metric("loss", 0.5)
    run.log_text("hello", "notes/hello.txt")
    kept = {"pip_requirements": [], "input_example": inputs[:2]}
    run.log_model(estimator, "skops", registered_model_name="wine", **kept)
    pickled = run.log_model(estimator, "pickled", registered_model_name="wine", serialization_format="cloudpickle", **kept)
client.set_registered_model_alias("wine", "champion", 2)
said["params"] = client.get_run(run.run_id).data.params


def same(model):
    return bool((model.predict(inputs) == estimator.predict(inputs)).all())


def refusal(act):
    try:
        act()
    except ModelkeepError as error:
        return {"type": type(error).__name__, "code": error.code, "leaks": os.environ["MLFLOW_TRACKING_TOKEN"] in str(error)}
    return None


with SecureMLflowLoader() as loader, SecureMLflowLoader(policy="in-process") as inside:
    said["same"] = [
        same(loader.safe_load_model(uri, flavor))
        for uri in ("models:/wine/1", "models:/wine@champion", "runs:/%s/pickled" % run.run_id)
        for flavor in (None, "sklearn")
    ]
    said["inside"] = [same(inside.safe_load_model("models:/wine/%d" % version)) for version in (1, 2)]
    model = loader.safe_load_model("models:/wine@champion")
    said["facts"] = [model.name, model.version, model.engine, model.verdict]

    # Somebody writes into MLflow's storage, past the gateway.
    place = next(path for path in store.rglob("*.pkl") if pickled.model_id in str(path))
    place.write_bytes(pickle.dumps(Poison()))
    said["poisoned"] = [refusal(lambda: one.safe_load_model("models:/wine@champion")) for one in (loader, inside)]
said["ran"] = marker.exists()

token, address = os.environ.pop("MLFLOW_TRACKING_TOKEN"), os.environ.pop("MLFLOW_TRACKING_URI")
mlflow.set_tracking_uri(None)
os.environ.pop("MLFLOW_TRACKING_URI", None)
os.environ.update(MODELKEEP_GATEWAY=address, MODELKEEP_TOKEN=token)
with SecureMLflowLoader() as loader:
    said["by gateway variable"] = same(loader.safe_load_model("models:/wine/1"))
os.environ["MODELKEEP_TOKEN"] = os.environ["MLFLOW_TRACKING_TOKEN"] = token[:-4] + "AAAA"
with SecureMLflowLoader() as loader:
    said["wrong key"] = refusal(lambda: loader.safe_load_model("models:/wine/1"))
print(json.dumps(said))
