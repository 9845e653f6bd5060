import { plainInput } from "../core/binary-members.ts";
import { type Entry, type Evaluator, featuresOf, type Methods, type Nested } from "../core/evaluator.ts";
import type { Matrix, Result } from "../core/matrix.ts";
import type { Method } from "../data.ts";
import type { State } from "../read/state.ts";

/** Estimators that answer what the one inside answers: sklearn.frozen, sklearn.semi_supervised._self_training. */
export const entry: Entry = {
  classes: [
    "sklearn.frozen._frozen.FrozenEstimator",
    "sklearn.semi_supervised._self_training.SelfTrainingClassifier",
  ],
  build(state: State, nested: Nested): Evaluator {
    if (state.shortName === "FrozenEstimator") {
      return {
        ...nested.load(state.value("estimator"), state.where("estimator")),
        className: state.className,
      };
    }
    const name = state.has("estimator_") ? "estimator_" : "base_estimator_";
    const inner = nested.load(state.value(name), state.where(name));
    const features = featuresOf(state);
    const plain = (x: Matrix): Matrix => plainInput(x, features, true);
    const names: Method[] = ["predict", "predict_proba", "predict_log_proba", "decision_function"];
    return { ...inner, className: state.className, features, methods: delegate(inner, names, plain) };
  },
};

/** The named methods of an estimator, on an input that was changed first. */
export function delegate(
  inner: Evaluator,
  names: readonly Method[],
  prepare: (x: Matrix) => Matrix,
): Methods {
  const entries = names.flatMap((name) => {
    const call = inner.methods[name];
    return call === undefined ? [] : [[name, (x: Matrix): Result => call(prepare(x))] as const];
  });
  return Object.fromEntries(entries);
}
