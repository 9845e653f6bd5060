"""What is fitted for the comparison: (name, function that gives a fitted model and its inputs)."""
import inspect

import numpy as np
import pandas as pd
import scipy.sparse as sp
from sklearn import datasets
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor, make_column_selector
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.pipeline import FeatureUnion, make_pipeline, Pipeline
from sklearn.preprocessing import (FunctionTransformer, KBinsDiscretizer, MaxAbsScaler, MinMaxScaler, OneHotEncoder,
                                   OrdinalEncoder, PolynomialFeatures, RobustScaler, StandardScaler)
from sklearn.utils import all_estimators

IRIS = datasets.load_iris()
DIABETES = datasets.load_diabetes()
CANCER = datasets.load_breast_cancer()
DIGITS = datasets.load_digits()
WINE = datasets.load_wine()
RNG = np.random.RandomState(0)


def fresh(x, n=25, seed=1):
    """Rows near the training data, but not of it."""
    rng = np.random.RandomState(seed)
    rows = x[rng.randint(0, len(x), n)]
    return rows + rng.normal(scale=x.std(axis=0) * 0.3, size=rows.shape)


def supported(cls, params):
    """Only the parameters that this version knows."""
    known = inspect.signature(cls).parameters
    return {k: v for k, v in params.items() if k in known}


def fit(cls, params, x, y, inputs):
    def make():
        model = cls(**supported(cls, params))
        model.fit(x, y)
        return model, inputs
    return make


# Estimators that need something before they can be made; each with what it is fitted on.
def required(name, cls):
    base = {}
    signature = inspect.signature(cls).parameters
    tree = __import__("sklearn.tree", fromlist=["x"])
    if "estimators" in signature and name.startswith(("Voting", "Stacking")):
        if "Classifier" in name:
            base["estimators"] = [("a", LogisticRegression(max_iter=2000)), ("b", tree.DecisionTreeClassifier(max_depth=3, random_state=0))]
        else:
            base["estimators"] = [("a", LinearRegression()), ("b", tree.DecisionTreeRegressor(max_depth=3, random_state=0))]
    elif "estimator" in signature and signature["estimator"].default is inspect.Parameter.empty:
        regressor = "Regress" in name or name in ("MultiOutputRegressor", "RegressorChain")
        base["estimator"] = Ridge() if regressor else LogisticRegression(max_iter=2000)
    elif "base_estimator" in signature and signature["base_estimator"].default is inspect.Parameter.empty:
        base["base_estimator"] = Ridge() if "Regress" in name else LogisticRegression(max_iter=2000)
    if "random_state" in signature:
        base["random_state"] = 0
    if "max_iter" in signature and isinstance(signature["max_iter"].default, int) and name not in ("HistGradientBoostingClassifier", "HistGradientBoostingRegressor"):
        base["max_iter"] = max(300, signature["max_iter"].default)
    if name.endswith("SearchCV"):
        base["estimator"] = LogisticRegression(max_iter=2000)
        grid = {"C": [0.1, 1.0]}
        for key in ("param_grid", "param_distributions"):
            if key in signature:
                base[key] = grid
        if "n_iter" in signature:
            base["n_iter"] = 2
    if name == "HistGradientBoostingClassifier" or name == "HistGradientBoostingRegressor":
        base["max_iter"] = 20
    if "n_estimators" in signature and isinstance(signature["n_estimators"].default, int):
        base["n_estimators"] = 20
    return base


def every_estimator():
    """Each public estimator with its defaults, on a problem of its kind, in float64 and float32."""
    iris_in = fresh(IRIS.data)
    diab_in = fresh(DIABETES.data)
    cancer_in = fresh(CANCER.data)
    for name, cls in all_estimators():
        try:
            params = required(name, cls)
        except Exception:
            continue
        kind = getattr(cls, "_estimator_type", None)
        try:
            from sklearn.base import is_classifier, is_regressor
            probe = cls(**supported(cls, params))
            kind = "classifier" if is_classifier(probe) else "regressor" if is_regressor(probe) else None
        except Exception:
            pass
        if kind == "classifier":
            yield f"all/{name}/iris", fit(cls, params, IRIS.data, IRIS.target, [iris_in, iris_in.astype(np.float32)])
            yield f"all/{name}/binary", fit(cls, params, CANCER.data, CANCER.target, [cancer_in])
            yield f"all/{name}/text-labels", fit(cls, params, IRIS.data[:, :3], IRIS.target_names[IRIS.target], [iris_in[:, :3], iris_in])
        elif kind == "regressor":
            y = np.abs(DIABETES.target)
            yield f"all/{name}/diabetes", fit(cls, params, DIABETES.data, y, [diab_in, diab_in.astype(np.float32)])
            y2 = np.c_[DIABETES.target, DIABETES.target[::-1]]
            yield f"all/{name}/multi", fit(cls, params, DIABETES.data, y2, [diab_in])
        else:
            yield f"all/{name}/iris", fit(cls, params, IRIS.data, IRIS.target, [iris_in, iris_in.astype(np.float32), iris_in[:, :2]])
            positive = np.abs(IRIS.data)
            if name not in ("GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV"):
                yield f"all/{name}/sparse", fit(cls, params, sp.csr_matrix(positive), IRIS.target, [sp.csr_matrix(np.abs(iris_in))])


def options():
    """Parameters that change how a prediction is made."""
    from sklearn import ensemble, linear_model, tree, svm, naive_bayes, neighbors, dummy, decomposition, feature_selection, preprocessing, calibration
    iris_in, diab_in, cancer_in = fresh(IRIS.data), fresh(DIABETES.data), fresh(CANCER.data)
    for solver in ("lbfgs", "liblinear", "newton-cg", "saga"):
        for multi in ("auto", "ovr", "multinomial"):
            yield f"opt/LogisticRegression/{solver}-{multi}", fit(linear_model.LogisticRegression, dict(solver=solver, multi_class=multi, max_iter=300), IRIS.data, IRIS.target, [iris_in])
            yield f"opt/LogisticRegression/{solver}-{multi}-binary", fit(linear_model.LogisticRegression, dict(solver=solver, multi_class=multi, max_iter=300), CANCER.data / CANCER.data.max(axis=0), CANCER.target, [cancer_in / CANCER.data.max(axis=0)])
    for loss in ("hinge", "log_loss", "log", "modified_huber", "squared_hinge", "perceptron"):
        yield f"opt/SGDClassifier/{loss}", fit(linear_model.SGDClassifier, dict(loss=loss, random_state=0), IRIS.data, IRIS.target, [iris_in, iris_in * 100])
        yield f"opt/SGDClassifier/{loss}-binary", fit(linear_model.SGDClassifier, dict(loss=loss, random_state=0), CANCER.data, CANCER.target, [cancer_in])
    for power in (0, 1, 1.5, 2, 3):
        for link in ("auto", "log", "identity"):
            yield f"opt/Tweedie/{power}-{link}", fit(linear_model.TweedieRegressor, dict(power=power, link=link, max_iter=500), DIABETES.data, DIABETES.target, [diab_in])
    f32 = IRIS.data.astype(np.float32)
    for cls in (linear_model.LogisticRegression, linear_model.RidgeClassifier):
        yield f"opt/{cls.__name__}/float32", fit(cls, {}, f32, IRIS.target, [fresh(IRIS.data).astype(np.float32), iris_in])
    for cls in (linear_model.LinearRegression, linear_model.Ridge, linear_model.Lasso):
        yield f"opt/{cls.__name__}/float32", fit(cls, {}, DIABETES.data.astype(np.float32), DIABETES.target.astype(np.float32), [diab_in.astype(np.float32), diab_in])
        yield f"opt/{cls.__name__}/int", fit(cls, {}, DIGITS.data.astype(np.int64), DIGITS.target, [DIGITS.data[:20].astype(np.int64), DIGITS.data[:20].astype(np.int8)])
    labels = {"int32": IRIS.target.astype(np.int32), "bool": IRIS.target > 0, "object": np.array(["a", "bb", "ccc"], dtype=object)[IRIS.target], "float": IRIS.target * 1.5}
    for kind, y in labels.items():
        for cls in (linear_model.LogisticRegression, tree.DecisionTreeClassifier, ensemble.RandomForestClassifier, ensemble.GradientBoostingClassifier, ensemble.HistGradientBoostingClassifier, naive_bayes.GaussianNB, ensemble.VotingClassifier, neighbors.KNeighborsClassifier):
            yield f"opt/{cls.__name__}/labels-{kind}", fit(cls, required(cls.__name__, cls), IRIS.data, y, [iris_in])
    missing = IRIS.data.copy()
    missing[RNG.rand(*missing.shape) < 0.15] = np.nan
    missing_in = iris_in.copy()
    missing_in[RNG.rand(*missing_in.shape) < 0.3] = np.nan
    for cls in (tree.DecisionTreeClassifier, ensemble.RandomForestClassifier, ensemble.ExtraTreesClassifier, ensemble.HistGradientBoostingClassifier, tree.ExtraTreeClassifier):
        yield f"opt/{cls.__name__}/missing", fit(cls, dict(random_state=0, n_estimators=10, max_iter=20), missing, IRIS.target, [missing_in, iris_in])
        yield f"opt/{cls.__name__}/missing-at-predict", fit(cls, dict(random_state=0, n_estimators=10, max_iter=20), IRIS.data, IRIS.target, [missing_in])
    for cls in (tree.DecisionTreeRegressor, ensemble.RandomForestRegressor, ensemble.HistGradientBoostingRegressor):
        yield f"opt/{cls.__name__}/missing", fit(cls, dict(random_state=0, n_estimators=10, max_iter=20), missing, IRIS.target * 1.7, [missing_in])
    two = np.c_[IRIS.target, (IRIS.data[:, 0] > 5.8).astype(int)]
    for cls in (tree.DecisionTreeClassifier, ensemble.RandomForestClassifier, ensemble.ExtraTreesClassifier, neighbors.KNeighborsClassifier, dummy.DummyClassifier):
        yield f"opt/{cls.__name__}/multi-output", fit(cls, dict(random_state=0), IRIS.data, two, [iris_in])
    for criterion in ("gini", "entropy", "log_loss"):
        yield f"opt/DecisionTreeClassifier/{criterion}", fit(tree.DecisionTreeClassifier, dict(criterion=criterion, max_leaf_nodes=6, random_state=0, class_weight="balanced"), IRIS.data, IRIS.target, [iris_in, sp.csr_matrix(iris_in)])
    for loss in ("deviance", "log_loss", "exponential"):
        for init in (None, "zero", LogisticRegression(max_iter=3000)):
            tag = init if init is None or isinstance(init, str) else "lr"
            yield f"opt/GradientBoostingClassifier/{loss}-{tag}", fit(ensemble.GradientBoostingClassifier, dict(loss=loss, init=init, n_estimators=15, random_state=0), CANCER.data, CANCER.target, [cancer_in])
            if loss != "exponential":
                yield f"opt/GradientBoostingClassifier/{loss}-{tag}-multi", fit(ensemble.GradientBoostingClassifier, dict(loss=loss, init=init, n_estimators=15, random_state=0), IRIS.data, IRIS.target, [iris_in])
    for loss in ("squared_error", "absolute_error", "huber", "quantile"):
        yield f"opt/GradientBoostingRegressor/{loss}", fit(ensemble.GradientBoostingRegressor, dict(loss=loss, n_estimators=15, random_state=0, subsample=0.7), DIABETES.data, DIABETES.target, [diab_in])
    yield "opt/GradientBoostingRegressor/init", fit(ensemble.GradientBoostingRegressor, dict(init=LinearRegression(), n_estimators=15), DIABETES.data, DIABETES.target, [diab_in])
    for loss in ("squared_error", "absolute_error", "poisson", "gamma", "quantile"):
        yield f"opt/HistGradientBoostingRegressor/{loss}", fit(ensemble.HistGradientBoostingRegressor, dict(loss=loss, quantile=0.3, max_iter=15), DIABETES.data, DIABETES.target, [diab_in])
    cats = np.c_[RNG.randint(0, 12, 400), RNG.normal(size=400), RNG.randint(0, 5, 400)].astype(float)
    cats_y = (cats[:, 0] % 3 + cats[:, 1] > 1).astype(int)
    cats_in = np.c_[RNG.randint(-2, 15, 40), RNG.normal(size=40), RNG.randint(0, 7, 40)].astype(float)
    cats_in[:5, 0] = np.nan
    for cls in (ensemble.HistGradientBoostingClassifier, ensemble.HistGradientBoostingRegressor):
        yield f"opt/{cls.__name__}/categories", fit(cls, dict(categorical_features=[0, 2], max_iter=15), cats, cats_y, [cats_in])
        yield f"opt/{cls.__name__}/monotonic", fit(cls, dict(monotonic_cst=[1, 0, -1], max_iter=15), cats, cats_y, [cats_in])
        frame = pd.DataFrame({"n": cats[:, 1], "c": pd.Categorical(np.array(list("abcdefghijkl"))[cats[:, 0].astype(int)])})
        seen = pd.DataFrame({"n": cats_in[:, 1], "c": pd.Categorical(np.array(list("abcdefghijklmnop"))[np.abs(np.nan_to_num(cats_in[:, 0])).astype(int)])})
        yield f"opt/{cls.__name__}/from-dtype", fit(cls, dict(categorical_features="from_dtype", max_iter=15), frame, cats_y, [frame[:20], seen])
    for strategy in ("prior", "most_frequent", "constant"):
        yield f"opt/DummyClassifier/{strategy}", fit(dummy.DummyClassifier, dict(strategy=strategy, constant=1), IRIS.data, IRIS.target, [iris_in])
    for strategy in ("mean", "median", "quantile", "constant"):
        yield f"opt/DummyRegressor/{strategy}", fit(dummy.DummyRegressor, dict(strategy=strategy, constant=1.5, quantile=0.4), IRIS.data, IRIS.target, [iris_in])
    for strategy in ("mean", "median", "most_frequent", "constant"):
        for indicator in (False, True):
            yield f"opt/SimpleImputer/{strategy}-{indicator}", fit(SimpleImputer, dict(strategy=strategy, add_indicator=indicator, fill_value=-1), missing, None, [missing_in, iris_in])
            yield f"opt/SimpleImputer/{strategy}-{indicator}-sentinel", fit(SimpleImputer, dict(strategy=strategy, add_indicator=indicator, missing_values=-1, fill_value=7), np.nan_to_num(missing, nan=-1), None, [np.nan_to_num(missing_in, nan=-1)])
    empty = missing.copy()
    empty[:, 1] = np.nan
    for keep in (False, True):
        yield f"opt/SimpleImputer/empty-{keep}", fit(SimpleImputer, dict(keep_empty_features=keep, add_indicator=True), empty, None, [missing_in])
    words = np.array([["a", "x"], ["b", None], ["a", "y"], [np.nan, "x"]], dtype=object)
    yield "opt/SimpleImputer/objects", fit(SimpleImputer, dict(strategy="most_frequent"), words, None, [words])
    yield "opt/SimpleImputer/objects-constant", fit(SimpleImputer, dict(strategy="constant", fill_value="?"), words, None, [words])
    yield "opt/SimpleImputer/objects-none", fit(SimpleImputer, dict(strategy="constant", fill_value="?", missing_values=None), np.array([["a"], [None], ["b"]], dtype=object), None, [np.array([["q"], [None]], dtype=object)])
    for cls in (MinMaxScaler, MaxAbsScaler, RobustScaler, StandardScaler):
        for tag, params in {"plain": {}, "clip": dict(clip=True, feature_range=(-1, 2)), "nocentre": dict(with_mean=False, with_centering=False), "noscale": dict(with_std=False, with_scaling=False)}.items():
            yield f"opt/{cls.__name__}/{tag}", fit(cls, params, IRIS.data, None, [iris_in, iris_in.astype(np.float32), missing_in, (iris_in * 10).astype(int)])
        yield f"opt/{cls.__name__}/sparse", fit(cls, dict(with_mean=False, with_centering=False), sp.csr_matrix(IRIS.data), None, [sp.csr_matrix(iris_in)])
    for norm in ("l1", "l2", "max"):
        yield f"opt/Normalizer/{norm}", fit(preprocessing.Normalizer, dict(norm=norm), IRIS.data, None, [iris_in - 3, np.zeros((2, 4)), sp.csr_matrix(iris_in)])
    for tag, params in {"2": dict(degree=2), "3i": dict(degree=3, interaction_only=True), "range": dict(degree=(2, 3)), "nobias": dict(degree=2, include_bias=False)}.items():
        yield f"opt/PolynomialFeatures/{tag}", fit(PolynomialFeatures, params, IRIS.data, None, [iris_in, iris_in.astype(np.float32)])
    for encode in ("onehot", "onehot-dense", "ordinal"):
        for strategy in ("uniform", "quantile", "kmeans"):
            yield f"opt/KBinsDiscretizer/{encode}-{strategy}", fit(KBinsDiscretizer, dict(encode=encode, strategy=strategy, n_bins=4, subsample=None), IRIS.data, None, [iris_in, IRIS.data[:20]])
    for method in ("yeo-johnson", "box-cox"):
        for standardize in (True, False):
            yield f"opt/PowerTransformer/{method}-{standardize}", fit(preprocessing.PowerTransformer, dict(method=method, standardize=standardize), IRIS.data + (0 if method == "box-cox" else -3), None, [np.abs(iris_in) + 0.1, iris_in - 3])
    for dist in ("uniform", "normal"):
        yield f"opt/QuantileTransformer/{dist}", fit(preprocessing.QuantileTransformer, dict(output_distribution=dist, n_quantiles=40, random_state=0), IRIS.data, None, [iris_in, IRIS.data[:20], iris_in * 5])
    for whiten in (False, True):
        for n in (2, 0.9, None):
            yield f"opt/PCA/{whiten}-{n}", fit(decomposition.PCA, dict(whiten=whiten, n_components=n), IRIS.data, None, [iris_in, iris_in.astype(np.float32)])
    for name, sel in {"kbest": feature_selection.SelectKBest(k=2), "pct": feature_selection.SelectPercentile(percentile=50), "fpr": feature_selection.SelectFpr(alpha=0.01), "fdr": feature_selection.SelectFdr(), "fwe": feature_selection.SelectFwe(), "gen": feature_selection.GenericUnivariateSelect(mode="k_best", param=3), "var": feature_selection.VarianceThreshold(0.3), "from": feature_selection.SelectFromModel(LogisticRegression(max_iter=2000)), "rfe": feature_selection.RFE(LogisticRegression(max_iter=2000), n_features_to_select=2), "rfecv": feature_selection.RFECV(LogisticRegression(max_iter=2000))}.items():
        def make(sel=sel):
            sel.fit(IRIS.data, IRIS.target)
            return sel, [iris_in, sp.csr_matrix(iris_in)]
        yield f"opt/select/{name}", make
    for algorithm in ("SAMME", "SAMME.R"):
        for multi, x, y, inputs in (("iris", IRIS.data, IRIS.target, [iris_in]), ("binary", CANCER.data, CANCER.target, [cancer_in])):
            yield f"opt/AdaBoostClassifier/{algorithm}-{multi}", fit(ensemble.AdaBoostClassifier, dict(algorithm=algorithm, n_estimators=12, random_state=0), x, y, inputs)
    for voting in ("hard", "soft"):
        for weights in (None, [1, 2.5]):
            params = dict(required("VotingClassifier", ensemble.VotingClassifier), voting=voting, weights=weights)
            yield f"opt/VotingClassifier/{voting}-{weights}", fit(ensemble.VotingClassifier, params, IRIS.data, IRIS.target_names[IRIS.target], [iris_in])
    for method in ("sigmoid", "isotonic"):
        for base in (LogisticRegression(max_iter=2000), svm.LinearSVC(), tree.DecisionTreeClassifier(max_depth=3, random_state=0)):
            for multi, x, y, inputs in (("iris", IRIS.data, IRIS.target, [iris_in]), ("binary", CANCER.data / 100, CANCER.target, [cancer_in / 100])):
                for ensemble_ in (True, False):
                    params = dict(method=method, cv=3, ensemble=ensemble_)
                    params["estimator"] = params["base_estimator"] = base
                    if "estimator" in inspect.signature(calibration.CalibratedClassifierCV).parameters:
                        params.pop("base_estimator")
                    yield f"opt/Calibrated/{method}-{type(base).__name__}-{multi}-{ensemble_}", fit(calibration.CalibratedClassifierCV, params, x, y, inputs)
    for weights in ("uniform", "distance"):
        for p in (1, 2, 3):
            yield f"opt/KNeighborsClassifier/{weights}-{p}", fit(neighbors.KNeighborsClassifier, dict(weights=weights, p=p), IRIS.data, IRIS.target, [iris_in])
            yield f"opt/KNeighborsRegressor/{weights}-{p}", fit(neighbors.KNeighborsRegressor, dict(weights=weights, p=p, algorithm="brute"), DIABETES.data, DIABETES.target, [diab_in])
    for kernel in ("linear", "rbf", "poly", "sigmoid"):
        for gamma in ("scale", "auto", 0.1):
            yield f"opt/SVC/{kernel}-{gamma}", fit(svm.SVC, dict(kernel=kernel, gamma=gamma), IRIS.data, IRIS.target, [iris_in])
            yield f"opt/SVC/{kernel}-{gamma}-binary-proba", fit(svm.SVC, dict(kernel=kernel, gamma=gamma, probability=True, random_state=0), CANCER.data / CANCER.data.max(axis=0), CANCER.target, [cancer_in / CANCER.data.max(axis=0)])
            yield f"opt/SVR/{kernel}-{gamma}", fit(svm.SVR, dict(kernel=kernel, gamma=gamma), DIABETES.data, DIABETES.target, [diab_in])
    yield "opt/SVC/ovo-proba", fit(svm.SVC, dict(probability=True, decision_function_shape="ovo", random_state=0), IRIS.data, IRIS.target, [iris_in])
    yield "opt/SVC/break-ties", fit(svm.SVC, dict(break_ties=True), IRIS.data, IRIS.target, [iris_in])


def frames():
    """Frames with mixed columns, as most MLflow pipelines are fitted on."""
    rng = np.random.RandomState(3)
    n = 300
    frame = pd.DataFrame({
        "age": rng.randint(18, 90, n).astype(float), "fare": rng.lognormal(size=n), "city": rng.choice(["Oslo", "Rome", "Łódź", "New York"], n),
        "sex": rng.choice(["f", "m"], n), "class": rng.randint(1, 4, n), "flag": rng.rand(n) > 0.5})
    frame.loc[rng.rand(n) < 0.1, "age"] = np.nan
    holes = frame.copy()
    holes.loc[rng.rand(n) < 0.1, "city"] = None
    y = ((frame["fare"] > 1) & (frame["sex"] == "f")).astype(int)
    unknown = frame[:20].copy()
    unknown.loc[unknown.index[3], "city"] = "Paris"
    shuffled = frame[list(reversed(frame.columns))][:15]
    extra = frame[:10].assign(more=1)
    missing = frame[:10].drop(columns=["sex"])
    from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier, StackingClassifier, BaggingClassifier
    from sklearn.model_selection import GridSearchCV
    number = ["age", "fare"]
    word = ["city", "sex"]
    inputs = [frame[:25], unknown, shuffled, extra, missing]
    new = "sparse_output" in inspect.signature(OneHotEncoder).parameters
    dense = {"sparse_output" if new else "sparse": False}
    imputed = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    for tag, encoder in {
        "ignore": OneHotEncoder(handle_unknown="ignore"), "dense": OneHotEncoder(handle_unknown="ignore", **dense), "error": OneHotEncoder(),
        "first": OneHotEncoder(drop="first"), "binary": OneHotEncoder(drop="if_binary", **dense), "drop-ignore": OneHotEncoder(drop="first", handle_unknown="ignore"),
        "ordinal": OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), "ordinal-error": OrdinalEncoder(), "float32": OneHotEncoder(dtype=np.float32)}.items():
        for remainder in ("drop", "passthrough"):
            for threshold in (0.3, 1.0, 0):
                def make(encoder=encoder, remainder=remainder, threshold=threshold):
                    ct = ColumnTransformer([("n", imputed, number), ("c", encoder, word)], remainder=remainder, sparse_threshold=threshold)
                    return ct.fit(frame, y), inputs
                yield f"frame/ct-{tag}-{remainder}-{threshold}", make
    for tag, params in {"freq": dict(min_frequency=60, handle_unknown="infrequent_if_exist"), "max": dict(max_categories=3), "freq-drop": dict(min_frequency=90, drop="first")}.items():
        def make(params=params):
            return OneHotEncoder(**params).fit(frame[word + ["class"]]), [frame[word + ["class"]][:30], unknown[word + ["class"]]]
        yield f"frame/onehot-{tag}", make
    for tag, params in {"plain": {}, "nan": dict(encoded_missing_value=-5), "unknown": dict(handle_unknown="use_encoded_value", unknown_value=np.nan), "max": dict(max_categories=3, handle_unknown="use_encoded_value", unknown_value=-1)}.items():
        def make(params=params):
            h = holes[word].where(holes[word].notna(), np.nan)
            return OrdinalEncoder(**params).fit(h), [h[:30], unknown[word]]
        yield f"frame/ordinal-{tag}", make
    none = holes[["city"]]
    yield "frame/onehot-none", lambda: (OneHotEncoder(handle_unknown="ignore").fit(none), [none[:30]])
    for tag, columns in {"mask": np.array([True, True, False, False, True, False]), "slice": slice(0, 2), "ints": [0, 1, 4], "selector": make_column_selector(dtype_include="number"), "negative": [-2, -6]}.items():
        def make(columns=columns):
            return ColumnTransformer([("n", SimpleImputer(), columns)], remainder="drop").fit(frame), [frame[:12], shuffled, frame[:12].to_numpy()]
        yield f"frame/columns-{tag}", make
    def selector():
        return ColumnTransformer([("n", imputed, make_column_selector(dtype_include="number")), ("c", OneHotEncoder(), make_column_selector(dtype_include=object))], remainder="passthrough").fit(frame), inputs
    yield "frame/selectors", selector
    prep = lambda: ColumnTransformer([("n", imputed, number), ("c", OneHotEncoder(handle_unknown="ignore"), word)], remainder="passthrough")
    for name, model in {"lr": LogisticRegression(max_iter=2000), "rf": RandomForestClassifier(n_estimators=12, random_state=0), "gb": GradientBoostingClassifier(n_estimators=10), "bag": BaggingClassifier(n_estimators=5, random_state=0)}.items():
        def make(model=model):
            return Pipeline([("prep", prep()), ("model", model)]).fit(frame, y), inputs
        yield f"frame/pipeline-{name}", make
    def search():
        return GridSearchCV(Pipeline([("prep", prep()), ("model", LogisticRegression(max_iter=2000))]), {"model__C": [0.1, 1]}, cv=3).fit(frame, y), inputs
    yield "frame/search", search
    def stacked():
        return StackingClassifier([("a", make_pipeline(prep(), LogisticRegression(max_iter=2000))), ("b", make_pipeline(prep(), RandomForestClassifier(n_estimators=5, random_state=0)))], cv=3).fit(frame, y), inputs[:2]
    yield "frame/stacking", stacked
    def log():
        return Pipeline([("log", FunctionTransformer(np.log1p)), ("scale", StandardScaler()), ("m", Ridge())]).fit(frame[["fare", "class"]], y), [frame[["fare", "class"]][:10]]
    yield "frame/log1p", log
    def union():
        return make_pipeline(SimpleImputer(), FeatureUnion([("s", StandardScaler()), ("p", PolynomialFeatures(2)), ("q", "passthrough")], transformer_weights={"s": 2.0}), LinearRegression()).fit(frame[number], y), [frame[number][:10]]
    yield "frame/union", union
    def target():
        return TransformedTargetRegressor(Ridge(), func=np.log1p, inverse_func=np.expm1).fit(frame[["fare", "class"]], frame["fare"]), [frame[["fare", "class"]][:10]]
    yield "frame/transformed-target", target
    def target_scaler():
        return TransformedTargetRegressor(Ridge(), transformer=StandardScaler()).fit(frame[["fare", "class"]], frame["fare"]), [frame[["fare", "class"]][:10]]
    yield "frame/transformed-target-scaler", target_scaler
    def names():
        return LogisticRegression(max_iter=500).fit(frame[["fare", "class"]], y), [frame[["fare", "class"]][:10], frame[["class", "fare"]][:10], frame[["fare"]][:10], frame[["fare", "class"]][:4].to_numpy()]
    yield "frame/names", names
    def passthrough_steps():
        return Pipeline([("a", "passthrough"), ("b", StandardScaler()), ("c", "passthrough")]).fit(frame[["fare", "class"]]), [frame[["fare", "class"]][:10]]
    yield "frame/passthrough", passthrough_steps


def texts():
    from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer
    from sklearn.naive_bayes import MultinomialNB
    train = ["The quick brown fox", "jumps over the lazy dog's tail!", "Ünïcode straße naïve café", "fox fox dog", "numbers 123 and a_b c-d", "ﬁne ﬂuff Ⅻ İstanbul ΑΣ"]
    seen = ["the FOX and the dog", "straße STRASSE café", "", "123 new words", "İSTANBUL ας ﬁne x\u0301y a\u200db"]
    y = [0, 1, 1, 0, 1, 0]
    for tag, params in {"plain": {}, "bi": dict(ngram_range=(1, 2)), "char": dict(analyzer="char", ngram_range=(2, 3)), "charwb": dict(analyzer="char_wb", ngram_range=(2, 4)), "stop": dict(stop_words="english"), "binary": dict(binary=True), "accents": dict(strip_accents="unicode"), "ascii": dict(strip_accents="ascii"), "nolower": dict(lowercase=False), "df": dict(min_df=2)}.items():
        for cls in (CountVectorizer, TfidfVectorizer):
            yield f"text/{cls.__name__}/{tag}", fit(cls, params, train, None, [seen, train])
    for tag, params in {"sublinear": dict(sublinear_tf=True), "l1": dict(norm="l1"), "nonorm": dict(norm=None), "noidf": dict(use_idf=False), "smooth": dict(smooth_idf=False)}.items():
        yield f"text/TfidfVectorizer/{tag}", fit(TfidfVectorizer, params, train, None, [seen])
    yield "text/pipeline", lambda: (make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(train, y), [seen])
    yield "text/nb", lambda: (make_pipeline(CountVectorizer(), MultinomialNB()).fit(train, y), [seen])
    yield "text/hash", fit(HashingVectorizer, dict(n_features=32), train, None, [seen])


def cases():
    yield from frames()
    yield from options()
    yield from every_estimator()
    yield from texts()
