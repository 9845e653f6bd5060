from fastapi import Depends, FastAPI, HTTPException
from flask import Flask, abort, request
from flask_login import login_required
from mlflow import MlflowClient

flask_app = Flask(__name__)
app = FastAPI()
client = MlflowClient()


def current_user():
    raise HTTPException(status_code=401)


@flask_app.route("/a", methods=["POST"])
@login_required
def decorated():
    client.transition_model_version_stage("football", "1", "Production")


@app.post("/b")
def injected(version: int, user=Depends(current_user)):
    client.set_registered_model_alias("football", "champion", version)


@flask_app.route("/c", methods=["POST"])
def checked():
    if request.headers.get("X-Key") != flask_app.config["KEY"]:
        abort(403)
    client.set_registered_model_alias("football", "champion", 1)


def job():
    client.transition_model_version_stage("football", "1", "Production")
