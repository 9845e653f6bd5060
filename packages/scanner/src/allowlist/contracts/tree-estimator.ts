import type { CallValue, Value } from "@modelkeep/formats";
import { breach, type Contract, constructedBy, countOf, positional, textEntries } from "./call.ts";
import { instance } from "./instance.ts";

/**
 * Trees and ensembles of trees: input is checked against the estimator's own number of features only, and a tree then
 * reads as many as it was made with. So no tree may need more than the estimator that holds it asks for.
 */
export const treeEstimator: Contract = (call) => {
  const found = instance(call);
  if (found !== undefined) return found;
  const needs = featuresNeeded(call);
  const asked = featuresAsked(call);
  // Without the number, scikit-learn leaves out its check.
  if (asked === undefined)
    return needs.length === 0
      ? undefined
      : breach(call, "holds trees and does not say its number of features");
  for (const needed of needs) {
    if (needed > asked)
      return breach(call, `asks for ${asked} features and holds a tree that reads ${needed}`);
  }
  return undefined;
};

function stateOf(call: CallValue): ReadonlyMap<string, Value> | undefined {
  return textEntries(call.states[0]);
}

const FEATURE_COUNTS = ["n_features_in_", "n_features_", "_n_features"] as const;

/** `n_features_in_`; before scikit-learn 1.0 `n_features_`. */
function featuresNamed(call: CallValue): number[] {
  const state = stateOf(call);
  return FEATURE_COUNTS.filter((name) => state?.has(name) === true).map(
    (name) => countOf(state?.get(name)) ?? Number.NaN,
  );
}

/** The least that any of them asks for; `undefined` when none does, or one is no number. */
function featuresAsked(call: CallValue): number | undefined {
  const named = featuresNamed(call);
  return named.length === 0 || named.some((count) => Number.isNaN(count)) ? undefined : Math.min(...named);
}

function featuresNeeded(call: CallValue): number[] {
  const state = stateOf(call);
  const own = treeFeatures(state?.get("tree_"));
  const members = membersOf(state?.get("estimators_")).flatMap((member) =>
    member.kind === "call" ? [treeFeatures(stateOf(member)?.get("tree_")), featuresAsked(member)] : [],
  );
  return [own, ...members].filter((count) => count !== undefined);
}

function treeFeatures(value: Value | undefined): number | undefined {
  if (value?.kind !== "call" || constructedBy(value) !== "sklearn.tree._tree.Tree") return undefined;
  return countOf(positional(value)?.[0]);
}

/** A list of estimators, or (gradient boosting) an array of objects in one of its forms. */
function membersOf(value: Value | undefined): readonly Value[] {
  if (value?.kind === "list") return value.items;
  if (value?.kind === "array") return value.objects === undefined ? [] : membersOf(value.objects);
  if (value?.kind !== "call") return [];
  const state = value.states[0];
  const data = state?.kind === "tuple" ? state.items[4] : undefined;
  return data?.kind === "list" ? data.items : [];
}
