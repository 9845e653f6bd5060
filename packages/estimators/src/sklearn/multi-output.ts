import {
  asNd,
  type Entry,
  type Evaluator,
  featuresOf,
  method,
  type Nested,
  singleClasses,
} from "../core/evaluator.ts";
import type { Matrix, Nd } from "../core/matrix.ts";
import { sideBySide } from "../core/tree-outputs.ts";
import type { State } from "../read/state.ts";

/** One estimator for each output (sklearn.multioutput). */
export const entry: Entry = {
  classes: ["sklearn.multioutput.MultiOutputRegressor", "sklearn.multioutput.MultiOutputClassifier"],
  build(state: State, nested: Nested): Evaluator {
    const members = state
      .items("estimators_")
      .map((value, i) => nested.load(value, `${state.where("estimators_")}[${i}]`));
    if (members.length === 0) throw state.malformed("estimators_", "is empty");
    const predict = (x: Matrix): Nd =>
      stack(members.map((member) => asNd(method(member, "predict")(x), member.className)));
    const base = { className: state.className, features: featuresOf(state) };
    if (state.shortName === "MultiOutputRegressor") return { ...base, methods: { predict } };
    const classes = members.map(singleClasses);
    const hasProba = members.every((member) => member.methods.predict_proba !== undefined);
    const proba = (x: Matrix): Nd[] =>
      members.map((member) => asNd(method(member, "predict_proba")(x), member.className));
    return { ...base, classes, methods: hasProba ? { predict, predict_proba: proba } : { predict } };
  },
};

/** Always two-dimensional, also for a single output. */
function stack(columns: readonly Nd[]): Nd {
  const together = sideBySide(columns);
  return together.shape.length === 2 ? together : { ...together, shape: [together.shape[0] ?? 0, 1] };
}
