"""Times scikit-learn on the models of bench/predict.mjs: one row, and 10,000 rows. Writes the models and the inputs.

    python predict.py FOLDER
"""
import json
import os
import pickle
import sys
import time

import numpy as np
import sklearn
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def best(f, rounds):
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        f()
        times.append(time.perf_counter() - start)
    return min(times)


def main(folder):
    os.makedirs(folder, exist_ok=True)
    rng = np.random.RandomState(0)
    x = rng.normal(size=(2000, 20))
    y = (x[:, 0] + x[:, 1] * x[:, 2] > 0).astype(int)
    big = rng.normal(size=(10_000, 20))
    big.tofile(os.path.join(folder, "rows.f64"))
    models = {
        "LogisticRegression": LogisticRegression(),
        "scale+LogisticRegression": make_pipeline(StandardScaler(), LogisticRegression()),
        "RandomForest(100)": RandomForestClassifier(n_estimators=100, max_depth=10, random_state=0),
        "HistGradientBoosting(100)": HistGradientBoostingClassifier(max_iter=100),
    }
    out = {"sklearn": sklearn.__version__}
    for name, model in models.items():
        model.fit(x, y)
        with open(os.path.join(folder, name + ".pkl"), "wb") as f:
            pickle.dump(model, f)
        out[name] = {"row": best(lambda: model.predict_proba(big[:1]), 50), "batch": best(lambda: model.predict_proba(big), 5)}
    with open(os.path.join(folder, "python.json"), "w") as f:
        json.dump(out, f)


main(sys.argv[1])
