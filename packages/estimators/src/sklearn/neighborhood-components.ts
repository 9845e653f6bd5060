import { checkFeatures, checkNumeric } from "../core/check.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { affine } from "../core/linear.ts";
import { transformer } from "../core/transformer.ts";
import type { State } from "../read/state.ts";

/** `X @ components_.T` (sklearn.neighbors._nca.NeighborhoodComponentsAnalysis). */
export const entry: Entry = {
  classes: ["sklearn.neighbors._nca.NeighborhoodComponentsAnalysis"],
  build(state: State): Evaluator {
    const { data: weights, shape, dtype } = state.array("components_", 2);
    const [outputs = 0, inputs = 0] = shape;
    if (outputs < 1 || inputs < 1) throw state.malformed("components_", "is empty");
    const features = { ...featuresOf(state), count: inputs };
    const f = { weights, intercept: new Float64Array(outputs), inputs, outputs, dtype };
    return transformer(state, features, (x) => {
      checkFeatures(x, features);
      return affine(checkNumeric(x, features.className), f);
    });
  },
};
