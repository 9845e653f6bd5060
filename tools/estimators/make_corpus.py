"""Fits scikit-learn estimators and stores, for each, the serialised model, inputs and the library's own answers.

    python make_corpus.py OUT [NAME...]

OUT/<case>/model.pkl (or .joblib, .skops), inputs.json, expected.json. Numbers are written with repr precision;
NaN, Infinity as strings. `npm run estimators:compare -- OUT...` reads what this writes.
"""
import json
import math
import os
import pickle
import sys
import warnings

import numpy as np
import pandas as pd
import scipy.sparse as sp
import sklearn

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cases import cases  # noqa: E402

METHODS = ["predict", "predict_proba", "predict_log_proba", "decision_function", "transform", "score_samples", "kneighbors"]


def scalar(v):
    if isinstance(v, (np.bool_, bool)):
        return bool(v)
    if isinstance(v, (np.integer, int)):
        return int(v)
    if isinstance(v, (np.floating, float)):
        v = float(v)
        if math.isnan(v):
            return "nan!"
        if math.isinf(v):
            return "inf!" if v > 0 else "-inf!"
        return v
    if v is None or v is pd.NA:
        return None
    return "s:" + str(v)


def dtype_name(dtype):
    kind = getattr(dtype, "kind", "O")
    if kind in "US":
        return "str"
    if kind == "O":
        return "category" if str(dtype) == "category" else "object"
    return str(dtype)


def dump(value):
    """An array, sparse matrix, frame or list of arrays as plain JSON."""
    if isinstance(value, (list, tuple)) and value and isinstance(value[0], np.ndarray):
        return {"list": [dump(v) for v in value]}
    if sp.issparse(value):
        csr = value.tocsr()
        return {
            "indptr": csr.indptr.tolist(),
            "indices": csr.indices.tolist(),
            "data": [scalar(v) for v in csr.data],
            "shape": list(csr.shape),
            "dtype": dtype_name(csr.dtype),
        }
    if isinstance(value, pd.DataFrame):
        return {
            "columns": [[str(c), [scalar(v) for v in value[c].tolist()], dtype_name(value[c].dtype)] for c in value.columns]
        }
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return {"records": [{k: scalar(v) for k, v in record.items()} for record in value]}
    if isinstance(value, (list, pd.Series)):
        return {"texts": [str(v) for v in value]}
    array = np.asarray(value)
    return {"shape": list(array.shape), "data": [scalar(v) for v in array.ravel().tolist()], "dtype": dtype_name(array.dtype)}


def answers(model, x):
    out = {}
    for name in METHODS:
        try:
            method = getattr(model, name)
        except AttributeError:
            continue
        try:
            out[name] = dump(method(x))
        except Exception as error:  # the library refuses: so must we
            out[name] = {"error": f"{type(error).__name__}: {error}"[:300]}
    return out


def write(folder, name, model, inputs, dumper):
    case = os.path.join(folder, name.replace("/", "_"))
    os.makedirs(case, exist_ok=True)
    dumper(model, case)
    expected = [answers(model, x) for x in inputs]
    with open(os.path.join(case, "case.json"), "w") as f:
        json.dump({"name": name, "sklearn": sklearn.__version__, "class": type(model).__name__,
                   "inputs": [dump(x) for x in inputs], "expected": expected}, f)


def dumpers():
    def pkl(model, case):
        with open(os.path.join(case, "model.pkl"), "wb") as f:
            pickle.dump(model, f)

    def cloud(model, case):
        import cloudpickle
        with open(os.path.join(case, "model.pkl"), "wb") as f:
            cloudpickle.dump(model, f)

    def job(model, case):
        import joblib
        joblib.dump(model, os.path.join(case, "model.joblib"))

    def proto0(model, case):
        with open(os.path.join(case, "model.pkl"), "wb") as f:
            pickle.dump(model, f, protocol=0)

    def skops(model, case):
        import skops.io
        skops.io.dump(model, os.path.join(case, "model.skops"))

    return [pkl, cloud, job, pkl, proto0, skops]


def main():
    warnings.filterwarnings("ignore")
    out, wanted = sys.argv[1], sys.argv[2:]
    kinds = dumpers()
    made = failed = 0
    for i, (name, make) in enumerate(cases()):
        if wanted and not any(w in name for w in wanted):
            continue
        try:
            model, inputs = make()
        except Exception as error:
            print(f"skip {name}: {type(error).__name__}: {error}"[:200], file=sys.stderr)
            failed += 1
            continue
        kind = kinds[i % len(kinds)]
        try:
            write(out, name, model, inputs, kind)
        except Exception:
            write(out, name, model, inputs, kinds[0])
        made += 1
    print(f"{sklearn.__version__}: {made} cases, {failed} skipped")


if __name__ == "__main__":
    main()
