import os
import shlex
import subprocess
import sys

from flask import Flask, request

app = Flask(__name__)
COMMANDS = {"list": ["ls", "-l"]}
FOLDER = "/data"


@app.route("/a")
def route():
    name = request.args["name"]
    subprocess.run(["ls", "--", name], check=True)
    subprocess.run(COMMANDS[request.args["command"]], check=True)
    subprocess.run(f"ls {shlex.quote(name)}", shell=True)
    port = int(request.args["port"])
    os.system(f"fuser {port}/tcp")


def constant():
    os.system("ls -l")
    subprocess.run("ls -l | wc", shell=True)
    subprocess.run(f"ls {FOLDER}", shell=True)
    subprocess.run([sys.executable, "-m", "pip", "list"])
    os.path.join("system", "x")
