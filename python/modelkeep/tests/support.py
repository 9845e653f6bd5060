"""What the tests share: the real command, honest and hostile models, commands that lie."""

import atexit
import functools
import logging
import os
import pathlib
import pickle
import shutil
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
IRIS = ROOT / "packages/model-io/fixtures/iris"
COMMAND = os.environ.get("MODELKEEP_TEST_COMMAND") or str(ROOT / "packages/modelkeep/bin/modelkeep")
COLUMNS = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"]
ROWS = [[5.0, 3.0, 1.5, 0.2], [6.0, 3.0, 5.0, 2.0], [5.9, 3.1, 4.4, 1.4]]


@functools.lru_cache(maxsize=None)
def mlflow_store():
    """A SQLite store for all tests of this process: making one takes MLflow seconds. Returns its folder and its URI."""
    import mlflow

    logging.getLogger("mlflow").setLevel(logging.ERROR)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="modelkeep-py-"))
    atexit.register(shutil.rmtree, folder, True)
    uri = "sqlite:///%s" % (folder / "mlflow.db")
    mlflow.MlflowClient(uri).search_experiments()
    return folder, uri


class Poison:
    """Unpickled, it writes a marker, and does nothing else."""

    def __init__(self, marker):
        self.marker = str(marker)

    def __reduce__(self):
        return (os.system, ("touch '%s'" % self.marker,))


class InFolder(unittest.TestCase):
    """A folder of its own for each test; the real command keeps its state there, and nothing of the user's counts."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="modelkeep-py-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.marker = self.folder / "marker"
        kept = dict(os.environ)
        self.addCleanup(lambda: (os.environ.clear(), os.environ.update(kept)))
        for name in [name for name in os.environ if name.startswith(("MLFLOW_", "MODELKEEP_"))]:
            del os.environ[name]
        os.environ.update(MODELKEEP_CACHE="off", MODELKEEP_STATE=str(self.folder / "state"), TMPDIR=str(self.folder))
        os.environ["MODELKEEP_COMMAND"] = COMMAND
        os.environ["MODELKEEP_PYTHON"] = sys.executable

    def chdir(self, folder):
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(folder)

    def poison(self):
        return pickle.dumps(Poison(self.marker))

    def copy_of_iris(self):
        copy = self.folder / "iris"
        shutil.copytree(IRIS, copy)
        return copy

    def pickle_of(self, model):
        return next(model.glob("*.pkl"))

    def liar(self, mode):
        """A command that lies in one way."""
        return [sys.executable, str(HERE / "liar.py"), mode, str(self.folder)]
