import os

import mlflow
from mlflow import MlflowClient

mlflow.set_tracking_uri("https://mlflow.example.com")
mlflow.set_tracking_uri("http://localhost:5000")
mlflow.set_tracking_uri("http://127.0.0.1:5000")
mlflow.set_tracking_uri("sqlite:///mlflow.db")
mlflow.set_tracking_uri("file:///tmp/mlruns")
MlflowClient("http://[::1]:5000")
os.environ["MLFLOW_TRACKING_URI"] = "https://mlflow.example.com"
SCHEMA = "http://www.w3.org/2001/XMLSchema"
