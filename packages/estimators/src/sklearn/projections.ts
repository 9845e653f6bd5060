import { checkFeatures, checkNumeric, toFloating } from "../core/check.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { type Affine, affine } from "../core/linear.ts";
import { type Dense, densify, type Matrix, type Sparse } from "../core/matrix.ts";
import { transformer } from "../core/transformer.ts";
import { floatType } from "../core/dtype.ts";
import { type Gaussian, logLikelihood, MAX_CONDITION } from "../core/gaussian.ts";
import { inverse, multiply, transpose } from "../core/solve.ts";
import type { State } from "../read/state.ts";

/** Projections on components (sklearn.decomposition): `(X - mean) @ components.T`, whitened where asked. */
export const entry: Entry = {
  classes: [
    "sklearn.decomposition._pca.PCA",
    "sklearn.decomposition._incremental_pca.IncrementalPCA",
    "sklearn.decomposition._truncated_svd.TruncatedSVD",
  ],
  build(state: State): Evaluator {
    const components = state.array("components_", 2);
    const [outputs, inputs] = components.shape;
    if (outputs === undefined || inputs === undefined || outputs < 1 || inputs < 1)
      throw state.malformed("components_", "is empty");
    const features = { ...featuresOf(state), count: inputs };
    const svd = state.shortName === "TruncatedSVD";
    // IncrementalPCA makes sparse rows dense in batches; PCA takes them since 1.4.
    const batches = state.shortName === "IncrementalPCA";
    const sparseInput = svd || batches || state.version >= 104;
    const mean = svd ? undefined : state.optionalVector("mean_", inputs);
    const spread = !svd && state.bool("whiten") ? whitening(state, outputs) : undefined;
    const f = {
      weights: components.data,
      intercept: new Float64Array(outputs),
      inputs,
      outputs,
      dtype: components.dtype,
    };
    const distribution =
      state.shortName === "PCA" && mean !== undefined ? gaussianOf(state, f, mean) : undefined;
    const transform = (x: Matrix): Matrix => {
      checkFeatures(x, features);
      const given = sparseInput
        ? checkNumeric(x, features.className, { sparse: true, text: !svd })
        : checkNumeric(x, features.className, { text: true });
      // TruncatedSVD keeps small whole numbers, which single precision holds.
      const numeric = svd ? given : toFloating(given);
      const projected = project(numeric.kind === "sparse" && batches ? densify(numeric) : numeric, f, mean);
      if (spread !== undefined)
        for (let i = 0; i < projected.data.length; i++)
          projected.data[i] = projected.data[i]! / spread[i % outputs]!;
      return { ...projected, dtype: floatType(projected.dtype) };
    };
    const built = transformer(state, features, transform);
    if (distribution === undefined) return built;
    return { ...built, methods: { transform, score_samples: logLikelihood(distribution, features) } };
  },
};

/**
 * `get_precision` of a PCA: its components' variances beside one noise for all other directions. Undefined where the
 * variances lie so far apart that rounding decides, or where there is no noise to divide by.
 */
function gaussianOf(state: State, f: Affine, mean: Float64Array): Gaussian | undefined {
  const { outputs: k, inputs: n } = f;
  const variance = state.vector("explained_variance_", k);
  const noise = state.number("noise_variance_");
  const least = noise === 0 ? Math.min(...variance) : Math.min(noise, ...variance);
  if (
    f.dtype === "float32" ||
    (noise === 0 && k < n) ||
    !(Math.max(...variance, noise) / least < MAX_CONDITION)
  )
    return undefined;
  // Whitening keeps components at unit length in `components_` and scales them here.
  const scaled = state.bool("whiten")
    ? f.weights.map((v, i) => v * Math.sqrt(variance[Math.floor(i / n)]!))
    : f.weights;
  const excess = variance.map((v) => Math.max(v - noise, 0));
  const full = state.version === 100 ? k === n : noise === 0;
  const precision = full ? inverseCovariance(scaled, excess, noise, n) : woodbury(scaled, excess, noise, n);
  return precision === undefined ? undefined : { mean, precision };
}

function inverseCovariance(
  w: Float64Array,
  excess: Float64Array,
  noise: number,
  n: number,
): Float64Array | undefined {
  const k = excess.length;
  const scaled = w.map((v, i) => v * excess[Math.floor(i / n)]!);
  const covariance = multiply(transpose(scaled, k, n), w, [n, k, n]);
  for (let i = 0; i < n; i++) covariance[i * n + i]! += noise;
  return inverse(covariance, n);
}

function woodbury(w: Float64Array, excess: Float64Array, noise: number, n: number): Float64Array | undefined {
  const k = excess.length;
  const gram = multiply(w, transpose(w, k, n), [k, n, k]).map((v) => v / noise);
  for (let i = 0; i < k; i++) gram[i * k + i]! += 1 / excess[i]!;
  const inner = inverse(gram, k);
  if (inner === undefined || inner.some(Number.isNaN)) return undefined;
  const precision = multiply(transpose(w, k, n), multiply(inner, w, [k, k, n]), [n, k, n]);
  for (let i = 0; i < precision.length; i++) precision[i] = precision[i]! / -(noise ** 2);
  for (let i = 0; i < n; i++) precision[i * n + i]! += 1 / noise;
  return precision;
}

function project(x: Dense | Sparse, f: Affine, mean: Float64Array | undefined): Dense {
  if (mean === undefined) return affine(x, f);
  return x.kind === "sparse"
    ? affine(x, { ...f, intercept: minusMean(f, mean) })
    : affine(centre(x, mean), f);
}

function centre(x: Dense, mean: Float64Array): Dense {
  const data = new Float64Array(x.data.length);
  for (let i = 0; i < data.length; i++) data[i] = x.data[i]! - mean[i % x.cols]!;
  return { ...x, data };
}

function minusMean(
  f: { weights: Float64Array; inputs: number; outputs: number },
  mean: Float64Array,
): Float64Array {
  return Float64Array.from({ length: f.outputs }, (_, k) => {
    let sum = 0;
    for (let i = 0; i < f.inputs; i++) sum -= mean[i]! * f.weights[k * f.inputs + i]!;
    return sum;
  });
}

/** `sqrt(explained_variance_)` in the precision of the fit, kept away from 0 since 1.5. */
function whitening(state: State, outputs: number): Float64Array {
  const variance = state.array("explained_variance_", 1);
  if (variance.data.length !== outputs)
    throw state.malformed("explained_variance_", "is for other components");
  const single = variance.dtype === "float32";
  const floor = state.version >= 105 ? (single ? 2 ** -23 : Number.EPSILON) : 0;
  return variance.data.map((v) => Math.max(single ? Math.fround(Math.sqrt(v)) : Math.sqrt(v), floor));
}
