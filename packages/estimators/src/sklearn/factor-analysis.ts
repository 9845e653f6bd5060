import { checkFeatures, checkNumeric } from "../core/check.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { type Gaussian, logLikelihood, MAX_CONDITION } from "../core/gaussian.ts";
import { type Affine, affine } from "../core/linear.ts";
import { type Dense, denseOf, type Matrix } from "../core/matrix.ts";
import { inverse, multiply, transpose } from "../core/solve.ts";
import { readWeights } from "../read/weights.ts";
import type { State } from "../read/state.ts";

/** Latent factors with a noise of their own for each column (sklearn.decomposition.FactorAnalysis). */
export const entry: Entry = {
  classes: ["sklearn.decomposition._factor_analysis.FactorAnalysis"],
  build(state: State): Evaluator {
    const w = readWeights(state, "components_");
    const features = { ...featuresOf(state), count: w.inputs };
    const mean = state.vector("mean_", w.inputs);
    const noise = state.vector("noise_variance_", w.inputs);
    const scaled = w.weights.map((v, i) => v / noise[i % w.inputs]!);
    const covariance = inverse(plusIdentity(gram(scaled, w), w.outputs), w.outputs);
    if (covariance === undefined) throw state.malformed("components_", "give a singular matrix");
    const f = { ...w, weights: scaled, dtype: "float64" as const };
    const distribution = gaussian(state, w, { mean, noise });
    return {
      className: state.className,
      features,
      methods: {
        transform: (x: Matrix): Dense => {
          checkFeatures(x, features);
          const centred = subtract(checkNumeric(x, features.className), mean);
          const projected = affine(centred, f).data;
          return denseOf(multiply(projected, covariance, [x.rows, w.outputs, w.outputs]), x.rows, w.outputs);
        },
        ...(distribution === undefined ? {} : { score_samples: logLikelihood(distribution, features) }),
      },
    };
  },
};

/** `scaled @ components.T`. */
function gram(scaled: Float64Array, w: Affine): Float64Array {
  return multiply(scaled, transpose(w.weights, w.outputs, w.inputs), [w.outputs, w.inputs, w.outputs]);
}

function plusIdentity(a: Float64Array, n: number): Float64Array {
  for (let i = 0; i < n; i++) a[i * n + i]! += 1;
  return a;
}

function subtract(x: Dense, mean: Float64Array): Dense {
  return denseOf(
    Float64Array.from(x.data, (v, i) => v - mean[i % x.cols]!),
    x.rows,
    x.cols,
  );
}

/** `get_precision`, unless the variances lie so far apart that rounding decides. */
function gaussian(
  state: State,
  w: Affine,
  { mean, noise }: { readonly mean: Float64Array; readonly noise: Float64Array },
): Gaussian | undefined {
  const [k, n] = [w.outputs, w.inputs];
  const variance = noise.slice();
  w.weights.forEach((v, i) => (variance[i % n]! += v * v));
  if (!(Math.max(...variance) / Math.min(...noise) < MAX_CONDITION)) return undefined;
  const full = state.given("n_components") && state.number("n_components") === n;
  const precision = full ? inverseCovariance(w, noise) : woodbury(w, noise);
  if (precision === undefined) throw state.malformed("components_", `of ${k} × ${n} give a singular matrix`);
  return { mean, precision };
}

function inverseCovariance(w: Affine, noise: Float64Array): Float64Array | undefined {
  const n = w.inputs;
  const covariance = multiply(transpose(w.weights, w.outputs, n), w.weights, [n, w.outputs, n]);
  for (let i = 0; i < n; i++) covariance[i * n + i]! += noise[i]!;
  return inverse(covariance, n);
}

function woodbury(w: Affine, noise: Float64Array): Float64Array | undefined {
  const [k, n] = [w.outputs, w.inputs];
  const scaled = w.weights.map((v, i) => v / noise[i % n]!);
  const inner = inverse(plusIdentity(gram(scaled, w), k), k);
  if (inner === undefined) return undefined;
  const precision = multiply(transpose(w.weights, k, n), multiply(inner, w.weights, [k, k, n]), [n, k, n]);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) precision[i * n + j] = precision[i * n + j]! / noise[i]! / -noise[j]!;
    precision[i * n + i]! += 1 / noise[i]!;
  }
  return precision;
}
