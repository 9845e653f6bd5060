import { resultType } from "../core/dtype.ts";
import type { Affine } from "../core/linear.ts";
import type { State } from "./state.ts";

/** `coef_` and `intercept_` of a fitted linear model, `flat` when `coef_` has one dimension. */
export function readAffine(state: State): Affine & { readonly flat: boolean } {
  const coef = state.array("coef_");
  const flat = coef.shape.length === 1;
  const [outputs, inputs] = flat ? [1, coef.shape[0]] : coef.shape;
  if (coef.shape.length > 2 || outputs === undefined || inputs === undefined || inputs < 1 || outputs < 1) {
    throw state.malformed("coef_", `has shape (${coef.shape.join(", ")})`);
  }
  if (state.given("n_features_in_") && state.int("n_features_in_", 1, 2 ** 31) !== inputs) {
    throw state.malformed(
      "coef_",
      `is for ${inputs} features, but n_features_in_ is ${state.number("n_features_in_")}`,
    );
  }
  const intercept = state.array("intercept_");
  return {
    weights: coef.data,
    intercept: readIntercept(state, outputs),
    inputs,
    outputs,
    // An intercept of its own dimension counts with its type; a single number does not.
    dtype: intercept.shape.length === 0 ? coef.dtype : resultType(coef.dtype, intercept.dtype),
    flat,
  };
}

/** `intercept_`: one number for all outputs, or one each. */
function readIntercept(state: State, outputs: number): Float64Array {
  const { data, shape } = state.array("intercept_");
  if (shape.length > 1 || (data.length !== 1 && data.length !== outputs)) {
    throw state.malformed("intercept_", `has shape (${shape.join(", ")}) for ${outputs} outputs`);
  }
  return data.length === outputs ? data : new Float64Array(outputs).fill(data[0]!);
}
