"""Every way to give the function another name."""
import functools
import importlib
from mlflow.sklearn import *
import mlflow

flavor = importlib.import_module("mlflow." + "sklearn")
loader = getattr(flavor, "load_model")
partial = functools.partial(mlflow.pyfunc.load_model, dst_path="/tmp")
TABLE = {"sklearn": mlflow.sklearn.load_model, "pyfunc": mlflow.pyfunc.load_model}
shorthand = lambda uri: mlflow.lightgbm.load_model(uri)  # expect: MK2001


def by_star():
    return load_model("models:/a/1")  # expect: MK2001


def by_getattr():
    return loader("models:/a/1")  # expect: MK2001


def by_partial():
    return partial("models:/a/1")  # expect: MK2001


def by_table(kind):
    return TABLE[kind]("models:/a/1")  # expect: MK2001


def by_get(kind):
    load = TABLE.get(kind)
    return load("models:/a/1")  # expect: MK2001


def by_import():
    from mlflow import xgboost as x

    return x.load_model("models:/a/1")  # expect: MK2001


def by_dunder():
    return __import__("mlflow").pyfunc.load_model("models:/a/1")  # expect: MK2001


def by_walrus():
    if (m := mlflow.pyfunc) is not None:
        return m.load_model("models:/a/1")  # expect: MK2001


def by_comprehension(uris):
    return [mlflow.pyfunc.load_model(uri) for uri in uris]  # expect: MK2001


def by_map(uris):
    return list(map(mlflow.pyfunc.load_model, uris))  # expect: MK2001


def by_reassignment():
    f = print
    f = mlflow.pyfunc.load_model
    return f("models:/a/1")  # expect: MK2001
