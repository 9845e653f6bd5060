"""Fitted models of XGBoost, LightGBM and CatBoost, by their scikit-learn wrappers and by their own training functions."""

import numpy as np
from sklearn_models import BINARY, LABELS, MULTI, TARGET, X
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def xgboost_models():
    import xgboost as xgb

    for name, cls, y in (("classifier", xgb.XGBClassifier, BINARY), ("multi", xgb.XGBClassifier, MULTI), ("regressor", xgb.XGBRegressor, TARGET), ("ranker", xgb.XGBRanker, BINARY), ("rf", xgb.XGBRFClassifier, BINARY), ("rfr", xgb.XGBRFRegressor, TARGET)):
        for booster in ("gbtree", "gblinear", "dart"):
            try:
                model = cls(n_estimators=3, booster=booster)
                model.fit(X, y, group=[30, 30]) if name == "ranker" else model.fit(X, y)
                yield "xgb %s %s" % (name, booster), model
            except Exception:  # noqa: BLE001 - a booster that this model does not take
                continue
        yield "xgb unfitted " + name, cls()
    try:
        yield "xgb eval", xgb.XGBClassifier(n_estimators=3, early_stopping_rounds=2).fit(X, BINARY, eval_set=[(X, BINARY)], verbose=False)
    except TypeError:
        yield "xgb eval", xgb.XGBClassifier(n_estimators=3).fit(X, BINARY, eval_set=[(X, BINARY)], early_stopping_rounds=2, verbose=False)
    booster = xgb.train({"objective": "binary:logistic"}, xgb.DMatrix(X, BINARY), 3)
    yield "xgb booster", booster
    yield "xgb pipeline", make_pipeline(StandardScaler(), xgb.XGBRegressor(n_estimators=2)).fit(X, TARGET)
    yield "xgb callbacks", xgb.callback.EarlyStopping(2)


def lightgbm_models():
    import lightgbm as lgb

    for name, cls, y in (("classifier", lgb.LGBMClassifier, LABELS), ("multi", lgb.LGBMClassifier, MULTI), ("regressor", lgb.LGBMRegressor, TARGET), ("ranker", lgb.LGBMRanker, BINARY)):
        for kind in ("gbdt", "dart", "rf", "goss"):
            try:
                options = {"subsample": 0.5, "subsample_freq": 1} if kind == "rf" else {}
                model = cls(n_estimators=3, boosting_type=kind, min_child_samples=2, verbose=-1, **options)
                model.fit(X, y, group=[30, 30]) if name == "ranker" else model.fit(X, y)
                yield "lgb %s %s" % (name, kind), model
            except Exception:  # noqa: BLE001
                continue
        yield "lgb unfitted " + name, cls()
    yield "lgb eval", lgb.LGBMClassifier(n_estimators=3, verbose=-1).fit(X, BINARY, eval_set=[(X, BINARY)])
    yield "lgb booster", lgb.train({"objective": "binary", "verbose": -1}, lgb.Dataset(X, BINARY), 3)
    yield "lgb pipeline", make_pipeline(StandardScaler(), lgb.LGBMRegressor(n_estimators=2, verbose=-1)).fit(X, TARGET)
    import pandas as pd

    frame = pd.DataFrame({"n": X[:, 0], "c": pd.Categorical(["a", "b", "c"] * 20)})
    yield "lgb categorical", lgb.LGBMRegressor(n_estimators=2, verbose=-1, min_child_samples=2).fit(frame, TARGET)


def catboost_models():
    import catboost as cb

    quiet = {"iterations": 3, "verbose": False, "allow_writing_files": False}
    yield "cat classifier", cb.CatBoostClassifier(**quiet).fit(X, BINARY)
    yield "cat multi", cb.CatBoostClassifier(**quiet).fit(X, MULTI)
    yield "cat regressor", cb.CatBoostRegressor(**quiet).fit(X, TARGET)
    yield "cat ranker", cb.CatBoostRanker(**quiet).fit(X, BINARY, group_id=np.repeat([0, 1], 30))
    yield "cat base", cb.CatBoost({**quiet, "loss_function": "RMSE"}).fit(X, TARGET)
    yield "cat unfitted", cb.CatBoostClassifier()
    yield "cat pipeline", make_pipeline(StandardScaler(), cb.CatBoostRegressor(**quiet)).fit(X, TARGET)


SOURCES = [("xgboost", xgboost_models), ("lightgbm", lightgbm_models), ("catboost", catboost_models)]
