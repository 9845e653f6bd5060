"""Makes the files of bench/scan.mjs: argv is the folder. Each is made once."""

import os
import pickle
import sys

import numpy as np
from sklearn.datasets import make_regression
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

folder = sys.argv[1]
rng = np.random.default_rng(0)


def small(seed):
    rows = np.random.default_rng(seed).normal(size=(60, 8))
    labels = (rows[:, 0] > 0).astype(int)
    return pickle.dumps(make_pipeline(StandardScaler(), LogisticRegression()).fit(rows, labels))


with open(os.path.join(folder, "small.pkl"), "wb") as file:
    file.write(small(0))
os.makedirs(os.path.join(folder, "many"), exist_ok=True)
for seed in range(1000):
    with open(os.path.join(folder, "many", f"{seed:04}.pkl"), "wb") as file:
        file.write(small(seed))

forest_path = os.path.join(folder, "forest.pkl")
if not os.path.exists(forest_path):
    rows, target = make_regression(n_samples=20_000, n_features=10, noise=1.0, random_state=0)
    forest = RandomForestRegressor(n_estimators=115, random_state=0, n_jobs=2).fit(rows, target)
    with open(forest_path + ".part", "wb") as file:
        pickle.dump(forest, file)
    os.rename(forest_path + ".part", forest_path)

with open(os.path.join(folder, "dict.pkl"), "wb") as file:
    entries = {f"key{i:07}": (i, i * 0.5, f"value{i % 1000}", [i]) for i in range(300_000)}
    pickle.dump(entries, file)
