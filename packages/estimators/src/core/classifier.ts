import type { Methods } from "./evaluator.ts";
import { argmaxRows, take } from "./labels.ts";
import type { Dense, Matrix, Nd } from "./matrix.ts";
import { vector } from "./matrix.ts";
import { logOf } from "./special.ts";

/** `predict`, `predict_proba` and `predict_log_proba` of a classifier whose prediction is its most probable class. */
export function probabilityMethods(classes: Nd, proba: (x: Matrix) => Dense): Methods {
  return {
    predict: (x) => take(classes, argmaxRows(proba(x))),
    predict_proba: proba,
    predict_log_proba: (x) => logOf(proba(x)),
  };
}

/** Labels from decision scores: one column means two classes and a threshold of 0. */
export function labelsFromScores(classes: Nd, scores: Dense): Nd {
  if (scores.cols > 1) return take(classes, argmaxRows(scores));
  const second = new Int32Array(scores.data.length);
  // A loop: `from` with a function takes ten times as long.
  for (let i = 0; i < second.length; i++) second[i] = scores.data[i]! > 0 ? 1 : 0;
  return take(classes, second);
}

/** Scores as `decision_function` answers them: a single column becomes a vector. */
export function ravelSingle(scores: Dense): Dense | Nd {
  return scores.cols === 1 ? vector(scores.data) : scores;
}
