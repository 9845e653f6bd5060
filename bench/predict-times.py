"""Times the library's side of bench/predict.mjs, one request a line.

    python predict-times.py FOLDER

In: {"model": {…one of plan.json…}, "by": "library"|"pyfunc"|"onnx", "rows": n}. Out: {"wall": seconds a
call, "cpu": seconds a call over all threads}, or null where there is no such model.
"""

import json
import os
import sys
import time
import warnings
from functools import lru_cache

import mlflow.pyfunc
import mlflow.lightgbm
import mlflow.sklearn
import mlflow.xgboost
import numpy as np
import pandas as pd


FILL = 0.06


@lru_cache(maxsize=None)
def batch(folder, data):
    path = os.path.join(folder, data)
    return pd.read_pickle(path + ".pkl") if os.path.exists(path + ".pkl") else np.fromfile(path + ".f64").reshape(-1, 20)


@lru_cache(maxsize=1)
def library(path):
    flavors = mlflow.models.Model.load(path).flavors
    name = next(name for name in ("xgboost", "lightgbm", "sklearn") if name in flavors)
    return getattr(mlflow, name).load_model(path)


@lru_cache(maxsize=1)
def pyfunc(path):
    return mlflow.pyfunc.load_model(path)


@lru_cache(maxsize=1)
def onnx(path):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS", "0"))
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def feeds(x):
    if isinstance(x, np.ndarray):
        return {"x": x.astype(np.float32)}
    number = pd.api.types.is_numeric_dtype
    return {c: x[[c]].to_numpy().astype(np.float32 if number(x[c]) else str) for c in x}


def call(folder, request):
    model = request["model"]
    path = os.path.join(folder, model["folder"])
    x = batch(folder, model["data"])[: request["rows"]]
    by = request["by"]
    if by == "library":
        method = getattr(library(path), model["method"])
        return lambda: method(x)
    if by == "pyfunc":
        frame = x if isinstance(x, pd.DataFrame) else pd.DataFrame(x, columns=[f"c{i}" for i in range(x.shape[1])])
        loaded = pyfunc(path)
        return lambda: loaded.predict(frame)
    if not os.path.exists(path + ".onnx"):
        return None
    session, inputs = onnx(path + ".onnx"), feeds(x)
    return lambda: session.run(None, inputs)


def timed(run):
    """Seconds a call, over as many calls as fill the time; as many before them warm up."""
    started, calls = time.perf_counter(), 0
    while calls == 0 or time.perf_counter() - started < FILL:
        run()
        calls += 1
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(calls):
        run()
    return {"wall": (time.perf_counter() - wall) / calls, "cpu": (time.process_time() - cpu) / calls}


def main(folder):
    warnings.filterwarnings("ignore")
    for line in sys.stdin:
        request = json.loads(line)
        run = call(folder, request)
        print(json.dumps(None if run is None else timed(run)), flush=True)


main(sys.argv[1])
