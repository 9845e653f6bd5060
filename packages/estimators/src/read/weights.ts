import type { Affine } from "../core/linear.ts";
import type { State } from "./state.ts";

/** A fitted matrix of `outputs × inputs` as a linear function without intercept. */
export function readWeights(state: State, name: string): Affine {
  const { data, shape, dtype } = state.array(name, 2);
  const [outputs, inputs] = shape;
  if (outputs === undefined || inputs === undefined || outputs < 1 || inputs < 1)
    throw state.malformed(name, "is empty");
  return { weights: data, intercept: new Float64Array(outputs), inputs, outputs, dtype };
}

/** The same of a matrix that is stored as `inputs × outputs`. */
export function readTransposed(state: State, name: string): Affine {
  const f = readWeights(state, name);
  const weights = new Float64Array(f.weights.length);
  for (let i = 0; i < f.outputs; i++)
    for (let j = 0; j < f.inputs; j++) weights[j * f.outputs + i] = f.weights[i * f.inputs + j]!;
  return { ...f, weights, intercept: new Float64Array(f.inputs), inputs: f.outputs, outputs: f.inputs };
}
