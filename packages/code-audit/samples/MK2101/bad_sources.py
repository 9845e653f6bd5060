import os
import sys

import mlflow
from flask import Flask, request
from fastapi import APIRouter
from mlflow import MlflowClient
from pydantic import BaseModel

app = Flask(__name__)
router = APIRouter()


class Body(BaseModel):
    uri: str


@app.route("/a")
def flask_query():
    uri = request.args.get("uri")
    return mlflow.pyfunc.load_model(uri)  # expect: MK2101


@app.route("/b/<name>")
def flask_path(name):
    return mlflow.sklearn.load_model(f"models:/{name}/1")  # expect: MK2101


@router.post("/c")
async def fastapi_body(body: Body):
    return mlflow.pyfunc.load_model(body.uri)  # expect: MK2101


@router.get("/d")
def fastapi_query(tracking: str):
    mlflow.set_tracking_uri(tracking)  # expect: MK2101
    return MlflowClient(tracking_uri=tracking)  # expect: MK2101


def load(uri):
    return mlflow.pyfunc.load_model(uri)  # expect: MK2101


@app.route("/e", methods=["POST"])
def through_a_function():
    payload = request.get_json()
    return load("models:/{}".format(payload["model"]))


def from_argv():
    return mlflow.pyfunc.load_model(sys.argv[1])  # expect: MK2101


def from_environment():
    return mlflow.pyfunc.load_model(os.environ["MODEL_URI"])  # expect: MK2101


def registers():
    mlflow.register_model(request.form["source"], "football")  # expect: MK2101
