import { standardize } from "../core/centre.ts";
import { checkFeatures, checkNumeric, toFloating, type Features } from "../core/check.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { type Affine, affine } from "../core/linear.ts";
import { type Dense, denseOf, type Matrix, type Result, vector } from "../core/matrix.ts";
import { readTransposed, readWeights } from "../read/weights.ts";
import type { State } from "../read/state.ts";

const MODULE = "sklearn.cross_decomposition._pls";

/** Partial least squares and canonical correlation (sklearn.cross_decomposition). */
export const entry: Entry = {
  classes: [`${MODULE}.PLSRegression`, `${MODULE}.PLSCanonical`, `${MODULE}.CCA`, `${MODULE}.PLSSVD`],
  build(state: State): Evaluator {
    return state.shortName === "PLSSVD" ? singular(state) : regression(state);
  },
};

function singular(state: State): Evaluator {
  const f = readTransposed(state, "x_weights_");
  const { features, mean, scale } = readColumns(state, f);
  const transform = (x: Matrix): Dense => {
    checkFeatures(x, features);
    const numeric = checkNumeric(x, features.className);
    const wide = denseOf(Float64Array.from(numeric.data), numeric.rows, numeric.cols);
    return affine(standardize(wide, mean, scale), f);
  };
  return { className: state.className, features, methods: { transform } };
}

function regression(state: State): Evaluator {
  const rotations = readTransposed(state, "x_rotations_");
  const { features, mean, scale } = readColumns(state, rotations);
  const f = readCoefficients(state);
  if (f.inputs !== rotations.inputs) throw state.malformed("coef_", "is for other columns than x_rotations_");
  // Since 1.5 the coefficients are those of the columns before they are scaled.
  const predictScale = state.version >= 105 ? undefined : scale;
  const flat = state.boolOr("_predict_1d", false);
  const input = (x: Matrix): Dense => {
    checkFeatures(x, features);
    return toFloating(checkNumeric(x, features.className));
  };
  return {
    className: state.className,
    features,
    methods: {
      predict: (x: Matrix): Result => {
        const y = affine(standardize(input(x), mean, predictScale), f);
        return flat ? vector(y.data) : y;
      },
      transform: (x: Matrix): Dense => affine(standardize(input(x), mean, scale), rotations),
    },
  };
}

function readColumns(
  state: State,
  f: Affine,
): { features: Features; mean: Float64Array; scale: Float64Array } {
  return {
    features: { ...featuresOf(state), count: f.inputs },
    mean: state.vector("_x_mean", f.inputs),
    scale: state.vector("_x_std", f.inputs),
  };
}

/** `coef_`: features × targets until 1.2 (which kept the new orientation in `_coef_`), targets × features since. */
function readCoefficients(state: State): Affine {
  const name = state.has("_coef_") ? "_coef_" : "coef_";
  const f = state.version === 100 ? readTransposed(state, name) : readWeights(state, name);
  const intercept = state.vector(state.version === 100 ? "_y_mean" : "intercept_", f.outputs);
  return { ...f, intercept };
}
