"""Random XGBoost and LightGBM models with the libraries' own answers, in the form that make_corpus.py writes.

    python boosters.py OUT SEED COUNT

A bare Booster is written as its own file (model.ubj, model.json, model.lgb), a scikit-learn wrapper pickled, alone or in a
Pipeline.
"""
import os
import pickle
import sys
import warnings

import lightgbm as lgb
import numpy as np
import pandas as pd
import scipy.sparse as sp
import xgboost as xgb
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import make_corpus


def pick(rng, *options):
    return options[rng.randint(len(options))]


def rows(rng, x):
    out = x[rng.randint(0, len(x), 30)].copy()
    out[rng.rand(*out.shape) < 0.15] = np.nan
    out[0] = 0
    tiny = x[:4].copy()
    tiny[0, 0], tiny[1, 0], tiny[2, 0], tiny[3, -1] = -0.0, 1e-40, -1e-36, 2.0 ** 30
    edge = x[rng.randint(0, len(x), 12)].astype(np.float32)
    return [out, tiny, edge, np.nextafter(edge, np.float32(9)), x[:1], np.round(x[:9] * 4).astype(np.int32), sp.csr_matrix(np.where(rng.rand(6, x.shape[1]) < 0.5, 0, x[:6])), out[:, :1]]


class Native:
    """A Booster whose predict takes arrays, and that is saved as its own file."""
    def __init__(self, booster, save, predict):
        self.booster, self.save, self.predict = booster, save, predict


def data(rng):
    x = rng.normal(size=(200, rng.randint(1, 6)))
    style = rng.randint(3)
    if style == 1:
        x = np.round(x * 2)
    if style == 2:
        x[rng.rand(*x.shape) < 0.2] = np.nan
    if rng.rand() < 0.3:
        x[rng.rand(*x.shape) < 0.5] = 0
    return x


def target(rng, x, kind):
    base = np.nan_to_num(x).sum(axis=1) + rng.normal(size=len(x)) * 0.3
    if kind == "classes":
        return np.digitize(base, [-0.7, 0.7])
    if kind == "binary":
        return (base > 0.3).astype(int)
    if kind == "positive":
        return np.abs(base) + 0.1
    return base * pick(rng, 1, 50) + pick(rng, 0, 1000)


XGB = {"reg:squarederror": "any", "reg:absoluteerror": "any", "reg:pseudohubererror": "any", "reg:squaredlogerror": "positive", "reg:logistic": "binary", "binary:logistic": "binary",
       "binary:logitraw": "binary", "binary:hinge": "binary", "count:poisson": "positive", "reg:gamma": "positive", "reg:tweedie": "positive", "multi:softprob": "classes", "multi:softmax": "classes",
       "rank:pairwise": "classes", "rank:ndcg": "classes", "survival:cox": "positive"}


def xgboost_case(rng):
    x = data(rng)
    objective = pick(rng, *XGB)
    y = target(rng, x, XGB[objective])
    params = dict(objective=objective, booster=pick(rng, "gbtree", "gbtree", "gbtree", "dart", "gblinear"), max_depth=rng.randint(1, 6), eta=pick(rng, 0.1, 0.5), verbosity=0, nthread=1, seed=int(rng.randint(99)))
    if objective.startswith("multi"):
        params["num_class"] = 3
    if params["booster"] == "dart":
        params["rate_drop"] = 0.4
    if params["booster"] == "gblinear":
        params.pop("max_depth")
    if rng.rand() < 0.3:
        params["base_score"] = pick(rng, 0.2, 0.7)
    if rng.rand() < 0.2 and params["booster"] == "gbtree":
        params.update(num_parallel_tree=3, subsample=0.7)
    types = None
    if rng.rand() < 0.25 and params["booster"] == "gbtree":
        x[:, 0] = rng.randint(0, 12, len(x))
        types = ["c"] + ["q"] * (x.shape[1] - 1)
        params.update(tree_method="hist", max_cat_to_onehot=pick(rng, 1, 20))
    train = xgb.DMatrix(x, y, feature_types=types, enable_categorical=True)
    if objective.startswith("rank"):
        train.set_group([50] * 4)
    booster = xgb.train(params, train, rng.randint(1, 25))
    inputs = rows(rng, x)
    if types:
        inputs[0][:12, 0] = [-1, 0, 1, 5, 11, 12, 13, 31, 32, 100, 2 ** 24, 2 ** 25]
    kind = pick(rng, "json", "ubj", "pkl")

    def save(folder):
        if kind == "pkl":
            with open(os.path.join(folder, "model.pkl"), "wb") as f:
                pickle.dump(booster, f)
        else:
            booster.save_model(os.path.join(folder, "model." + kind))
    return f"xgboost/{objective.replace(':', '-')}-{params['booster']}", Native(booster, save, lambda v: booster.predict(xgb.DMatrix(v, feature_types=types))), inputs


LGB = {"regression": "any", "regression_l1": "any", "huber": "any", "fair": "any", "quantile": "any", "mape": "positive", "poisson": "positive", "gamma": "positive", "tweedie": "positive", "binary": "binary",
       "multiclass": "classes", "multiclassova": "classes", "cross_entropy": "binary", "cross_entropy_lambda": "binary", "lambdarank": "classes", "rank_xendcg": "classes"}


def lightgbm_case(rng):
    x = data(rng)
    objective = pick(rng, *LGB)
    y = target(rng, x, LGB[objective])
    params = dict(objective=objective, num_leaves=rng.randint(2, 12), learning_rate=pick(rng, 0.1, 0.5), verbosity=-1, num_threads=1, min_data_in_leaf=3, seed=int(rng.randint(99)),
                  boosting=pick(rng, "gbdt", "gbdt", "dart", "rf", "goss"), zero_as_missing=bool(rng.randint(2)), use_missing=bool(rng.randint(3)), boost_from_average=bool(rng.randint(2)), sigmoid=pick(rng, 1.0, 0.5))
    if params["boosting"] == "rf":
        params.update(bagging_freq=1, bagging_fraction=0.6)
    if objective.startswith("multi"):
        params["num_class"] = 3
    if objective == "regression" and rng.rand() < 0.4:
        params["reg_sqrt"] = True
    if rng.rand() < 0.1:
        params["linear_tree"] = True
    cats = "auto"
    if rng.rand() < 0.3:
        x[:, 0] = rng.randint(0, 40, len(x))
        cats = [0]
        params.update(min_data_per_group=2, cat_smooth=1)
    train = lgb.Dataset(x, y, categorical_feature=cats, group=[50] * 4 if "rank" in objective else None, free_raw_data=False)
    booster = lgb.train(params, train, rng.randint(1, 25))
    inputs = rows(rng, x)
    if cats != "auto":
        inputs[0][:12, 0] = [-1, 0, 1, 5, 11, 31, 32, 33, 39, 40, 100, 2.0 ** 31]
    kind = pick(rng, "lgb", "pkl")

    def save(folder):
        if kind == "pkl":
            with open(os.path.join(folder, "model.pkl"), "wb") as f:
                pickle.dump(booster, f)
        else:
            booster.save_model(os.path.join(folder, "model.lgb"))
    return f"lightgbm/{objective}-{params['boosting']}", Native(booster, save, booster.predict), inputs


def wrapper_case(rng):
    x = data(rng)
    name = pick(rng, "XGBClassifier", "XGBRegressor", "XGBRFClassifier", "XGBRFRegressor", "LGBMClassifier", "LGBMRegressor")
    y = target(rng, x, pick(rng, "classes", "binary") if "Classifier" in name else "any")
    if name == "LGBMClassifier":
        y = {0: y, 1: np.array(["b", "a", "\u00e9"])[y], 2: y * 5 - 3, 3: y > 0}[rng.randint(4)]
    cls = getattr(xgb if name.startswith("XGB") else lgb, name)
    model = cls(n_estimators=rng.randint(1, 20), max_depth=4, random_state=0, n_jobs=1, **({} if name.startswith("XGB") else dict(verbosity=-1)))
    frame = rng.rand() < 0.4
    if rng.rand() < 0.4:
        model = make_pipeline(StandardScaler(), model)
    names = [f"f {i}" if name.startswith("XGB") else f"f_{i}" for i in range(x.shape[1])]
    model.fit(pd.DataFrame(x, columns=names) if frame else x, y)
    inputs = rows(rng, x)
    if frame:
        inputs = [pd.DataFrame(v, columns=names[:v.shape[1]]) for v in inputs if isinstance(v, np.ndarray)]
        inputs.append(inputs[0][names[::-1]])
    return f"wrapper/{name}", model, inputs


def main():
    warnings.filterwarnings("ignore")
    out, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    make_corpus.METHODS = ["predict", "predict_proba", "transform"]
    made = skipped = 0
    for i in range(seed, seed + count):
        for make in (xgboost_case, lightgbm_case, wrapper_case):
            try:
                name, model, inputs = make(np.random.RandomState(i))
            except Exception as error:
                skipped += 1
                print(f"skip {make.__name__}/{i}: {type(error).__name__}: {error}"[:160].replace("\n", " "), file=sys.stderr)
                continue
            save = (lambda m, folder: m.save(folder)) if isinstance(model, Native) else make_corpus.dumpers()[0]
            make_corpus.write(out, f"booster/{name}/{i}", model, inputs, save)
            made += 1
    print(f"xgboost {xgb.__version__}, lightgbm {lgb.__version__}: {made} made, {skipped} skipped")


main()
