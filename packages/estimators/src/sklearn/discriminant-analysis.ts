import { checkFeatures, checkNumeric } from "../core/check.ts";
import { labelsFromScores, ravelSingle } from "../core/classifier.ts";
import { type Entry, type Evaluator, featureCount, featuresOf, type Methods } from "../core/evaluator.ts";
import { argmaxRows, readClasses, take } from "../core/labels.ts";
import { affine } from "../core/linear.ts";
import { type Dense, denseOf, type Matrix, type Nd } from "../core/matrix.ts";
import { bothSides, expitInPlace, logSharesOfRows, logOf, mapInPlace, softmaxRows } from "../core/special.ts";
import { readAffine } from "../read/affine.ts";
import { readNumbers } from "../read/array.ts";
import type { State } from "../read/state.ts";

/** Linear and quadratic discriminant analysis (sklearn.discriminant_analysis). */
export const entry: Entry = {
  classes: [
    "sklearn.discriminant_analysis.LinearDiscriminantAnalysis",
    "sklearn.discriminant_analysis.QuadraticDiscriminantAnalysis",
  ],
  build(state: State): Evaluator {
    const classes = readClasses(state);
    const features = featuresOf(state);
    const methods = state.shortName.startsWith("Linear") ? linear(state, classes) : quadratic(state, classes);
    return { className: state.className, features, classes, methods };
  },
};

function linear(state: State, classes: Nd): Methods {
  const f = readAffine(state);
  const features = { ...featuresOf(state), count: f.inputs };
  if (classes.data.length < 2) throw state.unsupported("classes_", "are fewer than 2");
  if (f.outputs !== (classes.data.length === 2 ? 1 : classes.data.length))
    throw state.malformed("coef_", "does not match classes_");
  const read = (x: Matrix): Dense => {
    checkFeatures(x, features);
    return checkNumeric(x, features.className);
  };
  const scores = (x: Matrix): Dense => affine(read(x), f);
  const proba = (x: Matrix): Dense => {
    const s = scores(x);
    if (s.cols > 1) return softmaxRows(s);
    expitInPlace(s.data);
    return bothSides(s.data);
  };
  const project = projection(state, f.inputs);
  return {
    predict: (x) => labelsFromScores(classes, scores(x)),
    decision_function: (x) => ravelSingle(scores(x)),
    predict_proba: proba,
    predict_log_proba: (x) => {
      const p = proba(x);
      mapInPlace(p.data, (v) => (v === 0 ? 2.2250738585072014e-308 : v));
      return logOf(p);
    },
    ...(project === undefined ? {} : { transform: (x: Matrix) => project(read(x)) }),
  };
}

/** `transform`: onto the discriminant axes, which the `lsqr` solver does not have. */
function projection(state: State, inputs: number): ((x: Dense) => Dense) | undefined {
  const solver = state.oneOf("solver", ["svd", "lsqr", "eigen"]);
  if (solver === "lsqr") return undefined;
  const { data, shape, dtype } = state.array("scalings_", 2);
  const available = shape[1] ?? 0;
  if (shape[0] !== inputs) throw state.malformed("scalings_", `has shape (${shape.join(", ")})`);
  const outputs = Math.min(available, state.int("_max_components", 0, 2 ** 31));
  const weights = Float64Array.from(
    { length: outputs * inputs },
    (_, at) => data[(at % inputs) * available + Math.floor(at / inputs)]!,
  );
  const center = solver === "svd" ? state.vector("xbar_", inputs) : new Float64Array(inputs);
  return (x) => {
    const shifted = { ...x, data: Float64Array.from(x.data, (v, at) => v - center[at % inputs]!) };
    return affine(shifted, { weights, intercept: new Float64Array(outputs), inputs, outputs, dtype });
  };
}

function quadratic(state: State, classes: Nd): Methods {
  const cols = featureCount(state);
  const features = { ...featuresOf(state), count: cols };
  const terms = readQuadratic(state, classes.data.length, cols);
  const scores = (x: Matrix): Dense => {
    checkFeatures(x, features);
    const input = checkNumeric(x, features.className);
    const out = new Float64Array(input.rows * terms.length);
    for (let row = 0; row < input.rows; row++) {
      terms.forEach((term, k) => (out[row * terms.length + k] = quadraticScore(input, row, term)));
    }
    return denseOf(out, input.rows, terms.length);
  };
  const proba = (x: Matrix): Dense => {
    const p = logSharesOfRows(scores(x));
    mapInPlace(p.data, Math.exp);
    return p;
  };
  return {
    predict: (x) => take(classes, argmaxRows(scores(x))),
    decision_function: (x) => {
      const s = scores(x);
      if (s.cols !== 2) return s;
      return ravelSingle(
        denseOf(
          Float64Array.from({ length: s.rows }, (_, row) => s.data[2 * row + 1]! - s.data[2 * row]!),
          s.rows,
          1,
        ),
      );
    },
    predict_proba: proba,
    // Before 1.6 it was the logarithm of a probability, which may be 0.
    predict_log_proba: (x) => (state.version >= 106 ? logSharesOfRows(scores(x)) : logOf(proba(x))),
  };
}

interface QuadraticTerm {
  readonly mean: Float64Array;
  /** Axes scaled to unit variance, `cols × rank`. */
  readonly axes: Float64Array;
  readonly rank: number;
  readonly constant: number;
}

function readQuadratic(state: State, classes: number, cols: number): QuadraticTerm[] {
  const means = state.array("means_", 2);
  const priors = state.vector("priors_", classes);
  const rotations = state.items("rotations_");
  const scalings = state.items("scalings_");
  if (
    means.shape[0] !== classes ||
    means.shape[1] !== cols ||
    rotations.length !== classes ||
    scalings.length !== classes
  ) {
    throw state.malformed("means_", "does not match classes_");
  }
  return Array.from({ length: classes }, (_, k) => {
    const rotation = readNumbers(rotations[k]!, `${state.where("rotations_")}[${k}]`);
    const scaling = readNumbers(scalings[k]!, `${state.where("scalings_")}[${k}]`).data;
    const rank = scaling.length;
    if (rotation.shape[0] !== cols || rotation.shape[1] !== rank)
      throw state.malformed(`rotations_[${k}]`, `has shape (${rotation.shape.join(", ")})`);
    const logs = scaling.reduce((sum, s) => sum + Math.log(s), 0);
    return {
      mean: means.data.subarray(k * cols, (k + 1) * cols),
      axes: rotation.data.map((v, at) => v * scaling[at % rank]! ** -0.5),
      rank,
      constant: -0.5 * logs + Math.log(priors[k]!),
    };
  });
}

function quadraticScore(x: Dense, row: number, { mean, axes, rank, constant }: QuadraticTerm): number {
  let norm = 0;
  for (let axis = 0; axis < rank; axis++) {
    let sum = 0;
    for (let i = 0; i < x.cols; i++) sum += (x.data[row * x.cols + i]! - mean[i]!) * axes[i * rank + axis]!;
    norm += sum * sum;
  }
  return -0.5 * norm + constant;
}
