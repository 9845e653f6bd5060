"""Fits the models of bench/predict.mjs and saves them as MLflow models, beside their inputs.

    python predict-models.py FOLDER
"""

import json
import os
import sys
import warnings

import mlflow
import numpy as np
import pandas as pd
from mlflow.models import infer_signature
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    IsolationForest,
    RandomForestClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

ROWS = 10_000
CITIES = ["Amsterdam", "Berlin", "Cairo", "Delhi", "Essen", "Fez"]


def plain(rng, rows):
    """Twenty float64 columns and a target that no split describes alone."""
    x = rng.normal(size=(rows, 20))
    return x, (x[:, 0] + x[:, 1] * x[:, 2] + 0.3 * rng.normal(size=rows) > 0).astype(int)


def mixed(rng, rows):
    """Ten float64 columns with holes, and two of text."""
    x = rng.normal(size=(rows, 10))
    y = (x[:, 0] + x[:, 1] > 0).astype(int)
    x[rng.uniform(size=x.shape) < 0.1] = np.nan
    frame = pd.DataFrame(x, columns=[f"n{i}" for i in range(10)])
    for name in ("city", "home"):
        frame[name] = rng.choice(CITIES, size=rows).astype(object)
    return frame, y


def pipeline():
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    return make_pipeline(
        ColumnTransformer(
            [
                ("numbers", numbers, [f"n{i}" for i in range(10)]),
                ("words", OneHotEncoder(handle_unknown="ignore"), ["city", "home"]),
            ]
        ),
        LogisticRegression(),
    )


def boosters():
    import lightgbm
    import xgboost

    return {
        "XGBoost (100)": (xgboost.XGBClassifier(n_estimators=100, max_depth=6), "predict_proba", plain),
        "LightGBM (100)": (lightgbm.LGBMClassifier(n_estimators=100, verbose=-1), "predict_proba", plain),
    }


def models():
    """Name → (estimator, method, data)."""
    return {
        "LogisticRegression": (LogisticRegression(), "predict_proba", plain),
        "Ridge": (Ridge(), "predict", plain),
        "scale + LogisticRegression": (make_pipeline(StandardScaler(), LogisticRegression()), "predict_proba", plain),
        "impute + scale + one-hot + LogisticRegression": (pipeline(), "predict_proba", mixed),
        "DecisionTree": (DecisionTreeClassifier(random_state=0), "predict_proba", plain),
        "RandomForest (100)": (RandomForestClassifier(100, random_state=0), "predict_proba", plain),
        "RandomForest (100, depth 10)": (RandomForestClassifier(100, max_depth=10, random_state=0), "predict_proba", plain),
        "ExtraTrees (100)": (ExtraTreesClassifier(100, random_state=0), "predict_proba", plain),
        "GradientBoosting (100)": (GradientBoostingClassifier(random_state=0), "predict_proba", plain),
        "HistGradientBoosting (100)": (HistGradientBoostingClassifier(random_state=0), "predict_proba", plain),
        "IsolationForest (100)": (IsolationForest(n_estimators=100, random_state=0), "score_samples", plain),
        **boosters(),
        "GaussianNB": (GaussianNB(), "predict_proba", plain),
        "MLP (100)": (MLPClassifier(random_state=0, max_iter=30), "predict_proba", plain),
        "SVC (RBF)": (SVC(), "decision_function", plain),
    }


def save(model, folder, x, onnx_file):
    """The MLflow model with its schema, and the ONNX graph where the converter has one."""
    frame = x if isinstance(x, pd.DataFrame) else pd.DataFrame(x, columns=[f"c{i}" for i in range(x.shape[1])])
    arguments = {"signature": infer_signature(frame), "pip_requirements": []}
    name = type(model).__module__.split(".")[0]
    if name == "xgboost":
        mlflow.xgboost.save_model(model, folder, model_format="json", **arguments)
    elif name == "lightgbm":
        mlflow.lightgbm.save_model(model, folder, serialization_format="pickle", **arguments)
    else:
        mlflow.sklearn.save_model(model, folder, serialization_format="pickle", **arguments)
    convert(model, x, onnx_file)


def convert(model, x, path):
    try:
        from skl2onnx import to_onnx
        from skl2onnx.common.data_types import FloatTensorType, StringTensorType

        types = [("x", FloatTensorType([None, x.shape[1]]))]
        if isinstance(x, pd.DataFrame):
            number = pd.api.types.is_numeric_dtype
            types = [(c, (FloatTensorType if number(x[c]) else StringTensorType)([None, 1])) for c in x]
        options = {"zipmap": False} if hasattr(model, "classes_") else None
        opset = {"": 18, "ai.onnx.ml": 3}
        graph = to_onnx(model, initial_types=types, options=options, target_opset=opset)
    except Exception as error:  # The converter refuses many models: then there is no column for it.
        print(f"no ONNX for {type(model).__name__}: {str(error)[:100]}", file=sys.stderr)
        return
    with open(path, "wb") as f:
        f.write(graph.SerializeToString())


def main(folder):
    warnings.filterwarnings("ignore")
    os.makedirs(folder, exist_ok=True)
    plan = []
    for i, (name, (model, method, data)) in enumerate(models().items()):
        rng = np.random.RandomState(0)
        x, y = data(rng, 2_000)
        model.fit(x, y)
        batch, _ = data(rng, ROWS)
        save(model, os.path.join(folder, f"{i}"), x, os.path.join(folder, f"{i}.onnx"))
        if isinstance(batch, pd.DataFrame):
            batch.to_pickle(os.path.join(folder, f"{data.__name__}.pkl"))
            columns = {c: [None if v != v else v for v in batch[c]] for c in batch}
            with open(os.path.join(folder, f"{data.__name__}.json"), "w") as f:
                json.dump(columns, f)
        else:
            batch.tofile(os.path.join(folder, f"{data.__name__}.f64"))
        plan.append({"name": name, "folder": f"{i}", "method": method, "data": data.__name__})
    with open(os.path.join(folder, "plan.json"), "w") as f:
        json.dump(plan, f)


main(sys.argv[1])
