import { badInput } from "../error.ts";
import { undecided } from "../core/distances.ts";
import { erf } from "../core/erf.ts";
import { asDense, type Entry, type Evaluator, featuresOf, method, type Nested } from "../core/evaluator.ts";
import { readClasses, take } from "../core/labels.ts";
import { type Dense, denseOf, type Matrix, type Nd, type Result } from "../core/matrix.ts";
import { certainProduct } from "../core/products.ts";
import { pointsInput } from "../core/points-input.ts";
import { bothSides } from "../core/special.ts";
import { type GpKernel, readGpKernel } from "../read/gp-kernel.ts";
import { type Points, readPoints } from "../read/points.ts";
import type { State } from "../read/state.ts";

const CANCELS = "The mean of a process whose terms cancel";
const BINARY = "sklearn.gaussian_process._gpc._BinaryGaussianProcessClassifierLaplace";

/** Gaussian processes (sklearn.gaussian_process): the mean of a regressor, Laplace's approximation for classes. */
export const entry: Entry = {
  classes: [
    "sklearn.gaussian_process._gpr.GaussianProcessRegressor",
    "sklearn.gaussian_process._gpc.GaussianProcessClassifier",
    BINARY,
  ],
  build(state: State, nested: Nested): Evaluator {
    if (state.className === BINARY) return binary(state);
    return state.shortName === "GaussianProcessRegressor" ? regressor(state) : classifier(state, nested);
  },
};

interface Fitted {
  readonly samples: Points;
  /** Kernel values of each row with the training samples. */
  readonly gram: (x: Points) => Dense;
  readonly kernel: GpKernel;
}

function readFitted(state: State): Fitted {
  const samples = readPoints(state, "X_train_");
  const kernel = readGpKernel(state.value("kernel_"), state.where("kernel_"), state.version);
  const gram = (x: Points): Dense => {
    if (x.dtype === "float32" && samples.dtype === "float32")
      throw badInput(
        `${state.shortName} that was fitted on float32 is not evaluated natively on float32: pass float64`,
      );
    return kernel.gram(x, samples);
  };
  return { samples, kernel, gram };
}

function regressor(state: State): Evaluator {
  const { samples, gram } = readFitted(state);
  const features = { ...featuresOf(state), count: samples.cols };
  const alpha = state.array("alpha_");
  const [rows, outputs = 1] = alpha.shape;
  if (rows !== samples.rows || alpha.shape.length > 2 || outputs < 1)
    throw state.malformed("alpha_", `has shape (${alpha.shape.join(", ")}) for ${samples.rows} samples`);
  const mean = perOutput(state, "_y_train_mean", outputs);
  const spread = perOutput(state, "_y_train_std", outputs);
  const flat = alpha.shape.length === 1 || (outputs === 1 && state.version >= 101);
  const predict = (x: Matrix): Nd => {
    const k = gram(pointsInput(x, features));
    const data = Float64Array.from(certainProduct(k, alpha.data, outputs, CANCELS).data);
    for (let i = 0; i < data.length; i++) data[i] = spread[i % outputs]! * data[i]! + mean[i % outputs]!;
    return { kind: "nd", data, shape: flat ? [k.rows] : [k.rows, outputs], dtype: "float64" };
  };
  return { className: state.className, features, methods: { predict } };
}

function perOutput(state: State, name: string, outputs: number): Float64Array {
  const { data } = state.array(name);
  if (data.length !== 1 && data.length !== outputs)
    throw state.malformed(name, `has ${data.length} values for ${outputs} outputs`);
  return data.length === outputs ? data : new Float64Array(outputs).fill(data[0]!);
}

/** One binary process, or several behind `OneVsRestClassifier` or `OneVsOneClassifier`. */
function classifier(state: State, nested: Nested): Evaluator {
  const classes = readClasses(state);
  const base = nested.load(state.value("base_estimator_"), state.where("base_estimator_"));
  const features = { ...featuresOf(state), count: state.int("n_features_in_", 1, 2 ** 31) };
  const several = classes.data.length > 2;
  const ovo = several && state.oneOf("multi_class", ["one_vs_rest", "one_vs_one"]) === "one_vs_one";
  const checked = (name: "predict" | "predict_proba") => {
    const call = method(base, name);
    return (x: Matrix) => {
      const points = pointsInput(x, features);
      return call(denseOf(points.data, points.rows, points.cols, points.dtype));
    };
  };
  const answer = checked("predict");
  const scores = several && !ovo ? checked("predict_proba") : undefined;
  const predict = (x: Matrix): Result => {
    if (scores !== undefined) refuseTies(asDense(scores(x), state.className));
    return answer(x);
  };
  const methods = { predict, ...(ovo ? {} : { predict_proba: checked("predict_proba") }) };
  return { className: state.className, features, classes, methods };
}

/** Probabilities so near to each other are equal but for rounding. */
const TIE = 1e-10;

function refuseTies(p: Dense): void {
  for (let row = 0; row < p.rows; row++) {
    const sorted = p.data.slice(row * p.cols, (row + 1) * p.cols).toSorted();
    const [best = 0, second = 0] = [sorted.at(-1), sorted.at(-2)];
    if (best - second < TIE) throw undecided("Which class is likelier");
  }
}

/** Williams and Barber's approximation of the logistic function by error functions, as `_gpc.py` has it. */
const LAMBDAS = [0.41, 0.4, 0.37, 0.44, 0.39];
const COEFS = [-1854.8214151, 3516.89893646, 221.29346712, 128.12323805, -2010.49422654];
const HALF = 0.5 * COEFS.reduce((a, b) => a + b, 0);

function binary(state: State): Evaluator {
  const { samples, kernel, gram } = readFitted(state);
  const classes = readClasses(state);
  if (classes.data.length !== 2) throw state.malformed("classes_", "are not two");
  const answers = chosen(classes, state);
  const { rows } = samples;
  const targets = state.vector("y_train_", rows);
  const pi = state.vector("pi_", rows);
  const difference = targets.map((t, i) => t - pi[i]!);
  const roots = state.vector("W_sr_", rows);
  const lower = state.array("L_", 2);
  if (lower.shape[0] !== rows || lower.shape[1] !== rows)
    throw state.malformed("L_", `has shape (${lower.shape.join(", ")}) for ${rows} samples`);
  const features = { ...featuresOf(state), count: samples.cols };
  const side = (k: Dense): Int32Array =>
    Int32Array.from({ length: k.rows }, (_, row) => {
      let sum = 0;
      let size = 0;
      for (let i = 0; i < rows; i++) {
        const term = k.data[row * rows + i]! * difference[i]!;
        sum += term;
        size += Math.abs(term);
      }
      if (size > 0 && Math.abs(sum) < TIE * size) throw undecided("Which class is likelier");
      return sum > 0 ? 1 : 0;
    });
  const latent = (k: Dense): Float64Array =>
    Float64Array.from(certainProduct(k, difference, 1, CANCELS).data);
  const predict = (x: Matrix): Nd => take(answers, side(gram(pointsInput(x, features))));
  const proba = (x: Matrix): Dense => {
    const points = pointsInput(x, features);
    const k = gram(points);
    if (!k.data.every(Number.isFinite)) throw badInput("array must not contain infs or NaNs");
    const variance = kernel.diag(points).map((d, row) => d - explained(k, row, lower.data, roots));
    return bothSides(latent(k).map((f, row) => logistic(f, variance[row]!)));
  };
  return { className: state.className, features, classes, methods: { predict, predict_proba: proba } };
}

/** `numpy.where(…, classes_[1], classes_[0])` makes an array of text out of two texts that were objects. */
function chosen(classes: Nd, state: State): Nd {
  if (classes.dtype !== "object") return classes;
  const texts = Array.from(classes.data, (cell) => {
    if (typeof cell !== "string") throw state.unsupported("classes_", "are objects that are no text");
    return cell.replace(/\0+$/u, "");
  });
  return { ...classes, data: texts, dtype: "str" };
}

/** `|v|²` with `L v = W_sr * k`, by forward substitution. */
function explained(k: Dense, row: number, lower: Float64Array, roots: Float64Array): number {
  const n = roots.length;
  const v = new Float64Array(n);
  let total = 0;
  for (let i = 0; i < n; i++) {
    let sum = roots[i]! * k.data[row * n + i]!;
    for (let j = 0; j < i; j++) sum -= lower[i * n + j]! * v[j]!;
    v[i] = sum / lower[i * n + i]!;
    total += v[i]! * v[i]!;
  }
  return total;
}

function logistic(mean: number, variance: number): number {
  const alpha = 1 / (2 * variance);
  let sum = 0;
  for (const [i, lambda] of LAMBDAS.entries()) {
    const integral =
      (Math.sqrt(Math.PI / alpha) * erf(lambda * mean * Math.sqrt(alpha / (alpha + lambda ** 2)))) /
      (2 * Math.sqrt(variance * 2 * Math.PI));
    sum += COEFS[i]! * integral;
  }
  return sum + HALF;
}
