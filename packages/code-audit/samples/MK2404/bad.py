from flask import Flask, request
from mlflow import MlflowClient

app = Flask(__name__)
client = MlflowClient()


@app.route("/promote", methods=["POST"])
def promote():
    client.transition_model_version_stage("football", request.json["version"], "Production")  # expect: MK2404


def set_champion(version):
    client.set_registered_model_alias("football", "champion", version)  # expect: MK2404


@app.post("/champion")
def champion():
    set_champion(request.json["version"])
