"""Fitted scikit-learn estimators: every public class, with every choice its parameters name, and the usual compositions."""

import copy
import inspect
import warnings

import numpy as np

warnings.filterwarnings("ignore")
RNG = np.random.RandomState(0)
X = np.abs(RNG.rand(60, 4)) + 0.1
BINARY = np.array([0, 1] * 30)
MULTI = np.array([0, 1, 2] * 20)
TARGET = X[:, 0] * 3 + RNG.rand(60) + 1
LABELS = np.array(["no", "yes"] * 30)
MULTILABEL = (RNG.rand(60, 3) > 0.5).astype(int)
TEXT = ["the cat sat", "a dog ran far", "cats and dogs", "one more text"] * 15
MIXED = np.array([["a", "x"], ["b", "y"], ["a", "y"]] * 20, dtype=object)

# Choices of versions that do not publish their parameters' constraints (before 1.2).
KNOWN_CHOICES = {
    "algorithm": ["auto", "ball_tree", "kd_tree", "brute", "SAMME", "SAMME.R", "full", "elkan", "lloyd", "arpack", "randomized", "deflation"],
    "loss": ["squared_error", "absolute_error", "huber", "quantile", "poisson", "deviance", "exponential", "log", "log_loss", "modified_huber", "hinge", "squared_hinge", "perceptron", "epsilon_insensitive", "squared_epsilon_insensitive", "binary_crossentropy", "categorical_crossentropy", "ls", "lad", "squared_loss", "gamma"],
    "kernel": ["linear", "poly", "rbf", "sigmoid", "cosine", "laplacian", "gaussian", "tophat", "epanechnikov", "knn", "chi2", "additive_chi2"],
    "solver": ["lbfgs", "liblinear", "newton-cg", "newton-cholesky", "sag", "saga", "svd", "eigen", "lsqr", "cholesky", "sparse_cg", "adam", "sgd", "cd", "mu", "auto", "highs", "dense", "arpack"],
    "penalty": ["l1", "l2", "elasticnet", None],
    "criterion": ["gini", "entropy", "log_loss", "squared_error", "absolute_error", "friedman_mse", "poisson", "mse", "mae"],
    "metric": ["euclidean", "manhattan", "chebyshev", "minkowski", "cosine", "haversine", "canberra", "braycurtis", "hamming", "jaccard", "dice", "matching", "rogerstanimoto", "russellrao", "sokalmichener", "sokalsneath", "l1", "l2", "cityblock", "infinity", "p", "precomputed", "correlation", "nan_euclidean"],
    "covariance_type": ["full", "tied", "diag", "spherical"],
    "strategy": ["mean", "median", "most_frequent", "constant", "prior", "stratified", "uniform", "quantile", "kmeans"],
    "encode": ["onehot", "onehot-dense", "ordinal"],
    "learning_rate": ["constant", "invscaling", "adaptive", "optimal"],
    "activation": ["identity", "logistic", "tanh", "relu"],
    "handle_unknown": ["error", "ignore", "use_encoded_value", "infrequent_if_exist"],
    "method": ["box-cox", "yeo-johnson", "sigmoid", "isotonic", "standard", "modified", "hessian", "ltsa", "barnes_hut", "exact", "lasso_dynamic", "xi", "dbscan", "predict_proba"],
    "output_distribution": ["uniform", "normal"],
    "analyzer": ["word", "char", "char_wb"],
    "init": ["random", "k-means++", "nndsvd", "pca"],
    "linkage": ["ward", "complete", "average", "single"],
    "weights": ["uniform", "distance"],
    "selection": ["cyclic", "random"],
    "norm": ["l1", "l2", "max"],
    "drop": ["first", "if_binary"],
    "categories": ["auto"],
    "early_stopping": [True],
    "bootstrap": [True],
    "oob_score": [True],
    "shrinkage": ["auto", 0.1],
    "novelty": [True],
    "probability": [True],
    "store_covariance": [True],
    "gcv_mode": ["auto", "svd", "eigen"],
    "link": ["auto", "identity", "log"],
}


def inputs_for(name):
    """(X, y) candidates in order of likelihood."""
    return [(X, MULTI), (X, TARGET), (X, BINARY), (X, MULTILABEL), (X[:, 0], TARGET), (TEXT, BINARY), (MIXED, BINARY), (BINARY, None), (MULTILABEL.tolist(), None), ([{"a": 1, "b": "x"}] * 60, None), (X, np.column_stack([TARGET, TARGET])), (X[:60] @ X[:60].T, BINARY)]


def fitted(make, name):
    """The first fit that works, or None."""
    for data, target in inputs_for(name):
        try:
            model = make()
            # Some estimators work in place when told to.
            data, target = copy.deepcopy((data, target))
            model.fit(data, target) if target is not None else model.fit(data)
            return model
        except Exception:  # noqa: BLE001 - a combination the estimator refuses is not evidence
            continue
    return None


def inner_estimators():
    from sklearn.linear_model import LinearRegression, LogisticRegression

    return LogisticRegression(), LinearRegression()


def constructors(cls):
    """Keyword arguments that construct `cls`, most plain first."""
    parameters = [p for p in inspect.signature(cls.__init__).parameters.values() if p.name != "self" and p.kind != p.VAR_KEYWORD]
    required = [p.name for p in parameters if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL,)]
    classifier, regressor = inner_estimators()
    options = []
    for inner in (classifier, regressor):
        arguments = {}
        for name in required:
            arguments[name] = {
                "estimators": [("a", inner), ("b", inner)],
                "estimator": inner,
                "base_estimator": inner,
                "param_grid": {"fit_intercept": [True, False]},
                "param_distributions": {"fit_intercept": [True, False]},
                "steps": [("a", inner)],
                "transformers": [("a", "passthrough", [0, 1])],
                "transformer_list": [("a", "passthrough")],
                "dictionary": np.eye(4),
            }.get(name, inner)
        options.append(arguments)
    return options if required else [{}]


def choices(cls):
    """(parameter, value) pairs: what the class says it accepts, and what older classes are known to."""
    parameters = inspect.signature(cls.__init__).parameters
    seen = set()
    for name, constraints in (getattr(cls, "_parameter_constraints", None) or {}).items():
        for constraint in constraints if isinstance(constraints, list) else []:
            for value in sorted(getattr(constraint, "options", None) or [], key=str):
                if isinstance(value, str) and (name, value) not in seen:
                    seen.add((name, value))
                    yield name, value
            if constraint == "boolean":
                yield name, True
                yield name, False
    for name, values in KNOWN_CHOICES.items():
        if name in parameters:
            for value in values:
                if (name, value) not in seen:
                    yield name, value


CHEAP = {"n_estimators": 5, "max_iter": 30, "n_init": 1, "n_iter": 3, "cv": 3}


def every_estimator():
    try:
        from sklearn.experimental import enable_halving_search_cv, enable_iterative_imputer  # noqa: F401
    except ImportError:
        pass
    from sklearn.utils import all_estimators

    for name, cls in all_estimators():
        parameters = inspect.signature(cls.__init__).parameters
        cheap = {key: value for key, value in CHEAP.items() if key in parameters and not (name.endswith("SearchCV") and key == "n_iter")}
        base = None
        for arguments in constructors(cls):
            base = fitted(lambda: cls(**{**cheap, **arguments}), name)
            if base is not None:
                break
        if base is None:
            yield name, None
            continue
        yield name, base
        try:
            yield name + " unfitted", cls(**arguments)
        except TypeError:
            pass
        for key, value in choices(cls):
            model = fitted(lambda: cls(**{**cheap, **arguments, key: value}), name)
            if model is not None:
                yield "%s %s=%s" % (name, key, value), model


def compositions():
    import pandas as pd
    from sklearn import (calibration, compose, ensemble, feature_extraction, feature_selection, gaussian_process, impute, linear_model, metrics, model_selection, multiclass, multioutput, neighbors, neural_network, pipeline, preprocessing, svm, tree)

    frame = pd.DataFrame({"n": X[:, 0], "m": X[:, 1], "c": ["a", "b", np.nan] * 20, "t": TEXT})
    columns = compose.ColumnTransformer(
        [("num", pipeline.make_pipeline(impute.SimpleImputer(), preprocessing.StandardScaler()), ["n", "m"]),
         ("cat", pipeline.make_pipeline(impute.SimpleImputer(strategy="most_frequent"), preprocessing.OneHotEncoder(handle_unknown="ignore")), ["c"]),
         ("txt", feature_extraction.text.TfidfVectorizer(), "t"), ("drop", "drop", ["n"])], remainder="passthrough")
    yield "columns", pipeline.Pipeline([("prep", columns), ("model", linear_model.LogisticRegression())]).fit(frame, BINARY)
    yield "columns labels", pipeline.Pipeline([("prep", columns), ("model", ensemble.RandomForestClassifier(3))]).fit(frame, LABELS)
    selector = compose.make_column_selector(dtype_include="number")
    yield "selector", compose.make_column_transformer((preprocessing.StandardScaler(), selector), (preprocessing.OneHotEncoder(), compose.make_column_selector(pattern="c", dtype_include=object))).fit(frame)
    yield "selector numpy", compose.make_column_transformer((preprocessing.StandardScaler(), compose.make_column_selector(dtype_include=np.number, dtype_exclude=[np.float32]))).fit(frame)
    yield "slices", compose.make_column_transformer((preprocessing.StandardScaler(), slice(0, 2)), remainder=preprocessing.MinMaxScaler()).fit(X)
    yield "union", pipeline.make_union(preprocessing.StandardScaler(), feature_selection.SelectKBest(feature_selection.f_classif, k=2)).fit(X, BINARY)
    for function in ("f_classif", "chi2", "f_regression", "mutual_info_classif", "mutual_info_regression", "r_regression"):
        score = getattr(feature_selection, function, None)
        if score is not None:
            yield "select " + function, feature_selection.SelectKBest(score, k=2).fit(X, BINARY)
            yield "percentile " + function, feature_selection.SelectPercentile(score).fit(X, BINARY)
    for function in (np.log1p, np.exp, np.sqrt, np.abs, np.log, np.square):
        yield "function " + function.__name__, preprocessing.FunctionTransformer(function, validate=True).fit(X)
    yield "function inverse", preprocessing.FunctionTransformer(np.log1p, np.expm1, kw_args={"dtype": np.float32}).fit(X)
    yield "target", compose.TransformedTargetRegressor(linear_model.Ridge(), func=np.log1p, inverse_func=np.expm1).fit(X, TARGET)
    yield "target transformer", compose.TransformedTargetRegressor(linear_model.Ridge(), transformer=preprocessing.QuantileTransformer(n_quantiles=5)).fit(X, TARGET)
    forest = ensemble.RandomForestClassifier(3, random_state=np.random.RandomState(0))
    yield "forest state", forest.fit(X, MULTI)
    yield "forest labels", ensemble.ExtraTreesClassifier(3).fit(X, LABELS)
    yield "forest multi output", ensemble.RandomForestRegressor(3).fit(X, np.column_stack([TARGET, TARGET]))
    for scoring in ("accuracy", "roc_auc", "neg_log_loss", metrics.make_scorer(metrics.f1_score, average="macro"), ["accuracy", "f1"], None):
        refit = "accuracy" if isinstance(scoring, list) else True
        search = model_selection.GridSearchCV(linear_model.LogisticRegression(), {"C": [0.1, 1.0]}, scoring=scoring, cv=3, refit=refit)
        yield "grid %s" % (scoring,), search.fit(X, BINARY)
    for cv in (model_selection.KFold(3), model_selection.StratifiedKFold(3), model_selection.ShuffleSplit(2), model_selection.RepeatedKFold(n_splits=2, n_repeats=1), model_selection.TimeSeriesSplit(2), model_selection.StratifiedShuffleSplit(2), model_selection.LeaveOneOut(), model_selection.RepeatedStratifiedKFold(n_splits=2, n_repeats=1), model_selection.PredefinedSplit([0, 1] * 30), model_selection.GroupKFold(2), model_selection.LeavePOut(2), model_selection.GroupShuffleSplit(2), model_selection.LeaveOneGroupOut()):
        yield "cv %s" % type(cv).__name__, model_selection.GridSearchCV(linear_model.Ridge(), {"alpha": [1.0]}, cv=cv)
    yield "random search", model_selection.RandomizedSearchCV(linear_model.Ridge(), {"alpha": [0.1, 1.0]}, n_iter=2, cv=3).fit(X, TARGET)
    import scipy.stats

    yield "random search frozen", model_selection.RandomizedSearchCV(linear_model.Ridge(), {"alpha": scipy.stats.uniform(0.1, 1)}, n_iter=2, cv=3).fit(X, TARGET)
    yield "random search loguniform", model_selection.RandomizedSearchCV(linear_model.Ridge(), {"alpha": scipy.stats.loguniform(0.1, 1)}, n_iter=2, cv=3).fit(X, TARGET)
    for scorer in sorted(getattr(metrics, "get_scorer_names", lambda: metrics.SCORERS)()):
        yield "scorer " + scorer, metrics.get_scorer(scorer)
    for method in ("sigmoid", "isotonic"):
        yield "calibrated " + method, calibration.CalibratedClassifierCV(svm.LinearSVC(), method=method, cv=3).fit(X, MULTI)
    yield "stacking", ensemble.StackingClassifier([("a", tree.DecisionTreeClassifier()), ("b", neighbors.KNeighborsClassifier())], cv=3).fit(X, MULTI)
    yield "voting soft", ensemble.VotingClassifier([("a", tree.DecisionTreeClassifier()), ("b", linear_model.LogisticRegression())], voting="soft").fit(X, LABELS)
    yield "bagging", ensemble.BaggingClassifier(neighbors.KNeighborsClassifier(), 3).fit(X, MULTI)
    yield "adaboost", ensemble.AdaBoostRegressor(tree.DecisionTreeRegressor(max_depth=2), n_estimators=3).fit(X, TARGET)
    yield "chain", multioutput.ClassifierChain(linear_model.LogisticRegression()).fit(X, MULTILABEL)
    yield "ovr", multiclass.OneVsRestClassifier(svm.SVC(probability=True)).fit(X, MULTI)
    sparse = preprocessing.OneHotEncoder().fit_transform(MIXED)
    yield "sparse svc", svm.SVC().fit(sparse, BINARY)
    yield "sparse knn", neighbors.KNeighborsClassifier().fit(sparse, BINARY)
    kernels = gaussian_process.kernels
    terms = [kernels.RBF(), kernels.Matern(), kernels.RationalQuadratic(), kernels.ExpSineSquared(), kernels.DotProduct(), kernels.WhiteKernel() + kernels.RBF(), kernels.ConstantKernel() * kernels.RBF(), kernels.PairwiseKernel(), kernels.RBF() ** 2, kernels.CompoundKernel([kernels.RBF()])]
    for kernel in terms:
        yield "gp %s" % type(kernel).__name__, gaussian_process.GaussianProcessRegressor(kernel)
        try:
            yield "gp fitted %s" % type(kernel).__name__, gaussian_process.GaussianProcessRegressor(kernel).fit(X[:10], TARGET[:10])
        except Exception:  # noqa: BLE001
            pass
    yield "gpc", gaussian_process.GaussianProcessClassifier().fit(X[:30], MULTI[:30])
    for name in ("hist gradient", "hist gradient categorical", "hist early"):
        options = {"hist gradient": {}, "hist gradient categorical": {"categorical_features": [3]}, "hist early": {"early_stopping": True, "validation_fraction": 0.3}}[name]
        data = X.copy()
        data[:, 3] = MULTI
        try:
            from sklearn.experimental import enable_hist_gradient_boosting  # noqa: F401
        except ImportError:
            pass
        yield name, ensemble.HistGradientBoostingClassifier(max_iter=3, min_samples_leaf=5, **options).fit(data, MULTI)
        yield name + " regressor", ensemble.HistGradientBoostingRegressor(max_iter=3, min_samples_leaf=5, **options).fit(data, TARGET)
    yield "gb init", ensemble.GradientBoostingClassifier(n_estimators=3, init=linear_model.LogisticRegression()).fit(X, BINARY)
    yield "gb zero", ensemble.GradientBoostingRegressor(n_estimators=3, init="zero").fit(X, TARGET)
    yield "mlp", neural_network.MLPClassifier(max_iter=10, early_stopping=True).fit(X, MULTI)
    yield "iris", __import__("sklearn.datasets", fromlist=["x"]).load_iris()
    yield "pandas output", set_output(pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.Ridge())).fit(frame[["n", "m"]], TARGET)
    yield "knn pairwise", neighbors.KNeighborsClassifier(metric=metrics.pairwise.cosine_distances, algorithm="brute").fit(X, BINARY)
    yield "svc kernel function", svm.SVC(kernel=metrics.pairwise.laplacian_kernel).fit(X, BINARY)
    for name in ("KDTree", "BallTree"):
        yield name, getattr(neighbors, name)(X)
    for name in ("KDTree32", "BallTree32"):
        kind = getattr(__import__("sklearn.neighbors._kd_tree" if name == "KDTree32" else "sklearn.neighbors._ball_tree", fromlist=["x"]), name, None)
        if kind is not None:
            yield name, kind(X.astype("f4"))
    for name in "euclidean manhattan chebyshev minkowski seuclidean mahalanobis haversine hamming canberra braycurtis jaccard dice rogerstanimoto russellrao sokalmichener sokalsneath matching".split():
        arguments = {"seuclidean": {"V": np.ones(4)}, "mahalanobis": {"V": np.eye(4)}, "minkowski": {"p": 3}}.get(name, {})
        try:
            metric = metrics.DistanceMetric if hasattr(metrics, "DistanceMetric") else neighbors.DistanceMetric
            yield "distance " + name, metric.get_metric(name, **arguments)
            yield "distance 32 " + name, metric.get_metric(name, np.float32, **arguments)
        except Exception:  # noqa: BLE001
            continue
    yield "params", [model_selection.ParameterGrid({"a": [1]}), model_selection.ParameterSampler({"a": [1]}, 1)]
    yield "routing", routing()
    pairwise = "euclidean_distances manhattan_distances cosine_distances rbf_kernel linear_kernel polynomial_kernel sigmoid_kernel laplacian_kernel chi2_kernel additive_chi2_kernel cosine_similarity nan_euclidean_distances haversine_distances"
    yield "pairwise functions", [getattr(metrics.pairwise, name) for name in pairwise.split()]
    yield "metric functions", [getattr(metrics, name) for name in metrics.__all__ if inspect.isfunction(getattr(metrics, name))]
    functions = "binarize normalize scale minmax_scale maxabs_scale robust_scale add_dummy_feature label_binarize power_transform quantile_transform"
    yield "preprocessing functions", [getattr(preprocessing, name) for name in functions.split()]


def set_output(model):
    return model.set_output(transform="pandas") if hasattr(model, "set_output") else model


def routing():
    import sklearn
    from sklearn.linear_model import LogisticRegression

    try:
        with sklearn.config_context(enable_metadata_routing=True):
            return LogisticRegression().set_fit_request(sample_weight=True)
    except (TypeError, AttributeError):  # before 1.3
        return LogisticRegression()


SOURCES = [("sklearn", every_estimator), ("compose", compositions)]
