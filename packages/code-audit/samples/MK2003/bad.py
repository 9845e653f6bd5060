import os
import pickle

import joblib
import mlflow
import torch
from mlflow import MlflowClient
from mlflow.artifacts import download_artifacts


def module_function():
    path = mlflow.artifacts.download_artifacts("runs:/abc/model/model.pkl")
    with open(path, "rb") as file:
        return pickle.load(file)  # expect: MK2003


def client_method(run_id):
    client = MlflowClient()
    folder = client.download_artifacts(run_id, "model")
    return joblib.load(os.path.join(folder, "model.joblib"))  # expect: MK2003


class Loader:
    def __init__(self):
        self.client = mlflow.tracking.MlflowClient()

    def fetch(self, run_id):
        return self.client.download_artifacts(run_id, "weights.pt")

    def load(self, run_id):
        return torch.load(self.fetch(run_id), weights_only=False)  # expect: MK2003


def read(path):
    data = open(f"{path}/model.pkl", "rb").read()
    return pickle.loads(data)  # expect: MK2003


def through_functions():
    return read(download_artifacts(artifact_uri="models:/football/1"))
