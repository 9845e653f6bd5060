import { checkFeatures, checkNumeric } from "../core/check.ts";
import { undecided } from "../core/distances.ts";
import { resultType } from "../core/dtype.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { affine } from "../core/linear.ts";
import { floatsFor, type Floats, type Matrix, type Nd, vector } from "../core/matrix.ts";
import { pointsInput } from "../core/points-input.ts";
import { readPoints } from "../read/points.ts";
import type { State } from "../read/state.ts";

/** Outliers of a hyperplane and of an ellipse (SGDOneClassSVM, EllipticEnvelope). */
export const entry: Entry = {
  classes: [
    "sklearn.linear_model._stochastic_gradient.SGDOneClassSVM",
    "sklearn.covariance._elliptic_envelope.EllipticEnvelope",
  ],
  build(state: State): Evaluator {
    return state.shortName === "EllipticEnvelope" ? ellipse(state) : hyperplane(state);
  },
};

function hyperplane(state: State): Evaluator {
  const coef = state.array("coef_");
  const inputs = coef.data.length;
  if (inputs < 1 || coef.shape.length > 2 || coef.shape.at(-1) !== inputs)
    throw state.malformed("coef_", `has shape (${coef.shape.join(", ")})`);
  const offset = state.array("offset_");
  if (offset.data.length !== 1) throw state.malformed("offset_", "is no single number");
  const features = { ...featuresOf(state), count: inputs };
  const f = { weights: coef.data, intercept: new Float64Array(1), inputs, outputs: 1, dtype: coef.dtype };
  const decision = (x: Matrix): Floats => {
    checkFeatures(x, features);
    const product = affine(checkNumeric(x, features.className, { sparse: true }), f);
    const out = floatsFor(resultType(product.dtype, offset.dtype), product.rows);
    for (let i = 0; i < out.length; i++) out[i] = product.data[i]! - offset.data[0]!;
    return out;
  };
  return {
    className: state.className,
    features,
    methods: {
      predict: (x) => sides(decision(x), "int32"),
      decision_function: (x) => vector(decision(x)),
      score_samples: (x) => vector(decision(x).map((v) => v + offset.data[0]!)),
    },
  };
}

function sides(values: Floats, dtype: "int32" | "int64"): Nd {
  return vector(
    Float64Array.from(values, (v) => (v >= 0 ? 1 : -1)),
    dtype,
  );
}

/** What rounding may change in a score, relative to the threshold. */
const ROUNDING = 1e-12;

/** Squared Mahalanobis distances against a threshold. */
function ellipse(state: State): Evaluator {
  if (!state.bool("store_precision"))
    throw state.unsupported(
      "store_precision",
      "is False: the inverse of the covariance is not evaluated natively",
    );
  const location = state.vector("location_");
  const cols = location.length;
  const precision = readPoints(state, "precision_", cols);
  if (precision.rows !== cols) throw state.malformed("precision_", "is not square");
  const offset = state.number("offset_");
  const features = { ...featuresOf(state), count: cols };
  const scores = (x: Matrix): Float64Array => {
    const points = pointsInput(x, features);
    const delta = new Float64Array(cols);
    return Float64Array.from({ length: points.rows }, (_, row) => {
      for (let i = 0; i < cols; i++) delta[i] = points.data[row * cols + i]! - location[i]!;
      return -mahalanobis(delta, precision.data);
    });
  };
  return {
    className: state.className,
    features,
    methods: {
      predict: (x) => {
        const values = scores(x).map((v) => v - offset);
        if (values.some((v) => Math.abs(v) <= ROUNDING * Math.abs(offset)))
          throw undecided("A score on the threshold");
        return sides(values, "int64");
      },
      decision_function: (x) => vector(scores(x).map((v) => v - offset)),
      score_samples: (x) => vector(scores(x)),
    },
  };
}

function mahalanobis(delta: Float64Array, precision: Float64Array): number {
  const cols = delta.length;
  let total = 0;
  for (let i = 0; i < cols; i++) {
    let sum = 0;
    for (let j = 0; j < cols; j++) sum += precision[i * cols + j]! * delta[j]!;
    total += sum * delta[i]!;
  }
  return total;
}
