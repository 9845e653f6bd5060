"""Random models on random, awkward inputs, with the library's own answers, in the form that make_corpus.py writes.

    python fuzz.py OUT SEED COUNT [NAME...]

What the fixed corpus does not try: values on a split's threshold and one step beside it, infinities, negative zero, mixed
and missing cells, texts outside the BMP, columns in another order, one row, random hyperparameters together.
"""
import inspect
import sys
import warnings

import numpy as np
import pandas as pd
import scipy.sparse as sp

import make_corpus
from sklearn import (cluster, decomposition, discriminant_analysis, ensemble, feature_selection, impute, linear_model, mixture, multiclass,
                     naive_bayes, neighbors, neural_network, pipeline, preprocessing, svm, tree)
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction import text as texts

WORDS = ["a", "b", "bb", "", " ", "\U0001f600", "\u00e9", "e\u0301", "\x00", "a\x00", "A", "nan", "None", "1", "1.0", "\u00df", "\u0130", "\uff21"]
SPECIAL = [0.0, -0.0, 1.0, -1.0, 5e-324, 1e-45, 1e-39, 3.4e38, -3.4e38, 1e39, 1e308, -1e308, np.inf, -np.inf, np.nan, 2.0 ** 31, -(2.0 ** 31), 2.0 ** 53 + 2]


def pick(rng, *options):
    return options[rng.randint(len(options))]


def make(cls, **params):
    known = inspect.signature(cls).parameters
    return cls(**{k: v for k, v in params.items() if k in known})


def labels(rng, x):
    score = x[:, 0] * 2 + x[:, -1] + rng.normal(scale=0.3, size=len(x))
    y = np.digitize(score, np.quantile(score, [0.5] if rng.rand() < 0.5 else [0.33, 0.66]))
    kind = pick(rng, "int", "neg", "bool", "str", "object", "float", "int8")
    return {"int": y, "neg": y * 7 - 5, "bool": y > 0, "str": np.array(["\U0001f600", "b", "a"])[y],
            "object": np.array(["zz", "\u00e9", ""], dtype=object)[y], "float": y * 0.5 - 1, "int8": y.astype(np.int8)}[kind]


def data(rng, cols=None):
    cols = cols or rng.randint(1, 6)
    x = rng.normal(size=(120, cols))
    style = rng.randint(4)
    if style == 0:
        x = np.round(x * 3)
    elif style == 1:
        x = x.astype(np.float32).astype(float)
    elif style == 2:
        x = x * np.power(10.0, rng.randint(-8, 9, size=cols))
    return x


def thresholds(model):
    found = []
    for part in [model, *np.ravel(np.asarray(getattr(model, "estimators_", []), dtype=object))]:
        if hasattr(part, "tree_"):
            t = part.tree_
            found += [(f, v) for f, v in zip(t.feature, t.threshold) if f >= 0]
    for stage in getattr(model, "_predictors", []):
        for predictor in stage:
            found += [(n["feature_idx"], n["num_threshold"]) for n in predictor.nodes if not n["is_leaf"]]
    return found


def edges(rng, model, x):
    """Rows on the thresholds, one step of either precision beside them, and special values."""
    out = [x[rng.randint(0, len(x), 10)].copy()]
    found = thresholds(model)
    if found:
        for step in ("same", "up", "down", "up32", "down32"):
            rows = x[rng.randint(0, len(x), 15)].copy()
            for row in rows:
                for f, v in [found[i] for i in rng.randint(0, len(found), 3)]:
                    v32 = np.float32(v)
                    row[f] = {"same": v, "up": np.nextafter(v, np.inf), "down": np.nextafter(v, -np.inf),
                              "up32": np.nextafter(v32, np.float32(np.inf)), "down32": np.nextafter(v32, np.float32(-np.inf))}[step]
            out.append(rows)
    out.append(out[-1].astype(np.float32))
    for _ in range(3):
        rows = x[rng.randint(0, len(x), 4)].copy()
        rows[rng.randint(4), rng.randint(x.shape[1])] = SPECIAL[rng.randint(len(SPECIAL))]
        out.append(rows)
    out.append(x[:1])
    out.append(np.round(x[:5] * 3).astype(np.int32))
    out.append(sp.csr_matrix(np.where(rng.rand(8, x.shape[1]) < 0.5, 0, x[:8])))
    return out


TREES = [tree.DecisionTreeClassifier, tree.DecisionTreeRegressor, tree.ExtraTreeClassifier, tree.ExtraTreeRegressor, ensemble.RandomForestClassifier,
         ensemble.RandomForestRegressor, ensemble.ExtraTreesClassifier, ensemble.ExtraTreesRegressor, ensemble.GradientBoostingClassifier,
         ensemble.GradientBoostingRegressor, ensemble.HistGradientBoostingClassifier, ensemble.HistGradientBoostingRegressor, ensemble.AdaBoostClassifier,
         ensemble.AdaBoostRegressor, ensemble.IsolationForest, ensemble.BaggingClassifier, ensemble.BaggingRegressor]


def trees(rng):
    x = data(rng)
    cls = pick(rng, *TREES)
    if cls in (ensemble.HistGradientBoostingClassifier, ensemble.HistGradientBoostingRegressor):
        x = np.where(rng.rand(*x.shape) < 0.1, np.nan, x)
        if rng.rand() < 0.5:
            x[:, 0] = rng.randint(0, 20, size=len(x))
    cats = [0] if "Hist" in cls.__name__ and np.nanmax(np.abs(x[:, 0])) < 200 and np.all(np.nan_to_num(x[:, 0]) == np.nan_to_num(np.abs(np.round(x[:, 0])))) else None
    model = make(cls, random_state=rng.randint(1000), n_estimators=rng.randint(1, 15), max_iter=rng.randint(1, 15), max_depth=pick(rng, 1, 2, 4, None) or 6,
                 max_features=pick(rng, 1.0, 0.5), bootstrap=bool(rng.randint(2)), categorical_features=cats, learning_rate=pick(rng, 0.1, 1.0),
                 max_samples=pick(rng, 0.5, 0.9) if cls not in (ensemble.ExtraTreesClassifier, ensemble.ExtraTreesRegressor) else None, subsample=pick(rng, 1.0, 0.5))
    if getattr(model, "bootstrap", True) is False and cls.__name__.startswith("RandomForest"):
        model.max_samples = None
    clean = np.nan_to_num(x)
    y = labels(rng, clean) if "Classifier" in cls.__name__ else clean.sum(axis=1)
    if cls.__name__.startswith(("Random", "Extra", "Decision")) and rng.rand() < 0.25:
        y = np.c_[y, y[::-1]]
    model.fit(x, y)
    return model, edges(rng, model, x)


LINEAR = [linear_model.LogisticRegression, linear_model.LinearRegression, linear_model.Ridge, linear_model.SGDClassifier, linear_model.RidgeClassifier,
          svm.LinearSVC, svm.SVC, svm.SVR, svm.NuSVC, svm.OneClassSVM, naive_bayes.GaussianNB, naive_bayes.BernoulliNB, discriminant_analysis.LinearDiscriminantAnalysis,
          discriminant_analysis.QuadraticDiscriminantAnalysis, neural_network.MLPClassifier, neural_network.MLPRegressor, cluster.KMeans, neighbors.KNeighborsClassifier,
          neighbors.KNeighborsRegressor, neighbors.RadiusNeighborsClassifier, neighbors.RadiusNeighborsRegressor, neighbors.NearestCentroid, mixture.GaussianMixture,
          linear_model.PoissonRegressor, multiclass.OneVsRestClassifier, multiclass.OneVsOneClassifier, multiclass.OutputCodeClassifier]


def linear(rng):
    x = data(rng)
    cls = pick(rng, *LINEAR)
    params = dict(random_state=0, C=pick(rng, 0.1, 10.0), kernel=pick(rng, "rbf", "linear", "poly", "sigmoid"), gamma=pick(rng, "scale", "auto", 0.3),
                  decision_function_shape=pick(rng, "ovo", "ovr"), break_ties=False, probability=bool(rng.randint(2)), fit_intercept=bool(rng.randint(2)),
                  loss=pick(rng, "hinge", "modified_huber", "log_loss", "log") if cls is linear_model.SGDClassifier else "squared_hinge",
                  activation=pick(rng, "relu", "tanh", "logistic", "identity"), hidden_layer_sizes=(4, 3), n_clusters=3, n_components=2,
                  n_neighbors=rng.randint(1, 8), weights=pick(rng, "uniform", "distance"), algorithm=pick(rng, "brute", "kd_tree", "ball_tree", "auto"),
                  metric=pick(rng, "euclidean", "manhattan", "chebyshev", "minkowski"), p=pick(rng, 1, 2, 3), radius=pick(rng, 1.0, 1e9),
                  outlier_label="most_frequent", covariance_type=pick(rng, "full", "tied", "diag", "spherical"), max_iter=200,
                  solver=pick(rng, "lbfgs", "liblinear", "saga") if cls is linear_model.LogisticRegression else "adam" if "MLP" in cls.__name__ else "auto" if "Ridge" in cls.__name__ else "svd")
    if cls in (cluster.KMeans, mixture.GaussianMixture):
        params.pop("weights")
    if cls is cluster.KMeans:
        params.pop("algorithm")
    if cls is neighbors.NearestCentroid:
        params["metric"] = pick(rng, "euclidean", "manhattan")
    if cls is mixture.GaussianMixture:
        params = dict(n_components=2, covariance_type=params["covariance_type"], random_state=0)
    if cls.__module__.startswith("sklearn.multiclass"):
        params = dict(estimator=pick(rng, linear_model.LogisticRegression(), svm.LinearSVC(), tree.DecisionTreeClassifier(max_depth=3), linear_model.Perceptron()), random_state=0)
    model = make(cls, **params)
    y = labels(rng, x)
    if cls in (linear_model.LinearRegression, linear_model.Ridge, svm.SVR, neural_network.MLPRegressor, neighbors.KNeighborsRegressor, neighbors.RadiusNeighborsRegressor, linear_model.PoissonRegressor):
        y = np.abs(x[:, 0]) / (1 + np.abs(x[:, 0]).max()) + 0.1
        if rng.rand() < 0.3 and cls in (linear_model.LinearRegression, linear_model.Ridge, neighbors.KNeighborsRegressor):
            y = np.c_[y, -y]
    model.fit(x, y)
    return model, edges(rng, model, x)


def column(rng, n, kind):
    if kind == "word":
        return [WORDS[i] for i in rng.randint(0, len(WORDS), n)]
    if kind == "missing":
        return [pick(rng, None, np.nan, *WORDS[:6]) if rng.rand() < 0.4 else WORDS[rng.randint(6)] for _ in range(n)]
    if kind == "none":
        return [None if rng.rand() < 0.2 else WORDS[rng.randint(6)] for _ in range(n)]
    if kind == "int":
        return rng.randint(-3, 6, n).tolist()
    if kind == "float":
        return [float(v) for v in np.where(rng.rand(n) < 0.2, np.nan, rng.randint(-2, 5, n) * 0.5)]
    return rng.randint(0, 2, n).astype(bool).tolist()


def frame(rng, kinds, n):
    out = {}
    for name, kind in kinds.items():
        values = column(rng, n, kind)
        out[name] = np.array(values, dtype=object) if kind in ("word", "missing", "none") else np.array(values)
    return pd.DataFrame(out)


def random_kinds(rng):
    return {f"c{i}": pick(rng, "word", "missing", "none", "int", "float", "bool") for i in range(rng.randint(1, 5))}


def encoders(rng):
    kinds = random_kinds(rng)
    train = frame(rng, kinds, 40)
    small = train[:7] if rng.rand() < 0.3 else train
    if rng.rand() < 0.5:
        model = make(preprocessing.OneHotEncoder, drop=pick(rng, None, "first", "if_binary"), handle_unknown=pick(rng, "ignore", "error", "infrequent_if_exist", "warn"),
                     min_frequency=pick(rng, None, 3, 0.1), max_categories=pick(rng, None, 2, 4), sparse=False, sparse_output=bool(rng.randint(2)), dtype=pick(rng, np.float64, np.float32, np.int64))
    else:
        use = rng.rand() < 0.6
        model = make(preprocessing.OrdinalEncoder, handle_unknown="use_encoded_value" if use else "error", unknown_value=pick(rng, -1, np.nan, 99) if use else None,
                     encoded_missing_value=pick(rng, np.nan, -2), min_frequency=pick(rng, None, 3), max_categories=pick(rng, None, 3), dtype=pick(rng, np.float64, np.float32))
    model.fit(small)
    inputs = [small, frame(rng, kinds, 15), frame(rng, kinds, 1), small[list(kinds)[::-1]], frame(rng, {k: "int" for k in kinds}, 4), frame(rng, {k: "word" for k in kinds}, 4)]
    if all(k in ("word", "missing", "none") for k in kinds.values()):
        inputs.append(frame(rng, kinds, 5).to_numpy())
    return model, inputs


def columns(rng):
    kinds = {"n1": "float", "n2": "int", "w": "word", "m": "missing", "b": "bool"}
    train = frame(rng, kinds, 60)
    number = pick(rng, impute.SimpleImputer(strategy=pick(rng, "mean", "median", "most_frequent"), add_indicator=bool(rng.randint(2))),
                  pipeline.make_pipeline(impute.SimpleImputer(), preprocessing.StandardScaler()), "passthrough")
    parts = [("n", number, pick(rng, ["n1", "n2"], [1, 0], slice(0, 2), [True, True, False, False, False], "drop-me")),
             ("w", preprocessing.OneHotEncoder(handle_unknown="ignore"), ["w"]),
             ("m", pipeline.make_pipeline(impute.SimpleImputer(strategy="constant", fill_value="?"), preprocessing.OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)), [-2])]
    parts = [p for p in parts if p[2] != "drop-me"]
    rng.shuffle(parts)
    model = make(ColumnTransformer, transformers=[tuple(p) for p in parts], remainder=pick(rng, "drop", "drop", "passthrough"), sparse_threshold=pick(rng, 0.0, 0.3, 1.0))
    model.fit(train)
    extra = train.assign(z=1.0)
    order = list(train.columns)
    rng.shuffle(order)
    return model, [train, frame(rng, kinds, 10), train[order], extra[["z", *order]], extra, train.drop(columns=["b"]), train.drop(columns=["w"]), train[:1], train[:0]]


def phrase(rng):
    atoms = WORDS + ["hello", "World", "don't", "x_y", "42", "\u4f60\u597d", "na\u00efve", "\U0001d54f", "a1b2", "\u0645\u0631\u062d\u0628\u0627", "the", "and", "\t", "\n", "\u2028", "\u00a0", "\u1e9e", "\ufb01n", "\u0660\u0661", "\u200b", "-", "\u03a3\u03a3"]
    return pick(rng, " ", "", "  ").join(atoms[i] for i in rng.randint(0, len(atoms), rng.randint(0, 9)))


def vectorizers(rng):
    cls = pick(rng, texts.CountVectorizer, texts.TfidfVectorizer, texts.HashingVectorizer)
    low = rng.randint(1, 3)
    model = make(cls, analyzer=pick(rng, "word", "char", "char_wb"), ngram_range=(low, low + rng.randint(0, 2)), lowercase=bool(rng.randint(2)), strip_accents=pick(rng, None, "ascii", "unicode"),
                 binary=bool(rng.randint(2)), stop_words=pick(rng, None, "english", ["hello"]), norm=pick(rng, "l1", "l2", None), sublinear_tf=bool(rng.randint(2)), use_idf=bool(rng.randint(2)),
                 smooth_idf=bool(rng.randint(2)), n_features=64, alternate_sign=bool(rng.randint(2)), token_pattern=pick(rng, r"(?u)\b\w\w+\b", r"(?u)\b\w+\b"))
    model.fit([phrase(rng) for _ in range(30)])
    return model, [[phrase(rng) for _ in range(15)], [phrase(rng)], [""]]


def scalers(rng):
    x = data(rng)
    x[:, 0] = pick(rng, x[:, 0], 0.0, 1e-300, 1e300)
    if rng.rand() < 0.3:
        x[rng.rand(*x.shape) < 0.1] = np.nan
    cls = pick(rng, preprocessing.StandardScaler, preprocessing.MinMaxScaler, preprocessing.MaxAbsScaler, preprocessing.RobustScaler, preprocessing.Normalizer, preprocessing.Binarizer,
               preprocessing.PowerTransformer, preprocessing.QuantileTransformer, preprocessing.KBinsDiscretizer, preprocessing.PolynomialFeatures, getattr(preprocessing, "SplineTransformer", preprocessing.KBinsDiscretizer),
               decomposition.PCA, decomposition.TruncatedSVD, impute.SimpleImputer, impute.MissingIndicator, feature_selection.VarianceThreshold)
    fit_on = x if cls in (impute.SimpleImputer, impute.MissingIndicator) or "Scaler" in cls.__name__ or cls in (preprocessing.PowerTransformer, preprocessing.QuantileTransformer) else np.nan_to_num(x)
    model = make(cls, method="yeo-johnson", n_bins=rng.randint(2, 6), encode=pick(rng, "ordinal", "onehot", "onehot-dense"), strategy="mean" if cls is impute.SimpleImputer else pick(rng, "uniform", "quantile"),
                 norm=pick(rng, "l1", "l2", "max"), threshold=0.0, n_quantiles=rng.randint(2, 60), output_distribution=pick(rng, "uniform", "normal"), degree=rng.randint(1, 4), n_knots=rng.randint(2, 6),
                 extrapolation=pick(rng, "constant", "linear", "continue", "periodic"), include_bias=bool(rng.randint(2)), interaction_only=bool(rng.randint(2)), whiten=bool(rng.randint(2)), clip=bool(rng.randint(2)),
                 with_std=bool(rng.randint(2)), n_components=1, knots=pick(rng, "uniform", "quantile"), standardize=bool(rng.randint(2)), features="all" if rng.rand() < 0.5 else "missing-only")
    model.fit(fit_on)
    inputs = edges(rng, model, fit_on)
    inputs[0] = np.r_[inputs[0], np.nanmax(fit_on, axis=0)[None], np.nanmin(fit_on, axis=0)[None], np.nanmedian(fit_on, axis=0)[None], np.nanmax(fit_on, axis=0)[None] * 2 + 1, -np.nanmax(fit_on, axis=0)[None] * 3 - 1]
    return model, inputs


def decompositions(rng):
    from sklearn import cross_decomposition, neural_network as nets, random_projection
    x = data(rng, rng.randint(2, 7))
    cols = x.shape[1]
    cls = pick(rng, decomposition.FactorAnalysis, decomposition.FastICA, decomposition.PCA, decomposition.SparsePCA, decomposition.MiniBatchSparsePCA, decomposition.DictionaryLearning,
               decomposition.MiniBatchDictionaryLearning, decomposition.NMF, getattr(decomposition, "MiniBatchNMF", decomposition.NMF), decomposition.LatentDirichletAllocation, cross_decomposition.PLSRegression,
               cross_decomposition.PLSCanonical, cross_decomposition.CCA, cross_decomposition.PLSSVD, random_projection.GaussianRandomProjection, random_projection.SparseRandomProjection, nets.BernoulliRBM)
    positive = cls.__name__ in ("NMF", "MiniBatchNMF", "LatentDirichletAllocation", "BernoulliRBM")
    if positive:
        x = np.abs(x)
    if rng.rand() < 0.15 and "PLS" not in cls.__name__ and cls.__name__ != "CCA":
        x = x.astype(np.float32)
    model = make(cls, n_components=int(rng.randint(1, cols + 1)), random_state=0, whiten=pick(rng, False, "unit-variance") if cls is decomposition.FastICA else bool(rng.randint(2)), max_iter=60 if cls is not decomposition.FastICA else 500,
                 ridge_alpha=pick(rng, 0.01, 1.0), transform_algorithm=pick(rng, "omp", "threshold", "lasso_cd"), transform_alpha=pick(rng, None, 0.5), split_sign=bool(rng.randint(2)), alpha_W=pick(rng, 0.0, 0.01), l1_ratio=pick(rng, 0.0, 0.5),
                 solver=pick(rng, "cd", "mu") if cls is decomposition.NMF else "auto", scale=bool(rng.randint(2)), dense_output=bool(rng.randint(2)), n_iter=5 if cls is nets.BernoulliRBM else 10)
    if cls.__module__.startswith("sklearn.cross"):
        model.fit(x, np.c_[x.sum(axis=1), x[:, 0] ** 2 + x[:, -1]] if rng.rand() < 0.7 or cls is not cross_decomposition.PLSRegression else x.sum(axis=1))
    else:
        model.fit(x)
    inputs = edges(rng, model, x)
    return model, [np.abs(v) if positive and rng.rand() < 0.7 else v for v in inputs]


def metas(rng):
    from sklearn import multioutput, semi_supervised
    x = data(rng, rng.randint(2, 6))
    bits = np.c_[(x[:, 0] > np.median(x[:, 0])).astype(int), (x[:, -1] > np.median(x[:, -1])).astype(int), (x.sum(axis=1) > np.median(x.sum(axis=1))).astype(int)]
    base = pick(rng, linear_model.LogisticRegression(), tree.DecisionTreeClassifier(max_depth=3, random_state=0), svm.LinearSVC(), linear_model.Perceptron(), naive_bayes.GaussianNB(), ensemble.RandomForestClassifier(n_estimators=4, random_state=0))
    kind = pick(rng, "ovr", "ovr-multilabel", "ovo", "code", "chain", "regressor-chain", "self", "from-model", "rfe", "voting", "fixed", "frozen", "embedding", "target", "labels")
    y = labels(rng, x)
    inputs = edges(rng, base.fit(x, y), x)
    if kind == "ovr":
        return multiclass.OneVsRestClassifier(base).fit(x, y), inputs
    if kind == "ovr-multilabel":
        return multiclass.OneVsRestClassifier(base).fit(x, sp.csr_matrix(bits) if rng.rand() < 0.3 else bits), inputs
    if kind == "ovo":
        return multiclass.OneVsOneClassifier(base).fit(x, y), inputs
    if kind == "code":
        return multiclass.OutputCodeClassifier(base, code_size=pick(rng, 1.5, 3), random_state=int(rng.randint(99))).fit(x, y), inputs
    if kind == "chain":
        return make(multioutput.ClassifierChain, base_estimator=base, estimator=base, order=pick(rng, None, [2, 0, 1]), chain_method=pick(rng, "predict", "predict_proba")).fit(x, bits), inputs
    if kind == "regressor-chain":
        part = pick(rng, linear_model.Ridge(), tree.DecisionTreeRegressor(max_depth=3, random_state=0))
        return make(multioutput.RegressorChain, base_estimator=part, estimator=part, order=pick(rng, None, [2, 0, 1])).fit(x, bits * 1.5 + x[:, :1]), inputs
    if kind == "self":
        partly = np.where(rng.rand(len(x)) < 0.3, -1, bits[:, 0])
        return make(semi_supervised.SelfTrainingClassifier, base_estimator=base, estimator=base).fit(x, partly), inputs
    if kind == "from-model":
        return feature_selection.SelectFromModel(base, threshold=pick(rng, None, "mean", "1.25*mean", "0.5*median", 0.1), max_features=pick(rng, None, 1)).fit(x, y), inputs
    if kind == "rfe":
        return feature_selection.RFE(base, n_features_to_select=1).fit(x, y), inputs
    if kind == "voting":
        two = linear_model.LogisticRegression(C=0.1)
        return ensemble.VotingClassifier([("a", base), ("b", two)], voting=pick(rng, "hard", "soft"), flatten_transform=bool(rng.randint(2))).fit(x, y), inputs
    if kind == "fixed":
        from sklearn.model_selection import FixedThresholdClassifier, TunedThresholdClassifierCV
        if rng.rand() < 0.5:
            return FixedThresholdClassifier(base, threshold=pick(rng, "auto", 0.3), pos_label=pick(rng, None, 0, 1)).fit(x, bits[:, 0]), inputs
        return TunedThresholdClassifierCV(base, scoring=pick(rng, "balanced_accuracy", "f1"), cv=3).fit(x, bits[:, 0]), inputs
    if kind == "frozen":
        from sklearn.frozen import FrozenEstimator
        return FrozenEstimator(base), inputs
    if kind == "embedding":
        return ensemble.RandomTreesEmbedding(n_estimators=int(rng.randint(1, 5)), max_depth=3, random_state=0, sparse_output=bool(rng.randint(2))).fit(x), inputs
    if kind == "target":
        kinds = random_kinds(rng)
        train = frame(rng, kinds, 60)
        return make(preprocessing.TargetEncoder, smooth=pick(rng, "auto", 2.0)).fit(train, pick(rng, bits[:60, 0], x[:60, 0], np.arange(60) % 3)), [train[:9], frame(rng, kinds, 12), train[:1]]
    y1 = np.asarray(y)
    model = pick(rng, preprocessing.LabelEncoder(), preprocessing.LabelBinarizer(neg_label=pick(rng, 0, -1), pos_label=pick(rng, 1, 3)), preprocessing.LabelBinarizer(sparse_output=True)).fit(y1)
    return model, [y1[:9], y1[:1], y1[:2], np.asarray(labels(rng, x))[:5]]


def imputers(rng):
    from sklearn.experimental import enable_iterative_imputer  # noqa: F401
    x = data(rng, rng.randint(2, 6))
    x[rng.rand(*x.shape) < 0.15] = np.nan
    if rng.rand() < 0.2:
        x[:, 0] = np.nan
    sentinel = rng.rand() < 0.2
    if sentinel:
        x = np.nan_to_num(x, nan=-99.0)
    model = make(impute.IterativeImputer, estimator=pick(rng, None, tree.DecisionTreeRegressor(max_depth=3, random_state=0), linear_model.Ridge()), max_iter=int(rng.randint(0, 4)), missing_values=-99.0 if sentinel else np.nan,
                 add_indicator=bool(rng.randint(2)), initial_strategy=pick(rng, "mean", "median", "most_frequent"), min_value=pick(rng, -np.inf, 0.0), max_value=pick(rng, np.inf, 1.0), imputation_order=pick(rng, "ascending", "roman", "random"),
                 n_nearest_features=pick(rng, None, 1), random_state=0).fit(x)
    full = np.full((2, x.shape[1]), -99.0 if sentinel else np.nan)
    return model, [x[:12], x[:1], full, np.nan_to_num(x[:5]), x[:5].astype(np.float32), x[:, :1]]


FAMILIES = dict(imputers=imputers, decompositions=decompositions, metas=metas, trees=trees, linear=linear, encoders=encoders, columns=columns, vectorizers=vectorizers, scalers=scalers)


def main():
    warnings.filterwarnings("ignore")
    out, seed, count, names = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:] or list(FAMILIES)
    kinds = make_corpus.dumpers()
    made = skipped = 0
    for i in range(seed, seed + count):
        for name in names:
            rng = np.random.RandomState(i)
            try:
                model, inputs = FAMILIES[name](rng)
            except Exception as error:
                skipped += 1
                if skipped < 20:
                    print(f"skip {name}/{i}: {type(error).__name__}: {error}"[:160], file=sys.stderr)
                continue
            make_corpus.write(out, f"fuzz/{name}/{type(model).__name__}/{i}", model, inputs, kinds[0])
            made += 1
    print(f"{made} made, {skipped} skipped")


if __name__ == "__main__":
    main()
