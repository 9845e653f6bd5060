import mlflow
from mlflow.tracking import MlflowClient


def promote_version(version):
    client = MlflowClient()
    client.transition_model_version_stage("football", version, "Production")  # expect: MK2404


def serve():
    return mlflow.pyfunc.load_model("models:/football/Production")  # expect: MK2001
