"""An ordinary MLflow client with a valid key, and bad intentions: it logs a model whose pickle runs a command.

The command is harmless: it writes one marker file. Arguments: the folder in which to write the model, and the path
of the marker. Prints MLflow's own error as JSON, or ends with 3 when the server took the model.
"""

import json
import pathlib
import shutil
import subprocess
import sys

import mlflow
from mlflow.exceptions import MlflowException
from requests.exceptions import HTTPError
from sklearn.linear_model import LinearRegression


class Payload:
    """Unpickling this calls `subprocess.check_call`."""

    def __init__(self, marker):
        self.marker = marker

    def __reduce__(self):
        return subprocess.check_call, (["touch", self.marker],)


def write_model(folder, marker):
    """An honest MLflow model folder, whose pickle is then exchanged: what an attacker with a key can do."""
    import pickle

    shutil.rmtree(folder, ignore_errors=True)
    mlflow.sklearn.save_model(
        LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0]), folder, serialization_format="cloudpickle"
    )
    (folder / "model.pkl").write_bytes(pickle.dumps(Payload(marker)))


def main(folder, marker):
    write_model(folder, marker)
    mlflow.set_experiment("wine")
    with mlflow.start_run(run_name="attack") as run:
        try:
            mlflow.log_artifacts(str(folder), "model")
        except (MlflowException, HTTPError) as error:  # uploads of artifacts raise the second
            print(json.dumps({"run": run.info.run_id, "error": type(error).__name__, "message": str(error)}))
            return 0
    print(json.dumps({"run": run.info.run_id}))
    return 3


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[2]))
