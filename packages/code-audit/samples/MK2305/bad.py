import os
from pathlib import Path

import mlflow
from fastapi import FastAPI
from flask import Flask, request, send_file

app = Flask(__name__)
api = FastAPI()


@app.route("/a/<path:name>")
def route(name):
    with open(os.path.join("models", name)) as file:  # expect: MK2305
        file.read()
    os.remove("models/" + request.args["file"])  # expect: MK2305
    mlflow.log_artifact(request.args["file"])  # expect: MK2305
    return send_file(f"models/{name}")  # expect: MK2305


@api.get("/b")
def read(path: str):
    return (Path("models") / path).read_text()  # expect: MK2305
