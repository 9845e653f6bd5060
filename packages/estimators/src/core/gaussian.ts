import { checkFeatures, checkNumeric, type Features } from "./check.ts";
import { type Dense, type Matrix, type Nd, vector } from "./matrix.ts";
import { logDeterminant } from "./solve.ts";

/** A normal distribution by its mean and precision (`n × n`). */
export interface Gaussian {
  readonly mean: Float64Array;
  readonly precision: Float64Array;
}

/**
 * How far the largest and the smallest variance may lie apart: the library's own rounding grows with it, and beyond this
 * its answers could not be met within 1e-9.
 */
export const MAX_CONDITION = 1e5;

/** `score_samples` of a decomposition: each row's log-likelihood. */
export function logLikelihood({ mean, precision }: Gaussian, features: Features): (x: Matrix) => Nd {
  const n = mean.length;
  const constant = n * Math.log(2 * Math.PI) - logDeterminant(precision, n);
  return (x) => {
    checkFeatures(x, features);
    const numeric = checkNumeric(x, features.className);
    return vector(rowScores(numeric, mean, precision, constant));
  };
}

function rowScores(x: Dense, mean: Float64Array, precision: Float64Array, constant: number): Float64Array {
  const n = mean.length;
  const out = new Float64Array(x.rows);
  const row = new Float64Array(n);
  for (let r = 0; r < x.rows; r++) {
    for (let i = 0; i < n; i++) row[i] = x.data[r * n + i]! - mean[i]!;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      let dot = 0;
      for (let j = 0; j < n; j++) dot += row[j]! * precision[j * n + i]!;
      sum += row[i]! * dot;
    }
    out[r] = -0.5 * sum - 0.5 * constant;
  }
  return out;
}
