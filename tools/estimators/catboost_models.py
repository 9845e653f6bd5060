"""Trains random CatBoost models and writes what they answer once loaded again, as MLflow loads them.

python catboost_models.py FOLDER SEED COUNT [MOST_ITERATIONS]: for each model FOLDER/NNN_CLASS.cbm or .json, and beside
it NNN_CLASS.expected with the input and the answers of all methods. `npm run catboost:compare -- FOLDER` reads them.
"""

import json
import os
import sys

import numpy as np
import pandas as pd
from catboost import CatBoost, CatBoostClassifier, CatBoostRegressor

FOLDER, SEED, COUNT = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
MOST = int(sys.argv[4]) if len(sys.argv) > 4 else 40
rng = np.random.default_rng(SEED)
os.makedirs(FOLDER, exist_ok=True)


def dumped(a):
    a = np.asarray(a)
    dtype = "object" if a.dtype.kind in "OU" else str(a.dtype)
    return {"shape": list(a.shape), "dtype": dtype, "data": a.ravel().tolist()}


def cell(v):
    return None if np.isnan(v) else "Infinity" if v == np.inf else "-Infinity" if v == -np.inf else float(v)


def save(number, model, X, y, Xt):
    model.fit(X, y, verbose=False)
    kind = type(model).__name__
    form = "json" if number % 5 == 0 else "cbm"
    path = f"{FOLDER}/{number:03d}_{kind}"
    model.save_model(f"{path}.{form}", format=form)
    # What a model answers once it is loaded can differ from what it answered after training.
    loaded = type(model)()
    loaded.load_model(f"{path}.{form}", format=form)
    expected = {"predict": dumped(loaded.predict(Xt))}
    if hasattr(loaded, "predict_proba"):
        expected["predict_proba"] = dumped(loaded.predict_proba(Xt))
    rows = Xt.to_numpy() if hasattr(Xt, "to_numpy") else Xt
    columns = list(Xt.columns) if hasattr(Xt, "columns") else None
    record = {"class": kind, "X": [[cell(v) for v in row] for row in rows], "columns": columns, "expected": expected}
    with open(f"{path}.expected", "w") as out:
        json.dump(record, out)


def labels(choices, index):
    chosen = choices[int(rng.integers(len(choices)))]
    y = np.array(chosen, dtype=object if isinstance(chosen[0], str) else None)[index]
    return y if len(set(y.tolist())) == len(chosen) else None


REGRESSION = "RMSE MAE Quantile:alpha=0.7 MAPE Poisson Huber:delta=1.5 Tweedie:variance_power=1.5 LogLinQuantile:alpha=0.5 Expectile:alpha=0.3 LogCosh".split()

for number in range(COUNT):
    rows, width = 200, int(rng.integers(1, 7))
    X = rng.normal(size=(rows, width)).round(int(rng.integers(0, 4)))
    if rng.random() < 0.5:
        X[rng.random(X.shape) < 0.15] = np.nan
    Xt = np.vstack([X[:30], rng.normal(size=(20, width)) * 10])
    Xt[0] = np.nan if np.isnan(X).any() else 0
    if rng.random() < 0.3:
        Xt[1], Xt[2] = np.inf, -np.inf
    s = np.nan_to_num(X).sum(1)
    options = {
        "iterations": int(rng.integers(1, MOST)),
        "depth": int(rng.integers(1, 7)) if MOST > 10 else 2,
        "random_seed": int(rng.integers(99)),
        "thread_count": 1,
        "allow_writing_files": False,
        "grow_policy": str(rng.choice(["SymmetricTree", "Lossguide", "Depthwise"])),
        **({"nan_mode": "Max"} if rng.random() < 0.3 else {}),
    }
    if rng.random() < 0.5:
        X = pd.DataFrame(X, columns=[f"c{i}" for i in range(width)])
        Xt = pd.DataFrame(Xt, columns=X.columns)
    kind = number % 6
    if kind == 0:
        save(number, CatBoostRegressor(loss_function=str(rng.choice(REGRESSION)), **options), X, np.abs(s) + 0.1, Xt)
    elif kind == 1:
        y = labels([[0, 1], ["no", "yes"], [True, False], [3, 7], [1.5, 2.5]], (s > 0).astype(int))
        if y is not None:
            save(number, CatBoostClassifier(**options), X, y, Xt)
    elif kind == 2:
        y = labels([[0, 1, 2], ["a", "b", "c"], [5, 6, 9]], np.digitize(s, [-0.7, 0.7]))
        if y is not None:
            loss = str(rng.choice(["MultiClass", "MultiClassOneVsAll"]))
            save(number, CatBoostClassifier(loss_function=loss, **options), X, y, Xt)
    elif kind == 3:
        if rng.random() < 0.6:
            many = {**options, "grow_policy": "SymmetricTree"}
            save(number, CatBoostRegressor(loss_function="MultiRMSE", **many), X, np.c_[s, -s], Xt)
        else:
            save(number, CatBoostRegressor(loss_function="RMSEWithUncertainty", **options), X, s, Xt)
    elif kind == 4:
        y = (s > 0.3).astype(int)
        if 0 < y.sum() < rows:
            save(number, CatBoostClassifier(auto_class_weights="Balanced", **options), X, y, Xt)
    else:
        save(number, CatBoost({"loss_function": "RMSE", **options}), X, s, Xt)
