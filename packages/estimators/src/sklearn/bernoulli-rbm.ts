import { checkFeatures, checkNumeric, toFloating } from "../core/check.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { affine } from "../core/linear.ts";
import { expit, mapInPlace } from "../core/special.ts";
import { transformer } from "../core/transformer.ts";
import { readWeights } from "../read/weights.ts";
import type { State } from "../read/state.ts";

/** Probabilities of hidden units (sklearn.neural_network.BernoulliRBM). Its `score_samples` draws at random and is left out. */
export const entry: Entry = {
  classes: ["sklearn.neural_network._rbm.BernoulliRBM"],
  build(state: State): Evaluator {
    const weights = readWeights(state, "components_");
    const f = { ...weights, intercept: state.vector("intercept_hidden_", weights.outputs) };
    const features = { ...featuresOf(state), count: f.inputs };
    return transformer(state, features, (x) => {
      checkFeatures(x, features);
      const p = affine(toFloating(checkNumeric(x, features.className, { sparse: true })), f);
      mapInPlace(p.data, expit);
      return p;
    });
  },
};
