import { shapeOfArray } from "./array-view.ts";
import {
  breach,
  changedBeyond,
  constructedBy,
  type Contract,
  countOf,
  positional,
  textEntries,
} from "./call.ts";
import { attributesAndSlots, instance } from "./instance.ts";

/** A plain object that also has slots: state `(attributes, slots)`. */
export const slottedInstance: Contract = (call) => {
  if (call.via === "REDUCE" || (positional(call)?.length ?? 1) > 0) return breach(call, "takes no arguments");
  return changedBeyond(call, "states") ?? attributesAndSlots(call);
};

const MAX_DEGREE = 100;

/**
 * `BSpline`: evaluation in native code reads `c` as far as `t` and `k` say (scipy/interpolate/_bspl.pyx). Since SciPy
 * 1.18 its state is `(inner, array function)`, of which the inner one holds the numbers.
 */
export const bSpline: Contract = (call) => {
  const [pair] = call.states;
  if (pair?.kind !== "tuple") return splineNumbers(call);
  const [inner] = pair.items;
  const own = constructedBy(inner) === "scipy.interpolate._bsplines._BSpline";
  const plain = positional(call)?.length === 0 && call.via !== "REDUCE";
  return own && plain ? changedBeyond(call, "states") : breach(call, "gets a state that is none of a spline");
};

/** The plain object with knots `t`, coefficients `c` and degree `k`. */
export const splineNumbers: Contract = (call) => {
  const found = instance(call);
  if (found !== undefined) return found;
  const state = textEntries(call.states[0]);
  if ((state?.has("_t") === true && state.has("t")) || (state?.has("_c") === true && state.has("c")))
    return breach(call, "has its numbers twice, of which each version reads others");
  const knots = shapeOfArray(state?.get("_t") ?? state?.get("t"));
  const coefficients = shapeOfArray(state?.get("_c") ?? state?.get("c"));
  const degree = countOf(state?.get("k"));
  if (knots?.length !== 1 || coefficients === undefined || degree === undefined || degree > MAX_DEGREE) {
    return breach(call, "lacks knots, coefficients or a degree");
  }
  const needed = (knots[0] ?? 0) - degree - 1;
  const fits = needed > degree && (coefficients[0] ?? 0) >= needed;
  return fits ? undefined : breach(call, "has fewer coefficients than its knots need");
};
