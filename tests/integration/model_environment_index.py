"""Writes wheels for an index of the test's own, and a model that asks for one of them.

Usage: python model_environment_index.py FOLDER. `tinydep` is what the model depends on; `mlflow` is a stand-in of a few
lines with the functions that a worker calls, because the real one would take minutes to install.
"""

import base64
import hashlib
import os
import pickle
import sys
import zipfile

TINYDEP = {"tinydep/__init__.py": "VERSION = '{version}'\n\n\ndef answer(x):\n    return x * {factor}\n"}
# Code of a package that would run in whatever starts an interpreter with it: it may, in the cage only.
PTH = "import os; os.environ['TINYDEP_PTH'] = str(os.getpid())\n"

MLFLOW = {
    "mlflow/__init__.py": "",
    "mlflow/exceptions.py": "class MlflowException(Exception):\n    pass\n",
    "mlflow/pyfunc/__init__.py": """
import os
import pickle

import tinydep


class Metadata:
    def get_input_schema(self):
        return None


class Model:
    metadata = Metadata()
    _model_impl = None

    def __init__(self, offset):
        self.offset = offset

    def predict(self, data):
        return [
            {"y": tinydep.answer(x) + self.offset, "version": tinydep.VERSION, "pid": os.getpid(), "pth": os.environ.get("TINYDEP_PTH")}
            for x in data
        ]


def load_model(folder):
    with open(os.path.join(folder, "model.pkl"), "rb") as file:
        return Model(pickle.load(file)["offset"])
""",
    "mlflow/pyfunc/scoring_server.py": """
import json


def _split_data_and_params(text):
    return json.loads(text), None


def infer_and_parse_data(data, schema):
    return data["inputs"]


def predictions_to_json(result, output):
    output.write(json.dumps({"predictions": result}))
""",
}

MLMODEL = """flavors:
  python_function:
    env:
      virtualenv: python_env.yaml
    loader_module: mlflow.sklearn
    model_path: model.pkl
    predict_fn: predict
    python_version: {version}
mlflow_version: 9.9.9
"""


def wheel(folder, name, version, files):
    info = "%s-%s.dist-info" % (name, version)
    files = {
        **files,
        info + "/METADATA": "Metadata-Version: 2.1\nName: %s\nVersion: %s\n" % (name, version),
        info + "/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = info + "/RECORD"
    lines = [
        "%s,sha256=%s,%d"
        % (path, base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode(), len(text))
        for path, text in files.items()
    ]
    files[record] = "\n".join([*lines, record + ",,"]) + "\n"
    with zipfile.ZipFile(os.path.join(folder, "%s-%s-py3-none-any.whl" % (name, version)), "w") as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0)), text)


def tinydep(folder, version, factor):
    files = {path: text.format(version=version, factor=factor) for path, text in TINYDEP.items()}
    wheel(folder, "tinydep", version, {**files, "tinydep.pth": PTH})


def main():
    folder = sys.argv[1]
    wheels, other, model = (os.path.join(folder, name) for name in ("wheels", "other", "model"))
    for path in (wheels, other, model):
        os.makedirs(path)
    tinydep(wheels, "1.0", 3)
    tinydep(wheels, "1.1", 5)
    wheel(wheels, "mlflow", "9.9.9", MLFLOW)
    tinydep(other, "1.0", 1000)
    with open(os.path.join(wheels, "onlysource-1.0.tar.gz"), "wb") as file:
        file.write(b"never unpacked")
    with open(os.path.join(model, "model.pkl"), "wb") as file:
        pickle.dump({"offset": 1}, file)
    version = ".".join(map(str, sys.version_info[:3]))
    with open(os.path.join(model, "MLmodel"), "w") as file:
        file.write(MLMODEL.format(version=version))
    with open(os.path.join(model, "python_env.yaml"), "w") as file:
        file.write("python: %s\ndependencies:\n- -r requirements.txt\n" % version)


main()
