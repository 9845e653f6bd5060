import { pairwiseSum } from "../core/pairwise-sum.ts";
import { badInput } from "../error.ts";
import { checkFeatures, checkNumeric } from "../core/check.ts";
import { type Entry, type Evaluator, featureCount, featuresOf, type Methods } from "../core/evaluator.ts";
import { argmaxRows, readClasses, take } from "../core/labels.ts";
import { affine } from "../core/linear.ts";
import { type Dense, denseOf, type Matrix, type Nd, type Sparse, zeros } from "../core/matrix.ts";
import { logNormalizeRows, mapInPlace } from "../core/special.ts";
import { readNumbers } from "../read/array.ts";
import type { State } from "../read/state.ts";

type Likelihood = (x: Matrix) => Dense;

/** Naive Bayes classifiers: an affine or quadratic joint log-likelihood (sklearn.naive_bayes). */
export const entry: Entry = {
  classes: [
    "sklearn.naive_bayes.GaussianNB",
    "sklearn.naive_bayes.MultinomialNB",
    "sklearn.naive_bayes.BernoulliNB",
    "sklearn.naive_bayes.ComplementNB",
    "sklearn.naive_bayes.CategoricalNB",
  ],
  build(state: State): Evaluator {
    const classes = readClasses(state);
    const count = featureCount(state);
    const features = { ...featuresOf(state), count };
    const likelihood = likelihoodOf(state, classes, count);
    const joint: Likelihood = (x) => {
      checkFeatures(x, features);
      return likelihood(x);
    };
    return { className: state.className, features, classes, methods: methodsOf(classes, joint) };
  },
};

function methodsOf(classes: Nd, joint: Likelihood): Methods {
  return {
    predict: (x) => take(classes, argmaxRows(joint(x))),
    predict_log_proba: (x) => logNormalizeRows(joint(x)),
    predict_proba: (x) => {
      const p = logNormalizeRows(joint(x));
      mapInPlace(p.data, Math.exp);
      return p;
    },
  };
}

function likelihoodOf(state: State, classes: Nd, cols: number): Likelihood {
  switch (state.shortName) {
    case "GaussianNB":
      return gaussian(state, classes.data.length, cols);
    case "CategoricalNB":
      return categorical(state, classes.data.length, cols);
    default:
      return affineLikelihood(state, classes.data.length, cols);
  }
}

function matrixOf(state: State, name: string, rows: number, cols: number): Float64Array {
  const { data, shape } = state.array(name, 2);
  if (shape[0] !== rows || shape[1] !== cols)
    throw state.malformed(name, `has shape (${shape.join(", ")}), not (${rows}, ${cols})`);
  return data;
}

function gaussian(state: State, classes: number, cols: number): Likelihood {
  const theta = matrixOf(state, "theta_", classes, cols);
  const variance = matrixOf(state, "var_", classes, cols);
  const prior = state.vector("class_prior_", classes);
  // Newer releases keep single precision at fit, and then compute logarithms in it.
  if (state.array("theta_").dtype === "float32")
    throw state.unsupported("theta_", "is float32, which is not evaluated natively");
  const logs = variance.map((v) => Math.log(2 * Math.PI * v));
  const constants = Float64Array.from(prior, (_, k) => -0.5 * pairwiseSum(logs, k * cols, cols));
  const logPrior = prior.map(Math.log);
  const terms = new Float64Array(cols);
  return (x) => {
    const input = checkNumeric(x, state.shortName);
    const out = zeros(input.rows, classes);
    for (let row = 0; row < input.rows; row++) {
      for (let k = 0; k < classes; k++) {
        for (let i = 0; i < cols; i++) {
          const d = input.data[row * cols + i]! - theta[k * cols + i]!;
          terms[i] = (d * d) / variance[k * cols + i]!;
        }
        // In the library's order: what is left of large terms is the last digits alone.
        out.data[row * classes + k] = logPrior[k]! + (constants[k]! - 0.5 * pairwiseSum(terms, 0, cols));
      }
    }
    return out;
  };
}

/** Multinomial, complement and Bernoulli: `X @ weights.T + prior`. */
function affineLikelihood(state: State, classes: number, cols: number): Likelihood {
  const weights = matrixOf(state, "feature_log_prob_", classes, cols).slice();
  const intercept = state.vector("class_log_prior_", classes).slice();
  if (state.shortName === "ComplementNB" && classes > 1) intercept.fill(0);
  const bernoulli = state.shortName === "BernoulliNB";
  if (bernoulli) againstAbsence(weights, intercept, cols);
  const threshold = bernoulli && state.given("binarize") ? state.number("binarize") : undefined;
  const f = { weights, intercept, inputs: cols, outputs: classes, dtype: "float64" } as const;
  return (x) => {
    const input = checkNumeric(x, state.shortName, { sparse: true });
    return affine(threshold === undefined ? input : binarize(input, threshold), f);
  };
}

/** Bernoulli: absent features count too, through `log(1 - p)`. */
function againstAbsence(weights: Float64Array, intercept: Float64Array, cols: number): void {
  for (let i = 0; i < weights.length; i++) {
    const absent = Math.log(1 - Math.exp(weights[i]!));
    weights[i] = weights[i]! - absent;
    intercept[Math.floor(i / cols)]! += absent;
  }
}

function binarize(x: Dense | Sparse, threshold: number): Dense | Sparse {
  if (x.kind === "dense") return { ...x, data: x.data.map((v) => (v > threshold ? 1 : 0)) };
  if (threshold < 0) throw badInput("Cannot binarize a sparse matrix with threshold < 0");
  return { ...x, data: x.data.map((v) => (v > threshold ? 1 : 0)) };
}

function categorical(state: State, classes: number, cols: number): Likelihood {
  const tables = state.items("feature_log_prob_").map((value, i) => {
    const { data, shape } = readNumbers(value, `${state.where("feature_log_prob_")}[${i}]`);
    if (shape.length !== 2 || shape[0] !== classes)
      throw state.malformed(`feature_log_prob_[${i}]`, `has shape (${shape.join(", ")})`);
    return { data, categories: shape[1] ?? 0 };
  });
  if (tables.length !== cols)
    throw state.malformed("feature_log_prob_", `is for ${tables.length} features, not ${cols}`);
  const prior = state.vector("class_log_prior_", classes);
  return (x) => {
    const input = checkNumeric(x, state.shortName);
    const out = denseOf(new Float64Array(input.rows * classes), input.rows, classes);
    for (let at = 0; at < input.data.length; at++) {
      const { data, categories } = tables[at % cols]!;
      const code = Math.trunc(input.data[at]!);
      if (code < 0) throw badInput("Negative values in data passed to CategoricalNB (input X)");
      if (code >= categories)
        throw badInput(`index ${code} is out of bounds for axis 1 with size ${categories}`);
      for (let k = 0; k < classes; k++)
        out.data[Math.floor(at / cols) * classes + k]! += data[k * categories + code]!;
    }
    for (let i = 0; i < out.data.length; i++) out.data[i]! += prior[i % classes]!;
    return out;
  };
}
