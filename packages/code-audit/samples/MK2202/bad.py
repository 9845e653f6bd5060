import os

import mlflow
from mlflow import MlflowClient, log_artifact


def logs(client: MlflowClient, run_id):
    mlflow.log_artifact(".env")  # expect: MK2202
    log_artifact(os.path.join("config", "secrets.yaml"))  # expect: MK2202
    mlflow.log_artifact("/root/.aws/credentials")  # expect: MK2202
    mlflow.log_artifacts(".")  # expect: MK2202
    mlflow.log_artifacts(os.getcwd())  # expect: MK2202
    client.log_artifact(run_id, "deploy/server.key")  # expect: MK2202
    for name in ["report.html", ".env.production"]:
        mlflow.log_artifact(name)  # expect: MK2202
