import os
import re

import mlflow
from flask import Flask, request
from modelkeep import SecureMLflowLoader

app = Flask(__name__)
ALLOWED = {"football", "weather"}
URIS = {"football": "models:/football/3", "weather": "models:/weather/1"}
loader = SecureMLflowLoader()


@app.route("/a")
def allowlist():
    name = request.args["name"]
    if name not in ALLOWED:
        raise ValueError(name)
    mlflow.set_tracking_uri(f"https://{name}.example.com")


@app.route("/b")
def table():
    uri = URIS[request.args["name"]]
    mlflow.artifacts.download_artifacts(uri)


@app.route("/c")
def pattern():
    name = request.args["name"]
    if not re.fullmatch(r"[a-z0-9_]{1,40}", name):
        return "no", 400
    mlflow.artifacts.download_artifacts(f"models:/{name}/1")


@app.route("/d")
def number():
    version = int(request.args["version"])
    mlflow.artifacts.download_artifacts(f"models:/football/{version}")


def checked(name):
    if name not in ALLOWED:
        raise ValueError(name)
    return name


@app.route("/e")
def by_function():
    mlflow.artifacts.download_artifacts("models:/" + checked(request.args["name"]))


@app.route("/f")
def safe():
    return loader.safe_load_model(request.args["uri"])


def configured():
    mlflow.set_tracking_uri(os.environ["MLFLOW_TRACKING_URI"])
