import type { CallValue, Value } from "@modelkeep/formats";
import type { ContractBreach } from "../entry.ts";
import { shapeOfArray } from "./array-view.ts";
import { breach, type Contract, constructedBy, countOf, shapeOf, textEntries } from "./call.ts";
import { treeEstimator } from "./tree-estimator.ts";

type State = ReadonlyMap<string, Value>;

/**
 * `GradientBoosting*`: `predict_stages` of sklearn/ensemble/_gradient_boosting.pyx adds the answer of each column of
 * `estimators_` to that column of what `init_` predicted, in native code without a check. So `init_` has to give as many.
 */
export const gradientBoosting: Contract = (call) => {
  const found = treeEstimator(call);
  if (found !== undefined) return found;
  const state = textEntries(call.states[0]);
  const trees = state?.get("estimators_");
  if (state === undefined || trees === undefined) return undefined;
  const [, columns, ...rest] = objectShape(trees) ?? [];
  if (columns === undefined || columns < 1 || rest.length > 0)
    return breach(call, "has trees in another shape");
  if (state.has("_estimator_type")) return breach(call, "says itself what kind of estimator it is");
  const named = state.get("n_trees_per_iteration_");
  if (named !== undefined && countOf(named) !== columns)
    return breach(call, "has another number of trees in each round than it says");
  return lossFits(call, state, columns) ?? initialFits(call, state.get("init_"), columns);
};

/** The shape of an array of objects, in either of its forms. */
function objectShape(value: Value): readonly number[] | undefined {
  if (value.kind === "array") return value.shape;
  const state = value.kind === "call" ? value.states[0] : undefined;
  return shapeOf(state?.kind === "tuple" ? state.items[1] : undefined);
}

const MULTINOMIAL = /\.(?:HalfMultinomialLoss|MultinomialDeviance)$/;

/** The loss says whether there is one column or one for each class, older ones by `K`. */
function lossFits(call: CallValue, state: State, columns: number): ContractBreach | undefined {
  for (const key of ["_loss", "loss_"]) {
    const loss = state.get(key);
    if (loss === undefined) continue;
    const own = loss.kind === "call" ? textEntries(loss.states[0]) : undefined;
    const many = columns > 1 === MULTINOMIAL.test(constructedBy(loss) ?? "");
    const told = own?.get("K");
    const agrees = told === undefined || countOf(told) === columns;
    if (!many || !agrees || own?.has("is_multiclass") === true)
      return breach(call, "has a loss for another number of columns than it has trees");
  }
  return undefined;
}

const REGRESSOR = "sklearn.dummy.DummyRegressor";
const CLASSIFIER = "sklearn.dummy.DummyClassifier";

/** Estimators whose `coef_` has one row for each column of their answer, or no rows for a single one. */
const LINEAR = /^sklearn\.linear_model\.\w+\.\w+$/;

function initialFits(
  call: CallValue,
  initial: Value | undefined,
  columns: number,
): ContractBreach | undefined {
  if (initial?.kind === "str" && initial.value === "zero") return undefined;
  const by = constructedBy(initial) ?? "";
  const state = initial?.kind === "call" ? textEntries(initial.states[0]) : undefined;
  // Of the two probabilities of a binary classifier, one column is taken.
  if (columns === 1 && isClassifier(call)) return undefined;
  if (by === REGRESSOR && columns === 1 && countOf(state?.get("n_outputs_")) === 1) return undefined;
  if (by === CLASSIFIER && countOf(state?.get("n_outputs_")) === 1) return priorFits(call, state, columns);
  const rows = LINEAR.test(by) ? shapeOfArray(state?.get("coef_")) : undefined;
  const fits = isClassifier(call) ? rows?.length === 2 && rows[0] === columns : rows?.length === 1;
  return fits
    ? undefined
    : breach(call, "starts from an estimator of which nobody can say how many columns it gives");
}

function isClassifier(call: CallValue): boolean {
  return constructedBy(call) === "sklearn.ensemble._gb.GradientBoostingClassifier";
}

function priorFits(call: CallValue, state: State | undefined, columns: number): ContractBreach | undefined {
  const strategy = state?.get("strategy");
  const classes = shapeOfArray(state?.get("class_prior_"));
  const fits = classes?.length === 1 && classes[0] === columns;
  return strategy?.kind === "str" && strategy.value === "prior" && fits
    ? undefined
    : breach(call, "starts from another number of classes than it has trees in each round");
}
