"""Fits every estimator of `sklearn.utils.all_estimators()` and stores it as MLflow does, with the library's own answers.

    python census.py OUT

OUT/<version>/<name>/<format>/{MLmodel,model.pkl|model.skops} for the formats pickle, cloudpickle and skops, and case.json beside them
(in the form of make_corpus.py). An estimator that cannot be fitted, written, or asked for anything new is left out, with the reason in
OUT/<version>/left-out.json. `npm run estimators:census -- OUT` counts what the native engine accepts and answers equally.
"""
import inspect
import json
import os
import pickle
import sys
import warnings

import numpy as np
import sklearn
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
try:
    from sklearn.experimental import enable_halving_search_cv  # noqa: F401
except ImportError:
    pass
from sklearn.base import is_classifier, is_regressor
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from sklearn.utils import all_estimators

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cases import DIABETES, IRIS, fresh, required, supported  # noqa: E402
import make_corpus  # noqa: E402

TEXTS = ["The quick brown fox", "jumps over the lazy dog's tail!", "na\u00efve caf\u00e9 stra\u00dfe", "fox fox dog", "numbers 123 and a_b"]
NEW_TEXTS = ["the FOX and the dog", "", "123 new words", "caf\u00e9 cafe\u0301"]
RECORDS = [{"a": 1.0, "b": "x"}, {"a": 2.5, "b": "y"}, {"a": -1.0, "b": "x"}]
NEW_RECORDS = [{"a": 3.0, "b": "x"}, {"a": 0.0, "b": "unseen"}]
WORDS = np.array([["r", "s"], ["g", "t"], ["r", "t"], ["b", "s"]] * 15, dtype=object)
LABELS = np.array(["b", "a", "c", "a"], dtype=object)
TWO = np.c_[IRIS.target, (IRIS.data[:, 0] > 5.8).astype(int)]
BITS = np.c_[(IRIS.target > 0).astype(int), (IRIS.data[:, 0] > 5.8).astype(int)]
REALS = np.c_[DIABETES.target, DIABETES.target[::-1]]
IMAGES = np.arange(4 * 6 * 5, dtype=float).reshape(4, 6, 5)


def special(name):
    """(x, y, inputs) of the estimators that want something of their own."""
    iris, diabetes = fresh(IRIS.data), fresh(DIABETES.data)
    missing = IRIS.data.copy()
    missing[np.random.RandomState(0).rand(*missing.shape) < 0.1] = np.nan
    return {
        "CountVectorizer": (TEXTS, None, [NEW_TEXTS]),
        "TfidfVectorizer": (TEXTS, None, [NEW_TEXTS]),
        "HashingVectorizer": (TEXTS, None, [NEW_TEXTS]),
        "DictVectorizer": (RECORDS, None, [NEW_RECORDS]),
        "FeatureHasher": (RECORDS, None, [NEW_RECORDS]),
        "LabelEncoder": (LABELS, None, [LABELS[:3]]),
        "LabelBinarizer": (LABELS, None, [LABELS[:3]]),
        "MultiLabelBinarizer": (WORDS, None, [WORDS[:3]]),
        "TargetEncoder": (WORDS, np.arange(60) % 7 * 1.5, [WORDS[:6], np.array([["r", "new"]], dtype=object)]),
        "OneHotEncoder": (WORDS, None, [WORDS[:6]]),
        "OrdinalEncoder": (WORDS, None, [WORDS[:6]]),
        "CategoricalNB": (np.round(IRIS.data).astype(int), IRIS.target, [np.round(IRIS.data[::7]).astype(int)]),
        "IsotonicRegression": (DIABETES.data[:, 2], DIABETES.target, [diabetes[:, 2]]),
        "MultiOutputClassifier": (IRIS.data, TWO, [iris]),
        "ClassifierChain": (IRIS.data, BITS, [iris]),
        "MultiOutputRegressor": (DIABETES.data, REALS, [diabetes]),
        "RegressorChain": (DIABETES.data, REALS, [diabetes]),
        "PatchExtractor": (IMAGES, None, [IMAGES]),
        "KernelCenterer": (IRIS.data @ IRIS.data.T, None, [iris @ IRIS.data.T]),
        "IterativeImputer": (missing, None, [missing[::6]]),
        "KNNImputer": (missing, None, [missing[::6]]),
        "SimpleImputer": (missing, None, [missing[::6]]),
        "MissingIndicator": (missing, None, [missing[::6]]),
        "FixedThresholdClassifier": (IRIS.data, (IRIS.target > 0).astype(int), [iris]),
        "TunedThresholdClassifierCV": (IRIS.data, (IRIS.target > 0).astype(int), [iris]),
    }.get(name)


def extra(name, cls):
    params = dict(required(name, cls))
    known = inspect.signature(cls).parameters
    if name.startswith("MultiTask") or name in ("CCA", "PLSCanonical", "PLSSVD"):
        params["__y__"] = REALS
    if name == "PLSSVD" or name in ("CCA", "PLSCanonical"):
        params["n_components"] = 2
    if name in ("ColumnTransformer",):
        from sklearn.preprocessing import StandardScaler
        params["transformers"] = [("s", StandardScaler(), [0, 1]), ("p", "passthrough", [3])]
    if name == "FeatureUnion":
        from sklearn.preprocessing import MinMaxScaler, StandardScaler
        params["transformer_list"] = [("s", StandardScaler()), ("m", MinMaxScaler())]
    if name == "Pipeline":
        from sklearn.preprocessing import StandardScaler
        params["steps"] = [("s", StandardScaler()), ("m", LogisticRegression(max_iter=500))]
    if name == "SparseCoder":
        params["dictionary"] = np.random.RandomState(0).normal(size=(5, 4))
    if name == "FrozenEstimator":
        params["estimator"] = LogisticRegression(max_iter=500).fit(IRIS.data, IRIS.target)
    if name == "PatchExtractor":
        params["patch_size"] = (2, 2)
        params["max_patches"] = None
    if name in ("GaussianRandomProjection", "SparseRandomProjection"):
        params["n_components"] = 3
    if name == "FeatureHasher":
        params["n_features"] = 32
    if name in ("DictionaryLearning", "MiniBatchDictionaryLearning", "SparsePCA", "MiniBatchSparsePCA", "FactorAnalysis"):
        params["n_components"] = 3
    if name == "SelfTrainingClassifier":
        params["base_estimator" if "estimator" not in known else "estimator"] = LogisticRegression(max_iter=500)
    return params


def data_of(name, model, params):
    own = special(name)
    if own is not None:
        return own
    if "__y__" in params:
        return DIABETES.data, params["__y__"], [fresh(DIABETES.data)]
    if is_regressor(model):
        return DIABETES.data, np.abs(DIABETES.target), [fresh(DIABETES.data)]
    return np.abs(IRIS.data), IRIS.target, [np.abs(fresh(IRIS.data))]


MLMODEL = """flavors:
  python_function:
    env: {{}}
    loader_module: mlflow.sklearn
    model_path: {file}
    predict_fn: predict
    python_version: {python}
  sklearn:
    code: null
    pickled_model: {file}
    serialization_format: {kind}
    sklearn_version: {version}
mlflow_version: 3.17.2
model_uuid: 00000000000000000000000000000000
utc_time_created: '2026-01-01 00:00:00.000000'
"""


def writers():
    import cloudpickle
    import skops.io

    def dump(module):
        def write(model, path):
            with open(path, "wb") as f:
                module.dump(model, f)
        return write

    return {"pickle": ("model.pkl", dump(pickle)), "cloudpickle": ("model.pkl", dump(cloudpickle)), "skops": ("model.skops", lambda m, p: skops.io.dump(m, p))}


def one(folder, name, cls):
    params = extra(name, cls)
    y = params.pop("__y__", None)
    model = cls(**supported(cls, params))
    x, target, inputs = data_of(name, model, {} if y is None else {"__y__": y})
    model = model.fit(x) if target is None else model.fit(x, target)
    expected = [make_corpus.answers(model, value) for value in inputs]
    if not any("error" not in v for answers in expected for v in answers.values()):
        return "nothing to be asked: " + "; ".join(f"{k}: {v['error']}" for answers in expected for k, v in answers.items())[:200]
    written = []
    for kind, (file, write) in writers().items():
        home = os.path.join(folder, name, kind)
        os.makedirs(home, exist_ok=True)
        try:
            write(model, os.path.join(home, file))
        except Exception as error:
            # skops refuses some types by design; pickle refuses none of these.
            os.remove(os.path.join(home, file)) if os.path.exists(os.path.join(home, file)) else None
            os.rmdir(home)
            print(f"{sklearn.__version__} {name}: no {kind}: {type(error).__name__}: {error}"[:160], file=sys.stderr)
            continue
        with open(os.path.join(home, "MLmodel"), "w") as f:
            f.write(MLMODEL.format(file=file, python=".".join(map(str, sys.version_info[:3])), kind=kind, version=sklearn.__version__))
        with open(os.path.join(home, "requirements.txt"), "w") as f:
            f.write(f"scikit-learn=={sklearn.__version__}\n")
        written.append(kind)
    if not written:
        return "cannot be written"
    with open(os.path.join(folder, name, "case.json"), "w") as f:
        json.dump({"name": f"census/{name}", "sklearn": sklearn.__version__, "class": name, "formats": written,
                   "inputs": [make_corpus.dump(v) for v in inputs], "expected": expected}, f)
    return None


def main():
    warnings.filterwarnings("ignore")
    folder = os.path.join(sys.argv[1], sklearn.__version__)
    os.makedirs(folder, exist_ok=True)
    left = {}
    kept = 0
    for name, cls in all_estimators():
        try:
            reason = one(folder, name, cls)
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"[:300]
        if reason is None:
            kept += 1
        else:
            left[name] = reason
    with open(os.path.join(folder, "left-out.json"), "w") as f:
        json.dump(left, f, indent=1)
    print(f"{sklearn.__version__}: {kept} estimators, {len(left)} left out")


if __name__ == "__main__":
    main()
