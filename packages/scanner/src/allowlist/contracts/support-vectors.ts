import type { CallValue, Value } from "@modelkeep/formats";
import type { ContractBreach } from "../entry.ts";
import { integersOf, shapeOfArray } from "./array-view.ts";
import { breach, type Contract, countOf, textEntries } from "./call.ts";
import { instance } from "./instance.ts";

/**
 * SVC and kin: libsvm walks `support_vectors_` and `dual_coef_` by the counts in `_n_support`, so these have to agree
 * (sklearn/svm/_libsvm.pyx, `predict`). An estimator that was not fitted has none of them.
 */
export const supportVectors: Contract = (call) => {
  const found = instance(call);
  if (found !== undefined) return found;
  const state = textEntries(call.states[0]);
  const support = shapeOfArray(state?.get("support_"));
  if (state === undefined || support === undefined) {
    return state?.has("support_") === true ? breach(call, "has odd support") : undefined;
  }
  const [count = 0] = support;
  const vectors = shapeOfArray(state.get("support_vectors_"));
  const coefficients = shapeOfArray(state.get("dual_coef_"));
  if (state.has("_n_support") && state.has("n_support_"))
    return breach(call, "says twice how many vectors each class has");
  const perClass = integersOf(state.get("_n_support") ?? state.get("n_support_"));
  if (vectors?.[0] === 0 && count > 0) return precomputed(call, state);
  if (vectors?.length !== 2 || vectors[0] !== count)
    return breach(call, "has another number of vectors than of support indices");
  if (coefficients?.length !== 2 || coefficients[1] !== count)
    return breach(call, "has another number of coefficients than of vectors");
  if (perClass === undefined) return breach(call, "does not say how many vectors each class has");
  let sum = 0;
  for (let i = 0; i < perClass.length; i++) sum += perClass.at(i) < 0 ? Number.NaN : perClass.at(i);
  // Regression counts its vectors once, in the first place or in both.
  const agrees =
    sum === count || (perClass.length === 2 && (perClass.at(0) === count || perClass.at(1) === count));
  if (!agrees) return breach(call, "has another number of vectors than its classes together");
  const rows = Math.max(1, perClass.length - 1);
  return (coefficients[0] ?? 0) <= rows
    ? undefined
    : breach(call, "has more rows of coefficients than pairs of classes");
};

/** With a kernel of its own, libsvm reads each row of a given matrix at the support indices instead. */
function precomputed(call: CallValue, state: ReadonlyMap<string, Value>): ContractBreach | undefined {
  const support = integersOf(state.get("support_"));
  const fitted = state.get("shape_fit_");
  const rows = fitted?.kind === "tuple" ? countOf(fitted.items[0]) : undefined;
  if (support === undefined || rows === undefined)
    return breach(call, "lacks the shape that it was fitted on");
  for (let i = 0; i < support.length; i++) {
    if (support.at(i) < 0 || support.at(i) >= rows)
      return breach(call, "has a support index outside what it was fitted on");
  }
  return undefined;
}
