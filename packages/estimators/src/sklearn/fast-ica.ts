import { standardize } from "../core/centre.ts";
import { checkFeatures, checkNumeric, toFloating } from "../core/check.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { affine } from "../core/linear.ts";
import { transformer } from "../core/transformer.ts";
import { readWeights } from "../read/weights.ts";
import type { State } from "../read/state.ts";

/** Independent components (sklearn.decomposition.FastICA): `(X - mean) @ components.T`. */
export const entry: Entry = {
  classes: ["sklearn.decomposition._fastica.FastICA"],
  build(state: State): Evaluator {
    const f = readWeights(state, "components_");
    const features = { ...featuresOf(state), count: f.inputs };
    const mean = whitens(state) ? state.vector("mean_", f.inputs) : undefined;
    return transformer(state, features, (x) => {
      checkFeatures(x, features);
      const numeric = toFloating(checkNumeric(x, features.className));
      return affine(mean === undefined ? numeric : standardize(numeric, mean), f);
    });
  },
};

/** `whiten`: a truth value, since 1.1 also the name of a method; `_whiten` is what 1.1 and 1.2 made of it. */
function whitens(state: State): boolean {
  const name = state.has("_whiten") ? "_whiten" : "whiten";
  return state.text(name) !== undefined || state.bool(name);
}
