"""Random compositions of estimators on odd dtypes, labels and inputs, in the form that make_corpus.py writes.

    python redteam.py OUT SEED COUNT

Each model is a pipeline, a column transformer, a search or another estimator of estimators, up to three deep; each is asked
about inputs that a service may send by mistake. `npm run estimators:redteam -- PYTHON SEED COUNT` compares the answers.
"""
import sys
import warnings

import numpy as np
import pandas as pd
import scipy.sparse as sp
from sklearn import (calibration, cluster, compose, cross_decomposition, decomposition, discriminant_analysis, dummy, ensemble, feature_selection, impute, isotonic, kernel_ridge, linear_model, mixture, model_selection,
                     multiclass, multioutput, naive_bayes, neighbors, neural_network, pipeline, preprocessing, semi_supervised, svm, tree)
from sklearn.feature_extraction import text

import make_corpus
from fuzz import make, pick

NAMES = ["a", "b", "c", "d", "e", "f"]
WORDS = ["red", "green", "blue", "x", "", "\u00e9", "10", "nan"]


def flag(rng, p=0.5):
    return bool(rng.rand() < p)


# --- estimators of plain numbers

def simple_classifier(rng):
    return pick(rng, linear_model.LogisticRegression(C=pick(rng, 1.0, 0.1), class_weight=pick(rng, None, "balanced")), linear_model.RidgeClassifier(), linear_model.SGDClassifier(loss=pick(rng, "hinge", "modified_huber"), random_state=0),
                linear_model.Perceptron(random_state=0), svm.SVC(kernel=pick(rng, "rbf", "linear"), probability=flag(rng, 0.3), random_state=0, decision_function_shape=pick(rng, "ovr", "ovo")), svm.LinearSVC(random_state=0, max_iter=200),
                tree.DecisionTreeClassifier(max_depth=3, random_state=0), tree.ExtraTreeClassifier(max_depth=3, random_state=0), ensemble.RandomForestClassifier(n_estimators=4, max_depth=4, random_state=0), ensemble.ExtraTreesClassifier(n_estimators=3, random_state=0),
                ensemble.GradientBoostingClassifier(n_estimators=3, random_state=0), ensemble.HistGradientBoostingClassifier(max_iter=4, random_state=0), naive_bayes.GaussianNB(), naive_bayes.BernoulliNB(), naive_bayes.ComplementNB(),
                neighbors.KNeighborsClassifier(3, weights=pick(rng, "uniform", "distance"), algorithm=pick(rng, "kd_tree", "brute")), neighbors.NearestCentroid(), discriminant_analysis.LinearDiscriminantAnalysis(), discriminant_analysis.QuadraticDiscriminantAnalysis(reg_param=0.1),
                neural_network.MLPClassifier((4,), max_iter=20, random_state=0), dummy.DummyClassifier(strategy=pick(rng, "prior", "most_frequent")), semi_supervised.LabelSpreading(kernel="knn", n_neighbors=4), linear_model.LogisticRegressionCV(Cs=2, cv=2))


def classifier(rng, depth=2):
    if depth == 0 or flag(rng, 0.4):
        return simple_classifier(rng)
    inner = classifier(rng, depth - 1)
    other = classifier(rng, depth - 1)
    kind = rng.randint(12)
    if kind == 0:
        return pipeline.make_pipeline(numeric(rng, depth - 1), inner)
    if kind == 1:
        return make(ensemble.BaggingClassifier, estimator=inner, base_estimator=inner, n_estimators=3, max_features=pick(rng, 1.0, 0.7), bootstrap_features=flag(rng), random_state=0)
    if kind == 2:
        return ensemble.VotingClassifier([("x", inner), ("y", other), ("z", pick(rng, "drop", simple_classifier(rng)))], voting=pick(rng, "hard", "soft"), weights=pick(rng, None, None, [1, 2, 0.5]), flatten_transform=flag(rng))
    if kind == 3:
        return ensemble.StackingClassifier([("x", inner), ("y", other)], cv=2, passthrough=flag(rng), stack_method=pick(rng, "auto", "predict"), final_estimator=simple_classifier(rng))
    if kind == 4:
        return make(calibration.CalibratedClassifierCV, estimator=inner, base_estimator=inner, cv=2, method=pick(rng, "sigmoid", "isotonic"), ensemble=flag(rng))
    if kind == 5:
        return multiclass.OneVsRestClassifier(inner)
    if kind == 6:
        return multiclass.OneVsOneClassifier(inner)
    if kind == 7:
        return multiclass.OutputCodeClassifier(inner, code_size=2, random_state=0)
    if kind == 8:
        return model_selection.GridSearchCV(pipeline.Pipeline([("s", numeric(rng, 0)), ("m", linear_model.LogisticRegression())]), {"m__C": [0.1, 1]}, cv=2)
    if kind == 9:
        return make(ensemble.AdaBoostClassifier, estimator=tree.DecisionTreeClassifier(max_depth=2), base_estimator=tree.DecisionTreeClassifier(max_depth=2), n_estimators=3, random_state=0, algorithm=pick(rng, "SAMME", "SAMME"))
    if kind == 10:
        return feature_selection.RFE(pick(rng, linear_model.LogisticRegression(), tree.DecisionTreeClassifier(max_depth=3, random_state=0)), n_features_to_select=2)
    return pipeline.Pipeline([("u", union(rng, depth - 1)), ("skip", pick(rng, "passthrough", preprocessing.MaxAbsScaler())), ("m", inner)])


def simple_regressor(rng):
    return pick(rng, linear_model.LinearRegression(positive=flag(rng, 0.2)), linear_model.Ridge(), linear_model.Lasso(0.01), linear_model.ElasticNet(0.01), linear_model.BayesianRidge(), linear_model.HuberRegressor(max_iter=50), linear_model.SGDRegressor(random_state=0), linear_model.Lars(),
                svm.SVR(), svm.LinearSVR(random_state=0, max_iter=200), tree.DecisionTreeRegressor(max_depth=3, random_state=0), ensemble.RandomForestRegressor(n_estimators=3, random_state=0), ensemble.ExtraTreesRegressor(n_estimators=3, random_state=0), ensemble.GradientBoostingRegressor(n_estimators=3, random_state=0),
                ensemble.HistGradientBoostingRegressor(max_iter=4, random_state=0), neighbors.KNeighborsRegressor(3, weights=pick(rng, "uniform", "distance"), algorithm=pick(rng, "kd_tree", "ball_tree")), neural_network.MLPRegressor((3,), max_iter=20, random_state=0),
                kernel_ridge.KernelRidge(kernel=pick(rng, "linear", "rbf")), cross_decomposition.PLSRegression(1), dummy.DummyRegressor(strategy=pick(rng, "mean", "median")), linear_model.TheilSenRegressor(random_state=0, max_subpopulation=50))


def regressor(rng, depth=2):
    if depth == 0 or flag(rng, 0.4):
        return simple_regressor(rng)
    inner = regressor(rng, depth - 1)
    kind = rng.randint(8)
    if kind == 0:
        return pipeline.make_pipeline(numeric(rng, depth - 1), inner)
    if kind == 1:
        return make(ensemble.BaggingRegressor, estimator=inner, base_estimator=inner, n_estimators=3, max_features=pick(rng, 1.0, 0.7), random_state=0)
    if kind == 2:
        return ensemble.VotingRegressor([("x", inner), ("y", regressor(rng, depth - 1))], weights=pick(rng, None, [1, 3]))
    if kind == 3:
        return ensemble.StackingRegressor([("x", inner), ("y", simple_regressor(rng))], cv=2, passthrough=flag(rng))
    if kind == 4:
        return compose.TransformedTargetRegressor(inner, transformer=pick(rng, preprocessing.StandardScaler(), preprocessing.MinMaxScaler(), preprocessing.QuantileTransformer(n_quantiles=10), preprocessing.PowerTransformer()))
    if kind == 5:
        return compose.TransformedTargetRegressor(inner, func=np.arcsinh, inverse_func=np.sinh, check_inverse=False)
    if kind == 6:
        return model_selection.GridSearchCV(linear_model.Ridge(), {"alpha": [0.1, 1]}, cv=2)
    return make(ensemble.AdaBoostRegressor, estimator=tree.DecisionTreeRegressor(max_depth=2), base_estimator=tree.DecisionTreeRegressor(max_depth=2), n_estimators=3, random_state=0)


def numeric(rng, depth=1):
    """A transformer of numbers."""
    if depth > 0 and flag(rng, 0.3):
        return pick(rng, union, lambda r, d: pipeline.make_pipeline(numeric(r, d), numeric(r, d)))(rng, depth - 1)
    return pick(rng, preprocessing.StandardScaler(with_mean=flag(rng, 0.8), with_std=flag(rng, 0.8)), preprocessing.MinMaxScaler(clip=flag(rng)), preprocessing.MaxAbsScaler(), preprocessing.RobustScaler(), preprocessing.Normalizer(norm=pick(rng, "l1", "l2", "max")), preprocessing.Binarizer(threshold=pick(rng, 0.0, 0.5)),
                preprocessing.PolynomialFeatures(2, interaction_only=flag(rng), include_bias=flag(rng)), preprocessing.KBinsDiscretizer(3, encode=pick(rng, "onehot", "ordinal", "onehot-dense"), strategy=pick(rng, "uniform", "quantile")), preprocessing.QuantileTransformer(n_quantiles=10), preprocessing.PowerTransformer(),
                preprocessing.SplineTransformer(3, degree=2), preprocessing.FunctionTransformer(pick(rng, None, np.abs, np.square, np.cbrt, np.exp, np.arctan, np.sign, np.isnan), validate=flag(rng)), impute.SimpleImputer(strategy=pick(rng, "mean", "median", "most_frequent", "constant"), add_indicator=flag(rng, 0.3)),
                impute.KNNImputer(n_neighbors=2), decomposition.PCA(2, whiten=flag(rng)), decomposition.TruncatedSVD(1, random_state=0), decomposition.FastICA(2, random_state=0, max_iter=400), feature_selection.SelectKBest(k=2), feature_selection.VarianceThreshold(),
                feature_selection.SelectFromModel(tree.DecisionTreeClassifier(max_depth=3, random_state=0)), impute.MissingIndicator(features="all", sparse=pick(rng, False, "auto")), cluster.KMeans(2, n_init=1, random_state=0), cluster.FeatureAgglomeration(2), neighbors.NeighborhoodComponentsAnalysis(2, max_iter=5, random_state=0))


def union(rng, depth):
    return pipeline.FeatureUnion([("l", numeric(rng, depth)), ("r", pick(rng, "passthrough", "drop", numeric(rng, depth))), ("q", numeric(rng, 0))], transformer_weights=pick(rng, None, {"l": 2.0}))


def outliers(rng):
    return pick(rng, ensemble.IsolationForest(n_estimators=4, random_state=0, contamination=pick(rng, "auto", 0.1)), svm.OneClassSVM(), neighbors.LocalOutlierFactor(5, novelty=True), mixture.GaussianMixture(2, random_state=0), cluster.KMeans(3, n_init=1, random_state=0), cluster.Birch(n_clusters=2), cluster.MeanShift(),
                neighbors.KernelDensity(bandwidth=0.7), linear_model.SGDOneClassSVM(random_state=0), cluster.MiniBatchKMeans(2, n_init=1, random_state=0), neighbors.NearestNeighbors(n_neighbors=2))


# --- data

def numbers(rng, n, cols):
    x = rng.normal(size=(n, cols))
    style = rng.randint(8)
    if style == 0:
        x = np.round(x * 2)
    if style == 1:
        x[:, 0] = 1.0
    if style == 2:
        x = x * np.power(10.0, rng.randint(-3, 4, size=cols))
    if style == 3:
        x = np.abs(x)
    return x


def cast(rng, x):
    kind = rng.randint(10)
    if kind == 0:
        return x.astype(np.float32)
    if kind == 1:
        return np.round(x * 3).astype(pick(rng, np.int64, np.int32, np.int8))
    if kind == 2:
        return np.abs(np.round(x * 3)).astype(pick(rng, np.uint8, np.uint32))
    if kind == 3:
        return sp.csr_matrix(np.where(np.abs(x) < 0.5, 0, x))
    if kind == 4:
        return pd.DataFrame(x, columns=NAMES[: x.shape[1]])
    if kind == 5:
        return pd.DataFrame(x, columns=NAMES[: x.shape[1]]).astype({NAMES[0]: np.float32})
    if kind == 6:
        return x > 0
    return x


def target(rng, x):
    base = np.asarray(x.todense()) if sp.issparse(x) else np.asarray(x, dtype=float)
    score = base[:, 0] + 0.5 * base[:, -1] + rng.normal(size=len(base)) * 0.3
    two = (score > np.median(score)).astype(int)
    three = np.digitize(score, np.quantile(score, [0.3, 0.6]))
    y = pick(rng, two, three)
    names = pick(rng, None, None, ["n", "y", "maybe"], ["zz", "aa", "longer text"], ["\u00e9", "\u4e2d", "\U0001f600"], [-3, 7, 100], [0.5, -1.5, 2.0], [True, False, True], [2 ** 60 + 1, 5, -5])
    if names is None:
        return y.astype(pick(rng, np.int64, np.int32, np.int8, np.uint8, np.float64))
    out = np.array(names)[y]
    return out.astype(object) if flag(rng, 0.3) and out.dtype.kind == "U" else out


def hostile(rng, x):
    """Inputs of the kind that the model was fitted on, and of others."""
    frame = x if isinstance(x, pd.DataFrame) else None
    plain = np.asarray(x.todense()) if sp.issparse(x) else np.asarray(x)
    plain = plain.astype(float) if plain.dtype != object else plain
    some = plain[:8].copy()
    out = [x[:9], x[:1], some, some.astype(np.float32), np.round(some * 3).astype(np.int64), some > 0, some.astype(object), sp.csr_matrix(some), some * 1e300, some * 1e-310, -np.zeros((2, some.shape[1])), np.abs(np.round(some * 5)).astype(np.uint8), np.asfortranarray(some),
           some[:, :-1], np.c_[some, some[:, :1]], np.round(some, 3).astype(str), some[:0], some[0]]
    for value in (np.nan, np.inf, -np.inf, 3.4e38):
        broken = some.copy()
        broken[rng.randint(len(some)), rng.randint(some.shape[1])] = value
        out.append(broken)
    mixed = some.astype(object)
    mixed[0, 0] = pick(rng, "text", None, "1.5", True)
    out.append(mixed)
    named = frame[:6] if frame is not None else pd.DataFrame(some[:6], columns=NAMES[: some.shape[1]])
    out += [named, named[named.columns[::-1]], named.assign(zz=1.0), named.rename(columns={named.columns[0]: "other"}), named.astype("float32"), named.astype(object), named.round().astype(int), named > 0, named.drop(columns=named.columns[0]), named[:0], named.assign(**{named.columns[0]: named[named.columns[0]].astype(str)})]
    return [out[i] for i in sorted(rng.choice(len(out), 16, replace=False))] + [x[:7]]


# --- frames

def columns(rng, n):
    made = {"num": rng.normal(size=n), "int": rng.randint(0, 5, n), "cat": pd.Categorical(rng.choice(["a", "b", "c"], n)), "obj": rng.choice(np.array(["x", "y", None], dtype=object), n), "bool": rng.rand(n) > 0.5, "f32": rng.normal(size=n).astype(np.float32),
            "nan": np.where(rng.rand(n) < 0.3, np.nan, rng.normal(size=n)), "u8": rng.randint(0, 255, n).astype(np.uint8), "txt": np.array([" ".join(rng.choice(["the", "cat", "Dog", "\u00e9", "x1", "10"], 4)) for _ in range(n)], dtype=object)}
    return pd.DataFrame(made)


NUMERIC = ["num", "int", "f32", "nan", "u8", "bool"]


def part(rng):
    """One part of a column transformer: what and to which columns."""
    kind = rng.randint(8)
    if kind == 0:
        return pipeline.make_pipeline(impute.SimpleImputer(strategy=pick(rng, "mean", "median", "most_frequent"), add_indicator=flag(rng)), pick(rng, preprocessing.StandardScaler(), preprocessing.MinMaxScaler(), numeric(rng, 0))), list(rng.choice(NUMERIC[:5], 2, replace=False))
    if kind == 1:
        return make(preprocessing.OneHotEncoder, handle_unknown=pick(rng, "ignore", "error"), drop=pick(rng, None, None, "first", "if_binary"), min_frequency=pick(rng, None, 8), sparse=flag(rng), sparse_output=flag(rng), dtype=pick(rng, np.float64, np.float32, np.int32)), list(rng.choice(["cat", "obj", "bool", "int"], 2, replace=False))
    if kind == 2:
        return preprocessing.OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), list(rng.choice(["cat", "obj", "int", "u8"], 2, replace=False))
    if kind == 3:
        return make(pick(rng, text.TfidfVectorizer, text.CountVectorizer, text.HashingVectorizer), n_features=16, analyzer=pick(rng, "word", "char", "char_wb"), binary=flag(rng), dtype=pick(rng, np.float64, np.float32)), "txt"
    if kind == 4:
        return pick(rng, "passthrough", "drop"), list(rng.choice(NUMERIC, rng.randint(1, 4), replace=False))
    if kind == 5:
        return pick(rng, preprocessing.StandardScaler(), preprocessing.MaxAbsScaler(), preprocessing.QuantileTransformer(n_quantiles=8)), pick(rng, [0, 5], slice("num", "int"), compose.make_column_selector(dtype_include=np.float64), ["num"], [])
    if kind == 6:
        return preprocessing.FunctionTransformer(pick(rng, np.log1p, np.sqrt, np.abs, None)), pick(rng, ["u8"], ["f32"], ["num", "nan"], ["int"])
    return impute.SimpleImputer(strategy="constant", fill_value=pick(rng, "zz", "?"), missing_values=None), ["obj"]


def frames(rng):
    frame = columns(rng, 60)
    parts = [(f"p{i}", *part(rng)) for i in range(rng.randint(1, 4))]
    remainder = pick(rng, "drop", "drop", "passthrough")
    if remainder == "passthrough" and flag(rng, 0.8):
        frame = frame[[*NUMERIC[:5], "cat", "obj", "txt", "bool"]]
        remainder = "drop" if flag(rng) else remainder
    made = compose.ColumnTransformer(parts, remainder=remainder, sparse_threshold=pick(rng, 0.0, 0.3, 1.0), **({"verbose_feature_names_out": flag(rng)}))
    if flag(rng, 0.3) and hasattr(made, "set_output"):
        made.set_output(transform=pick(rng, "pandas", "pandas", "default"))
    y = (frame["num"] > 0).astype(int).to_numpy()
    if flag(rng):
        made = pipeline.make_pipeline(made, *([preprocessing.MaxAbsScaler()] if flag(rng, 0.3) else []), pick(rng, tree.DecisionTreeClassifier(max_depth=3, random_state=0), ensemble.HistGradientBoostingClassifier(max_iter=3), linear_model.LogisticRegression(max_iter=50), ensemble.RandomForestClassifier(n_estimators=3, random_state=0)))
    made.fit(frame, y)
    new = frame[:8].copy()
    odd = new.copy()
    odd["cat"] = odd["cat"].astype(object)
    odd.loc[0, "obj"] = "unseen"
    return made, [new, frame[:1], odd, new[new.columns[::-1]], new.assign(extra=1), new.drop(columns=new.columns[rng.randint(new.shape[1])]), new.assign(int=new["int"].astype(float)), new.assign(bool=new["bool"].astype(int)), new.assign(num=new["num"].astype(str)),
                  new.assign(num=new["num"].astype(object)), new.assign(u8=new["u8"].astype(int) - 3), new.assign(num=np.inf), new[:0], new.assign(obj=None), new.assign(txt=[np.nan, *new["txt"][1:]])]


def plain(rng):
    x = numbers(rng, rng.randint(40, 90), rng.randint(2, 6))
    if flag(rng, 0.15):
        x[rng.rand(*x.shape) < 0.1] = np.nan
    x = cast(rng, x)
    kind = rng.randint(10)
    if kind < 4:
        return classifier(rng).fit(x, target(rng, x)), hostile(rng, x)
    if kind < 7:
        base = np.asarray(x.todense()) if sp.issparse(x) else np.asarray(x, dtype=float)
        y = np.nan_to_num(base[:, 0] * 2 - base[:, -1] + rng.normal(size=len(base)) * 0.1)
        y = pick(rng, y, y, y.astype(np.float32), np.round(y * 3).astype(int), y[:, None], np.c_[y, -y])
        return regressor(rng).fit(x, y), hostile(rng, x)
    if kind < 8:
        model = numeric(rng, 2)
        if flag(rng, 0.4) and hasattr(model, "set_output"):
            model.set_output(transform="pandas")
        return model.fit(x, np.arange(x.shape[0]) % 2), hostile(rng, x)
    if kind < 9:
        return outliers(rng).fit(x), hostile(rng, x)
    base = np.asarray(x.todense()) if sp.issparse(x) else np.asarray(x, dtype=float)
    bits = np.c_[base[:, 0] > np.nanmedian(base[:, 0]), np.arange(len(base)) % 2].astype(int)
    inner = classifier(rng, 1)
    return pick(rng, multioutput.MultiOutputClassifier(inner), multioutput.ClassifierChain(inner, order=[1, 0]), multiclass.OneVsRestClassifier(inner), dummy.DummyClassifier(strategy="prior"), neighbors.KNeighborsClassifier(3), tree.DecisionTreeClassifier(max_depth=3), ensemble.RandomForestClassifier(3, random_state=0)).fit(x, bits), hostile(rng, x)


def single(model, inputs):
    """Whether anything of the fit was in single precision: the library then computes in it."""
    first = inputs[-1] if not isinstance(inputs[0], pd.DataFrame) else inputs[0]
    dtypes = list(first.dtypes) if isinstance(first, pd.DataFrame) else [first.dtype]
    return any(str(d) == "float32" for d in dtypes)


def main():
    warnings.filterwarnings("ignore")
    out, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    kinds = make_corpus.dumpers()
    made, i, reasons = 0, seed, {}
    while made < count and i < seed + 4 * count:
        rng = np.random.RandomState(i)
        i += 1
        try:
            family = frames if flag(rng, 0.35) else plain
            np.random.seed(0)
            model, inputs = family(rng)
        except Exception as error:
            reasons[type(error).__name__] = reasons.get(type(error).__name__, 0) + 1
            continue
        name = f"redteam/{'float32-' if single(model, inputs) else ''}{type(model).__name__}/{i - 1}"
        try:
            make_corpus.write(out, name, model, inputs, kinds[i % len(kinds)])
        except Exception:
            make_corpus.write(out, name, model, inputs, kinds[0])
        made += 1
    print(f"{made} models from seeds {seed} to {i - 1}; cannot be fitted: {reasons}")


if __name__ == "__main__":
    main()
