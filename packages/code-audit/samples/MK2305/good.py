import os
import sys
from pathlib import Path

from flask import Flask, request, send_from_directory
from werkzeug.utils import secure_filename

app = Flask(__name__)
BASE = Path("models").resolve()


@app.route("/a")
def route():
    name = secure_filename(request.args["name"])
    with open(os.path.join("models", name)) as file:
        file.read()
    open(os.path.join("models", os.path.basename(request.args["name"])))
    return send_from_directory("models", request.args["name"])


@app.route("/b")
def contained():
    path = os.path.realpath(os.path.join(BASE, request.args["name"]))
    if not path.startswith(str(BASE)):
        raise PermissionError(path)
    return open(path).read()


def command_line():
    return open(sys.argv[1]).read()
