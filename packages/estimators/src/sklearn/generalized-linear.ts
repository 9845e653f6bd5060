import { checkFeatures, checkNumeric, toFloating } from "../core/check.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { affine } from "../core/linear.ts";
import { type Matrix, type Result, vector } from "../core/matrix.ts";
import { mapInPlace } from "../core/special.ts";
import { readAffine } from "../read/affine.ts";
import type { State } from "../read/state.ts";

/** Generalised linear models: the inverse link of a linear function (sklearn.linear_model._glm.glm). */
export const entry: Entry = {
  classes: [
    "sklearn.linear_model._glm.glm.PoissonRegressor",
    "sklearn.linear_model._glm.glm.GammaRegressor",
    "sklearn.linear_model._glm.glm.TweedieRegressor",
  ],
  build(state: State): Evaluator {
    const f = readAffine(state);
    if (!f.flat) throw state.malformed("coef_", "has more than one dimension");
    const features = { ...featuresOf(state), count: f.inputs };
    const log = hasLogLink(state);
    const predict = (x: Matrix): Result => {
      checkFeatures(x, features);
      const y = affine(toFloating(checkNumeric(x, features.className, { sparse: true })), f);
      if (log) mapInPlace(y.data, Math.exp);
      return vector(y.data);
    };
    return { className: state.className, features, methods: { predict } };
  },
};

function hasLogLink(state: State): boolean {
  if (state.shortName !== "TweedieRegressor") return true;
  const link = state.oneOf("link", ["auto", "log", "identity"]);
  return link === "log" || (link === "auto" && state.number("power") > 0);
}
