import { type Entry, type Evaluator } from "../core/evaluator.ts";
import { checkSize } from "../core/check.ts";
import { denseOf, type Matrix, type Nd, vector } from "../core/matrix.ts";
import type { State } from "../read/state.ts";

/** Stands in a one-vs-rest classifier for a class that all training rows had, or none (sklearn.multiclass). */
export const entry: Entry = {
  classes: ["sklearn.multiclass._ConstantPredictor"],
  build(state: State): Evaluator {
    const { data, dtype } = state.array("y_");
    const [y, second] = data;
    if (y === undefined || second !== undefined) throw state.malformed("y_", "is not one value");
    const constant = (x: Matrix): Nd => {
      checkSize(x, state.shortName);
      return vector(new Float64Array(x.rows).fill(y), dtype);
    };
    return {
      className: state.className,
      features: { className: state.shortName },
      methods: {
        predict: constant,
        decision_function: constant,
        predict_proba: (x: Matrix) =>
          denseOf(
            Float64Array.from({ length: 2 * x.rows }, (_, i) => (i % 2 === 0 ? 1 - y : y)),
            x.rows,
            2,
          ),
      },
    };
  },
};
