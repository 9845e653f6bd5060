import importlib

import mlflow
from flask import Flask, request

app = Flask(__name__)


@app.route("/a")
def route():
    eval(request.args["expression"])  # expect: MK2302
    code = compile(request.form["code"], "x", "exec")  # expect: MK2302
    importlib.import_module(request.args["plugin"])  # expect: MK2302
    return code


def model_decides(model, rows):
    run = mlflow.MlflowClient().get_run("abc")
    exec(run.data.params["preprocess"])  # expect: MK2302


def function(text):
    return eval(text)  # expect: MK2302


def config(path):
    with open(path) as file:
        exec(compile(file.read(), path, "exec"))  # expect: MK2302
