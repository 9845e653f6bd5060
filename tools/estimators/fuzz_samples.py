"""Random models that keep samples, centres or kernels, on awkward inputs, in the form that make_corpus.py writes.

    python fuzz_samples.py OUT SEED COUNT [FAMILY...]
"""
import sys
import warnings

import numpy as np
import scipy.sparse as sp
from sklearn import cluster, covariance, decomposition, gaussian_process, kernel_approximation, kernel_ridge, linear_model, mixture, neighbors
from sklearn.gaussian_process import kernels as gp

import make_corpus
from fuzz import labels, make, pick


def data(rng, n=None, cols=None):
    n, cols = n or rng.randint(20, 90), cols or rng.randint(1, 7)
    x = rng.normal(size=(n, cols))
    style = rng.randint(7)
    if style == 0:
        x = np.round(x * 2)
    if style == 1:
        x = x.astype(np.float32).astype(float)
    if style == 2:
        x = x * np.power(10.0, rng.randint(-3, 4, size=cols))
    if style == 3:
        x = np.r_[x[: n // 2], x[: n - n // 2]]
    if style == 4:
        x[:, 0] = 1.0
    if style == 5:
        x = x + 100
    return x


def near(rng, x, n):
    rows = x[rng.randint(0, len(x), n)]
    return rows + rng.normal(size=rows.shape) * (x.std(axis=0) * 0.4 + 1e-3)


def inputs(rng, x, positive=False):
    keep = np.abs if positive else lambda v: v
    out = [keep(near(rng, x, 12)), x[:9].copy(), keep(near(rng, x, 1)), keep(near(rng, x, 6)).astype(np.float32), keep(np.round(near(rng, x, 6))).astype(np.int64),
           sp.csr_matrix(np.where(rng.rand(7, x.shape[1]) < 0.4, 0, keep(near(rng, x, 7)))), np.zeros((2, x.shape[1])), keep(near(rng, x, 5)) * 1e3, x[:4][:, :-1], x[:0]]
    for value in (np.nan, np.inf, 1e200):
        rows = keep(near(rng, x, 4))
        rows[rng.randint(4), rng.randint(x.shape[1])] = value
        out.append(rows)
    return out


def stored(rng, x):
    return sp.csr_matrix(np.where(rng.rand(*x.shape) < 0.5, 0, x)) if rng.rand() < 0.2 else x


KERNELS = ["linear", "poly", "polynomial", "sigmoid", "rbf", "laplacian", "cosine", "chi2", "additive_chi2"]


def kernels(rng):
    cls = pick(rng, kernel_ridge.KernelRidge, decomposition.KernelPCA, kernel_approximation.Nystroem)
    x = data(rng)
    kernel = pick(rng, *(k for k in KERNELS if not (cls is decomposition.KernelPCA and k in ("polynomial", "laplacian", "chi2", "additive_chi2"))))
    positive = "chi2" in kernel
    x = np.abs(x) if positive else x
    model = make(cls, kernel=kernel, gamma=0.3 if kernel == "chi2" else pick(rng, None, 0.1, 2.0), degree=pick(rng, 2, 3), coef0=pick(rng, 0, 1, 1.5), n_components=rng.randint(1, 4), alpha=pick(rng, 1.0, 0.1), random_state=0)
    if cls is kernel_approximation.Nystroem and kernel in ("linear", "laplacian", "cosine", "rbf", "chi2", "additive_chi2"):
        model.set_params(degree=None, coef0=None)
        if kernel in ("linear", "cosine", "additive_chi2"):
            model.set_params(gamma=None)
    elif cls is kernel_approximation.Nystroem and kernel == "sigmoid":
        model.set_params(degree=None)
    y = x.sum(axis=1) + rng.normal(size=len(x))
    if rng.rand() < 0.3:
        y = np.c_[y, -y]
    fit_on = x if positive else stored(rng, x)
    model.fit(fit_on.astype(np.float32) if rng.rand() < 0.1 else fit_on, y)
    return model, inputs(rng, x, positive)


def samplers(rng):
    cls = pick(rng, kernel_approximation.RBFSampler, kernel_approximation.SkewedChi2Sampler, kernel_approximation.AdditiveChi2Sampler, kernel_approximation.PolynomialCountSketch)
    positive = cls in (kernel_approximation.SkewedChi2Sampler, kernel_approximation.AdditiveChi2Sampler)
    x = data(rng)
    x = np.abs(x) if positive else x
    model = make(cls, gamma=pick(rng, 1.0, 0.3), n_components=rng.randint(1, 60), skewedness=pick(rng, 1.0, 0.2), sample_steps=rng.randint(1, 4), degree=rng.randint(1, 4), coef0=pick(rng, 0, 1, 0.7), random_state=0)
    if cls is kernel_approximation.AdditiveChi2Sampler and rng.rand() < 0.3:
        model.set_params(sample_interval=0.3, sample_steps=5)
    model.fit(x.astype(np.float32) if rng.rand() < 0.15 else x)
    return model, inputs(rng, x, positive)


def mixtures(rng):
    cls = pick(rng, mixture.GaussianMixture, mixture.BayesianGaussianMixture)
    x = data(rng)
    x = x + rng.normal(size=x.shape) * 1e-2 * (np.abs(x).mean() + 1e-3)
    model = make(cls, n_components=rng.randint(1, 5), covariance_type=pick(rng, "full", "tied", "diag", "spherical"), random_state=0, weight_concentration_prior_type=pick(rng, "dirichlet_process", "dirichlet_distribution"), init_params=pick(rng, "kmeans", "random"))
    model.fit(x.astype(np.float32) if rng.rand() < 0.1 else x)
    return model, inputs(rng, x)


def gp_kernel(rng, cols, depth=0):
    scale = pick(rng, 1.0, 0.5, 3.0, list(rng.uniform(0.5, 3, cols)))
    options = [gp.RBF(scale), gp.Matern(scale, nu=pick(rng, 0.5, 1.5, 2.5, np.inf, 0.8, 3.3)), gp.RationalQuadratic(pick(rng, 1.0, 2.0), pick(rng, 0.5, 1.5)), gp.ExpSineSquared(1.3, 2.1), gp.DotProduct(pick(rng, 1.0, 0.5)),
               gp.PairwiseKernel(metric=pick(rng, "rbf", "laplacian", "linear"), gamma=0.7), gp.ConstantKernel(pick(rng, 1.0, 2.5)) * gp.RBF(1.0)]
    own = options[rng.randint(len(options))]
    if depth < 2 and rng.rand() < 0.4:
        other = gp_kernel(rng, cols, depth + 1)
        own = own * other if rng.rand() < 0.5 else own + other
    if rng.rand() < 0.1:
        own = own ** 2
    return own + gp.WhiteKernel(pick(rng, 0.1, 1.0)) if depth == 0 else own


def processes(rng):
    x = data(rng, n=rng.randint(15, 40), cols=rng.randint(1, 4))
    kernel = None if rng.rand() < 0.15 else gp_kernel(rng, x.shape[1])
    if rng.rand() < 0.6:
        model = gaussian_process.GaussianProcessRegressor(kernel, alpha=pick(rng, 1e-10, 0.1), normalize_y=bool(rng.randint(2)), optimizer=pick(rng, None, None, "fmin_l_bfgs_b"))
        y = np.tanh(x.sum(axis=1)) * 3 + 10
        y = [y, y, np.c_[y, y ** 2], y[:, None]][rng.randint(4)]
    else:
        model = gaussian_process.GaussianProcessClassifier(kernel, multi_class=pick(rng, "one_vs_rest", "one_vs_one"), optimizer=pick(rng, None, "fmin_l_bfgs_b"))
        y = labels(rng, x)
    model.fit(x.astype(np.float32) if rng.rand() < 0.1 else x, y)
    return model, inputs(rng, x)


def centers(rng):
    options = [neighbors.NearestCentroid, cluster.AffinityPropagation, cluster.MeanShift, cluster.Birch, cluster.FeatureAgglomeration, linear_model.SGDOneClassSVM, covariance.EllipticEnvelope, neighbors.NeighborhoodComponentsAnalysis]
    if hasattr(cluster, "BisectingKMeans"):
        options.append(cluster.BisectingKMeans)
    cls = pick(rng, *options)
    x = data(rng, cols=rng.randint(2, 7))
    model = make(cls, n_clusters=rng.randint(1, 5) if cls is not cluster.FeatureAgglomeration else pick(rng, 1, 2), random_state=0, threshold=pick(rng, 0.5, 0.1), metric=pick(rng, "euclidean", "manhattan") if cls is neighbors.NearestCentroid else "euclidean",
                 shrink_threshold=pick(rng, None, 0.2), priors=pick(rng, "uniform", "empirical"), pooling_func=pick(rng, np.mean, np.median, np.max, np.min), max_iter=300 if cls is not neighbors.NeighborhoodComponentsAnalysis else 5, n_components=2)
    if cls is cluster.Birch and rng.rand() < 0.5:
        model.set_params(n_clusters=None)
    fit_on = stored(rng, x) if cls in (cluster.Birch, neighbors.NearestCentroid) else x
    fit_on = fit_on.astype(np.float32) if rng.rand() < 0.1 else fit_on
    model.fit(fit_on, labels(rng, x))
    return model, inputs(rng, x)


NEIGHBORS = [neighbors.KNeighborsClassifier, neighbors.KNeighborsRegressor, neighbors.KNeighborsTransformer, neighbors.NearestNeighbors, neighbors.RadiusNeighborsClassifier, neighbors.RadiusNeighborsRegressor, neighbors.RadiusNeighborsTransformer, neighbors.LocalOutlierFactor]


def nearest(rng):
    cls = pick(rng, *NEIGHBORS)
    x = data(rng, n=pick(rng, 12, 40, 90, 300), cols=pick(rng, 1, 2, 3, 5, 17))
    if rng.rand() < 0.3:
        x = np.round(x * 2)
    algorithm = pick(rng, "auto", "auto", "brute", "kd_tree", "ball_tree")
    metric, params, p = pick(rng, ("minkowski", None, 2), ("minkowski", None, 2), ("minkowski", None, 1), ("minkowski", None, 3), ("minkowski", None, np.inf), ("chebyshev", None, 2), ("manhattan", None, 2), ("cosine", None, 2), ("canberra", None, 2), ("braycurtis", None, 2), ("hamming", None, 2),
                             ("haversine", None, 2), ("seuclidean", {"V": np.linspace(0.5, 2, x.shape[1])}, 2), ("mahalanobis", {"VI": np.eye(x.shape[1]) + 0.1}, 2), ("minkowski", {"w": np.linspace(0.5, 2, x.shape[1])}, 3), ("sqeuclidean", None, 2), ("euclidean", None, 2))
    if metric == "haversine":
        x = np.clip(np.resize(x, (len(x), 2)) * 0.3, -1.5, 1.5)
    if (metric in ("cosine", "sqeuclidean") and algorithm != "auto") or (metric in ("canberra", "braycurtis", "hamming", "haversine", "seuclidean", "mahalanobis", "cosine", "sqeuclidean") and algorithm == "kd_tree"):
        algorithm = "auto"
    model = make(cls, n_neighbors=pick(rng, 1, 2, 3, 5, 8), radius=pick(rng, 1.0, 2.0, 0.7) * (x.std() + 0.01) * x.shape[1] ** 0.5, weights=pick(rng, "uniform", "distance"), algorithm=algorithm, leaf_size=pick(rng, 30, 2, 7), metric=metric, p=p, metric_params=params,
                 mode=pick(rng, "distance", "connectivity"), novelty=bool(rng.randint(4)), outlier_label="most_frequent" if rng.rand() < 0.7 else None)
    if "Regressor" in cls.__name__:
        y = pick(rng, 0, 1, 2, 3)
        y = [x.sum(axis=1), np.c_[x[:, 0], -x[:, 0]], np.round(x[:, 0]).astype(int), x.sum(axis=1).astype(np.float32)][y]
    else:
        y = labels(rng, x)
        if rng.rand() < 0.2 and cls is neighbors.KNeighborsClassifier:
            y = np.c_[y, y[::-1]]
    sparse = metric in ("minkowski", "euclidean", "manhattan", "cosine") and params is None and p < 3 and rng.rand() < 0.2
    if sparse:
        model.set_params(algorithm="auto")
        x = np.where(rng.rand(*x.shape) < 0.4, 0, x)
    fit_on = sp.csr_matrix(x) if sparse else x
    model.fit(fit_on.astype(np.float32) if rng.rand() < 0.1 else fit_on.astype(int) if rng.rand() < 0.1 else fit_on, y)
    # Releases of the library end the process on an input without rows.
    return model, [v for v in inputs(rng, x) if v.shape[0] > 0]


FAMILIES = dict(nearest=nearest, kernels=kernels, samplers=samplers, mixtures=mixtures, processes=processes, centers=centers)


def main():
    warnings.filterwarnings("ignore")
    out, seed, count, names = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:] or list(FAMILIES)
    kinds = make_corpus.dumpers()
    made = skipped = 0
    for i in range(seed, seed + count):
        for name in names:
            rng = np.random.RandomState(i)
            try:
                model, given = FAMILIES[name](rng)
            except Exception as error:
                skipped += 1
                if skipped < 10:
                    print(f"skip {name}/{i}: {type(error).__name__}: {error}"[:160], file=sys.stderr)
                continue
            try:
                make_corpus.write(out, f"samples/{name}/{type(model).__name__}/{i}", model, given, kinds[i % len(kinds)])
            except Exception:
                make_corpus.write(out, f"samples/{name}/{type(model).__name__}/{i}", model, given, kinds[0])
            made += 1
    print(f"{made} made, {skipped} skipped")


if __name__ == "__main__":
    main()
