import { badInput } from "../error.ts";
import { checkFinite } from "../core/check.ts";
import { mapColumns } from "../core/columns.ts";
import { type Entry, type Evaluator, featureCount } from "../core/evaluator.ts";
import type { Dense, Matrix } from "../core/matrix.ts";
import { floatTransformer } from "../core/transformer.ts";
import { innerState, type State } from "../read/state.ts";

/** Columns made more Gaussian by a power (sklearn.preprocessing._data.PowerTransformer). */
export const entry: Entry = {
  classes: ["sklearn.preprocessing._data.PowerTransformer"],
  build(state: State): Evaluator {
    const cols = featureCount(state);
    const lambdas = state.vector("lambdas_", cols);
    const boxCox = state.oneOf("method", ["yeo-johnson", "box-cox"]) === "box-cox";
    const scaler = state.bool("standardize") ? readScaler(state, cols) : undefined;
    const power = boxCox ? boxCoxOf : state.version >= STABLE_SINCE ? yeoJohnson : yeoJohnsonByPower;
    const dense = (x: Dense): Matrix => {
      // Older releases lose digits to float32 in a way that depends on their NumPy.
      if (x.dtype === "float32" && state.version < 109)
        throw badInput("float32 input to PowerTransformer: pass float64");
      if (boxCox && x.data.some((v) => v <= 0))
        throw badInput("The Box-Cox transformation can only be applied to strictly positive data");
      const out = mapColumns(x, (v, col) => power(v, lambdas[col]!));
      return scaler === undefined ? out : scaler(out);
    };
    return floatTransformer(state, { nan: true }, { dense });
  },
};

function readScaler(state: State, cols: number): (x: Dense) => Dense {
  const inner = innerState(state.value("_scaler"), state.where("_scaler"), state.version);
  if (inner?.className !== "sklearn.preprocessing._data.StandardScaler")
    throw state.malformed("_scaler", "is no StandardScaler");
  const mean = inner.vector("mean_", cols);
  const scale = inner.vector("scale_", cols);
  return (x) => {
    checkFinite(x.data, "StandardScaler", true, x.dtype);
    return mapColumns(
      mapColumns(x, (v, col) => v - mean[col]!),
      (v, col) => v / scale[col]!,
    );
  };
}

function boxCoxOf(v: number, lambda: number): number {
  return Math.abs(lambda) < 1e-19 ? Math.log(v) : Math.expm1(lambda * Math.log(v)) / lambda;
}

/** The release that took over SciPy's `yeojohnson`. */
const STABLE_SINCE = 109;

/** As scikit-learn computed it itself: digits of values near 0 are lost in adding 1, and so they are here. */
function yeoJohnsonByPower(v: number, lambda: number): number {
  if (v >= 0) {
    if (Math.abs(lambda) < Number.EPSILON) return Math.log1p(v);
    return ((v + 1) ** lambda - 1) / lambda;
  }
  if (Math.abs(lambda - 2) > Number.EPSILON) return -((-v + 1) ** (2 - lambda) - 1) / (2 - lambda);
  return -Math.log1p(-v);
}

/** Yeo and Johnson's power, with the logarithm where the exponent vanishes. */
function yeoJohnson(v: number, lambda: number): number {
  if (v >= 0) {
    if (Math.abs(lambda) < Number.EPSILON) return Math.log1p(v);
    return Math.expm1(lambda * Math.log1p(v)) / lambda;
  }
  if (Math.abs(lambda - 2) > Number.EPSILON) return -Math.expm1((2 - lambda) * Math.log1p(-v)) / (2 - lambda);
  return -Math.log1p(-v);
}
