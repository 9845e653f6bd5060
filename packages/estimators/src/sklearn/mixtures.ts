import { badInput } from "../error.ts";
import { undecided } from "../core/distances.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { digamma } from "../core/gamma.ts";
import { argmaxRows } from "../core/labels.ts";
import { type Dense, denseOf, type Matrix, vector } from "../core/matrix.ts";
import { pointsInput } from "../core/points-input.ts";
import { logNormalizeRows, logSumExp, mapInPlace } from "../core/special.ts";
import { type Components, logDensities, readComponents } from "../read/components.ts";
import { readNumbers } from "../read/array.ts";
import type { Points } from "../read/points.ts";
import type { State } from "../read/state.ts";

/** Mixtures of Gaussians (sklearn.mixture). */
export const entry: Entry = {
  classes: [
    "sklearn.mixture._gaussian_mixture.GaussianMixture",
    "sklearn.mixture._bayesian_mixture.BayesianGaussianMixture",
  ],
  build(state: State): Evaluator {
    const components = readComponents(state);
    const { count, cols } = components;
    const inDouble = singlePrecision(components);
    const features = { ...featuresOf(state), count: cols };
    const bayesian = state.shortName.startsWith("Bayesian");
    const offsets = bayesian
      ? bayesianOffsets(state, components)
      : state.vector("weights_", count).map(Math.log);
    const weighted = (x: Matrix): { logs: Dense; errors: Float64Array } => {
      const { logs, errors } = logDensities(inDouble(pointsInput(x, features)), components);
      for (let i = 0; i < logs.data.length; i++) logs.data[i] = logs.data[i]! + offsets[i % count]!;
      return { logs, errors };
    };
    const certain = (x: Matrix): Dense => {
      const { logs, errors } = weighted(x);
      errors.forEach((error, i) => {
        if (!(error < ENOUGH * Math.max(1, Math.abs(logs.data[i]!))))
          throw undecided("The density of these values");
      });
      return logs;
    };
    return {
      className: state.className,
      features,
      methods: {
        predict: (x) => {
          const { logs, errors } = weighted(x);
          return vector(Float64Array.from(winners(logs, errors)), "int64");
        },
        predict_proba: (x) => {
          const p = logNormalizeRows(certain(x));
          mapInPlace(p.data, Math.exp);
          return denseOf(p.data, p.rows, p.cols);
        },
        score_samples: (x) => {
          const logs = certain(x);
          return vector(
            Float64Array.from({ length: logs.rows }, (_, row) => logSumExp(logs.data, row * count, count)),
          );
        },
      },
    };
  },
};

/** In single precision the library rounds as the machine's linear algebra does. */
function singlePrecision(components: Components): (x: Points) => Points {
  return (x) => {
    if (x.dtype === "float32" && (components.type === "spherical" || components.single))
      throw badInput("A mixture of this kind is not evaluated natively on float32: pass float64");
    return x;
  };
}

/** What rounding may change in a log-density before the answer is not given. */
const ENOUGH = 5e-10;

function winners(logs: Dense, errors: Float64Array): Int32Array {
  const best = argmaxRows(logs);
  best.forEach((winner, row) => {
    const at = row * logs.cols;
    for (let k = 0; k < logs.cols; k++) {
      const margin = logs.data[at + winner]! - logs.data[at + k]!;
      if (k !== winner && !(margin > errors[at + winner]! + errors[at + k]!))
        throw undecided("Which component is likelier");
    }
  });
  return best;
}

/** `_estimate_log_weights` and what `_estimate_log_prob` adds to the Gaussians' logarithms. */
function bayesianOffsets(state: State, { count, cols }: Components): Float64Array {
  const stored = state.array("degrees_of_freedom_").data;
  const freedom = stored.length === 1 ? new Float64Array(count).fill(stored[0]!) : stored;
  if (freedom.length !== count)
    throw state.malformed("degrees_of_freedom_", `is not for ${count} components`);
  const precision = state.vector("mean_precision_", count);
  const weights = logWeights(state, count);
  return weights.map((weight, k) => {
    let lambda = cols * Math.log(2);
    for (let i = 0; i < cols; i++) lambda += digamma(0.5 * (freedom[k]! - i));
    return weight - 0.5 * cols * Math.log(freedom[k]!) + 0.5 * (lambda - cols / precision[k]!);
  });
}

function logWeights(state: State, count: number): Float64Array {
  const kind = state.oneOf("weight_concentration_prior_type", [
    "dirichlet_process",
    "dirichlet_distribution",
  ]);
  if (kind === "dirichlet_distribution") {
    const concentration = state.vector("weight_concentration_", count);
    const total = digamma(concentration.reduce((a, b) => a + b, 0));
    return concentration.map((c) => digamma(c) - total);
  }
  const [a, b] = state
    .items("weight_concentration_")
    .map((value) => readNumbers(value, state.where("weight_concentration_")).data);
  if (a === undefined || b === undefined || a.length !== count || b.length !== count)
    throw state.malformed("weight_concentration_", `is no pair for ${count} components`);
  let rest = 0;
  return a.map((first, k) => {
    const total = digamma(first + b[k]!);
    const weight = digamma(first) - total + rest;
    rest += digamma(b[k]!) - total;
    return weight;
  });
}
