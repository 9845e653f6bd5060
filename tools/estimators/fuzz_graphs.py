"""Random models over graphs of neighbours, densities and imputers, on awkward inputs, in the form that make_corpus.py writes.

    python fuzz_graphs.py OUT SEED COUNT [FAMILY...]
"""
import sys
import warnings

import numpy as np
import scipy.sparse as sp
from sklearn import impute, manifold, neighbors, neural_network, preprocessing, semi_supervised

import fuzz_samples
from fuzz import make, pick
from fuzz_samples import data, inputs, near


def propagation(rng):
    cls = pick(rng, semi_supervised.LabelPropagation, semi_supervised.LabelSpreading)
    x = data(rng, n=rng.randint(25, 80), cols=rng.randint(1, 5))
    y = pick(rng, np.arange(len(x)) % 3, (x[:, 0] > np.median(x[:, 0])).astype(int), np.digitize(x[:, 0], np.quantile(x[:, 0], [0.3, 0.6])) * 5)
    y = np.where(rng.rand(len(x)) < 0.5, -1, y)
    y[:3] = [0, 1, 1] if y.max() < 5 else [0, 5, 5]
    model = make(cls, kernel=pick(rng, "rbf", "rbf", "knn"), gamma=pick(rng, 20, 1, 0.1), n_neighbors=pick(rng, 7, 3), max_iter=30)
    fit_on = x.astype(np.float32) if rng.rand() < 0.1 else x.round().astype(int) if rng.rand() < 0.1 else x
    return model.fit(fit_on, y), inputs(rng, x)


def manifolds(rng):
    cls = pick(rng, manifold.Isomap, manifold.LocallyLinearEmbedding)
    x = data(rng, n=rng.randint(30, 80), cols=rng.randint(2, 6))
    x = x + rng.normal(size=x.shape) * 1e-2
    model = make(cls, n_neighbors=pick(rng, 5, 8), n_components=pick(rng, 1, 2), neighbors_algorithm=pick(rng, "auto", "brute", "kd_tree", "ball_tree"), eigen_solver="dense", metric=pick(rng, "minkowski", "manhattan"), reg=pick(rng, 1e-3, 0.1),
                 method=pick(rng, "standard", "ltsa"))
    if cls is manifold.Isomap and hasattr(model, "radius") and rng.rand() < 0.3:
        model.set_params(n_neighbors=None, radius=float(np.median(np.linalg.norm(x - x[:1], axis=1)) + 1e-3))
    return model.fit(x.astype(np.float32) if rng.rand() < 0.1 else x), inputs(rng, x)


def densities(rng):
    x = data(rng, n=pick(rng, 20, 60, 300), cols=rng.randint(1, 5))
    metric = pick(rng, "euclidean", "euclidean", "manhattan", "minkowski", "chebyshev")
    model = make(neighbors.KernelDensity, bandwidth=pick(rng, 1.0, 0.3, 2.0) * float(x.std() + 0.01), kernel=pick(rng, "gaussian", "gaussian", "tophat", "epanechnikov", "exponential", "linear", "cosine"), algorithm=pick(rng, "auto", "kd_tree", "ball_tree"), metric=metric,
                 breadth_first=bool(rng.randint(2)), leaf_size=pick(rng, 40, 5), rtol=pick(rng, 0, 0, 0, 1e-4), metric_params={"p": 3} if metric == "minkowski" else None)
    if hasattr(model, "_parameter_constraints") and rng.rand() < 0.2:
        model.set_params(bandwidth=pick(rng, "scott", "silverman"))
    weights = rng.uniform(0.5, 3, len(x)) if rng.rand() < 0.3 else None
    return model.fit(x.astype(np.float32) if rng.rand() < 0.1 else x, sample_weight=weights), [v for v in inputs(rng, x) if v.shape[0] > 0]


def gaps(rng, x, share, missing):
    out = x.copy()
    out[rng.rand(*x.shape) < share] = missing
    return out


def imputers(rng):
    missing = pick(rng, np.nan, np.nan, -1.0)
    x = data(rng, n=rng.randint(15, 60), cols=rng.randint(2, 6))
    fit_on = gaps(rng, x, pick(rng, 0.1, 0.4, 0.7), missing)
    if rng.rand() < 0.3:
        fit_on[:, 0] = missing
    model = make(impute.KNNImputer, n_neighbors=pick(rng, 1, 2, 5, 30), weights=pick(rng, "uniform", "distance"), missing_values=missing, add_indicator=bool(rng.randint(2)), keep_empty_features=bool(rng.randint(2)))
    model.fit(fit_on.astype(np.float32) if rng.rand() < 0.1 else fit_on)
    first = x[:5].copy()
    first[:, 0] = missing
    given = [gaps(rng, near(rng, x, 12), 0.3, missing), fit_on[:8].copy(), gaps(rng, near(rng, x, 5), 0.8, missing), near(rng, x, 4), first, near(rng, x, 3).astype(np.float32), gaps(rng, near(rng, x, 4), 0.3, missing).astype(np.float32), np.full((1, x.shape[1]), missing),
             np.round(near(rng, x, 4)).astype(int), x[:3, :-1], x[:0], gaps(rng, x[:4], 0.3, np.nan), gaps(rng, x[:4], 0.3, np.inf), gaps(rng, x[:4], 0.3, 1e200), sp.csr_matrix(x[:3]), gaps(rng, x[:4], 0.3, np.nan).astype(object)]
    return model, given


def machines(rng):
    x = (rng.rand(40, rng.randint(1, 40)) < 0.4).astype(float)
    model = neural_network.BernoulliRBM(n_components=rng.randint(1, 6), n_iter=pick(rng, 1, 10), learning_rate=pick(rng, 0.1, 0.5), random_state=pick(rng, 0, 7, 123456789, 2 ** 32 - 1, None, "generator"))
    if model.random_state == "generator":
        model.set_params(random_state=np.random.RandomState(3))
    model.fit(x.astype(np.float32) if rng.rand() < 0.1 else x)
    return model, [x[:12], x[:1], x[:5].astype(int), x[:5].astype(np.float32), rng.rand(5, x.shape[1]), x[:5] > 0, (x[:5] * 3).astype(np.uint8), sp.csr_matrix(x[:6]), x[:0], x[:2, :0], np.where(x[:3] > 0, np.nan, 0), x[:4] * 1e3, x[:5].astype(object)]


def centerers(rng):
    x = data(rng, n=rng.randint(5, 40))
    gram = pick(rng, x @ x.T, np.exp(-np.abs(x @ x.T)), rng.normal(size=(len(x), len(x))))
    model = preprocessing.KernelCenterer().fit(gram.astype(np.float32) if rng.rand() < 0.1 else gram)
    return model, [v @ x.T if v.dtype == float and not sp.issparse(v) and v.shape[1] == x.shape[1] else v for v in inputs(rng, x)] + [gram[:4], gram[:3].astype(np.float32), gram[:3].round().astype(int), gram[:3].astype(object), gram[:2, :-1]]


FAMILIES = dict(propagation=propagation, manifolds=manifolds, densities=densities, imputers=imputers, machines=machines, centerers=centerers)


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    fuzz_samples.FAMILIES = FAMILIES
    fuzz_samples.main()
