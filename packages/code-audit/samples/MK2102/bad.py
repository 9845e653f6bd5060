import os

import mlflow
from mlflow import MlflowClient

HOST = "mlflow.example.com"
URL = f"http://{HOST}:5000"
mlflow.set_tracking_uri("http://10.0.0.5:5000")  # expect: MK2102
mlflow.set_tracking_uri(URL)  # expect: MK2102
mlflow.set_registry_uri(uri="http://registry.example.com")  # expect: MK2102
client = MlflowClient(tracking_uri="http://mlflow:5000")  # expect: MK2102
os.environ["MLFLOW_TRACKING_URI"] = "http://mlflow.internal"  # expect: MK2102
os.environ.setdefault("MLFLOW_TRACKING_URI", "http://mlflow.internal")  # expect: MK2102


def configured():
    uri = os.getenv("MLFLOW_TRACKING_URI", "http://mlflow.corp:5000")
    mlflow.set_tracking_uri(uri)  # expect: MK2102
