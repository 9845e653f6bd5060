import os
import subprocess
import sys

from flask import Flask, request

app = Flask(__name__)


@app.route("/a")
def route():
    name = request.args["name"]
    os.system("mlflow runs describe --run-id " + name)  # expect: MK2301
    subprocess.run(f"ls {name}", shell=True)  # expect: MK2301
    subprocess.run([name, "--version"])  # expect: MK2301
    subprocess.check_output(["bash", "-c", "echo " + name])  # expect: MK2301


def helper(cmd):
    return subprocess.Popen(cmd, shell=True)  # expect: MK2301


def argv():
    os.popen("cat %s" % sys.argv[1])  # expect: MK2301
    helper("ls {}".format(sys.argv[2]))
    options = {"shell": True}
    subprocess.call("du " + sys.argv[3], **options)  # expect: MK2301
