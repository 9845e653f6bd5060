"""Asks for the experiments, as any client does, and prints their names or MLflow's own error as JSON."""

import json

import mlflow
from mlflow.exceptions import MlflowException

try:
    print(json.dumps({"names": [experiment.name for experiment in mlflow.search_experiments()]}))
except MlflowException as error:
    print(json.dumps({"error": type(error).__name__, "message": str(error)}))
