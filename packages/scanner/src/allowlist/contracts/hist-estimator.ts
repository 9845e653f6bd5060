import type { Value } from "@modelkeep/formats";
import { arrayView, type ArrayView } from "./array-view.ts";
import { breach, type Contract, constructedBy, countOf, textEntries } from "./call.ts";
import { splitsOf } from "./hist-gradient.ts";
import { instance } from "./instance.ts";

const PREDICTOR = "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor";

/**
 * `HistGradientBoosting*`: input is compared with the estimator's number of features only; the native code then reads
 * each node's feature, and for a categorical one the place of its known categories, without a check.
 */
export const histEstimator: Contract = (call) => {
  const found = instance(call);
  if (found !== undefined) return found;
  const state = textEntries(call.states[0]);
  const rounds = state?.get("_predictors");
  if (state === undefined || rounds === undefined) return undefined;
  const features = countOf(state.get("n_features_in_"));
  if (features === undefined) return breach(call, "holds trees and does not say its number of features");
  const categorical = categoricalFeatures(state.get("_bin_mapper"));
  for (const predictor of predictorsOf(rounds)) {
    const fault = predictorFault(predictor, features, categorical);
    if (fault !== undefined) return breach(call, fault);
  }
  return undefined;
};

function predictorsOf(value: Value): readonly Value[] {
  if (value.kind !== "list" && value.kind !== "tuple") return [value];
  return value.items.flatMap((item) => (item.kind === "list" || item.kind === "tuple" ? item.items : [item]));
}

/** One flag for each feature. */
function categoricalFeatures(mapper: Value | undefined): ArrayView | undefined {
  const state = mapper?.kind === "call" ? textEntries(mapper.states[0]) : undefined;
  const flags = arrayView(state?.get("is_categorical_"));
  return flags?.itemSize === 1 && flags.shape.length === 1 ? flags : undefined;
}

function predictorFault(
  predictor: Value,
  features: number,
  categorical: ArrayView | undefined,
): string | undefined {
  if (predictor.kind !== "call" || constructedBy(predictor) !== PREDICTOR)
    return "holds something else than its own trees";
  for (const split of splitsOf(predictor)) {
    if (!(split.feature >= 0 && split.feature < features))
      return "has a tree that splits on a feature that it does not ask for";
    if (split.categorical && !isFlagged(categorical, split.feature))
      return "has a tree that splits on categories of a feature that has none";
  }
  return undefined;
}

function isFlagged(flags: ArrayView | undefined, feature: number): boolean {
  return flags !== undefined && feature < flags.source.size && flags.source.view(feature, 1)[0] !== 0;
}
