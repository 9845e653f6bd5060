"""Prints, as JSON, the paths of all artifacts that a run has. Arguments: the run, and a path in it."""

import json
import sys

import mlflow

found = mlflow.artifacts.list_artifacts(run_id=sys.argv[1], artifact_path=sys.argv[2])
print(json.dumps([item.path for item in found]))
