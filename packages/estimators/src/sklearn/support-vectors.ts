import { checkFeatures, checkNumeric } from "../core/check.ts";
import { type Entry, type Evaluator, featuresOf, type Methods } from "../core/evaluator.ts";
import { argmaxRows, readClasses, take } from "../core/labels.ts";
import { type Dense, denseOf, type Matrix, type Nd, vector } from "../core/matrix.ts";
import { logOf } from "../core/special.ts";
import { couple, sigmoid } from "../core/pairwise.ts";
import { type Kernel, readKernel } from "../read/kernel.ts";
import type { State } from "../read/state.ts";

/** Support vector machines by libsvm (sklearn.svm._classes). */
export const entry: Entry = {
  classes: [
    "sklearn.svm._classes.SVC",
    "sklearn.svm._classes.NuSVC",
    "sklearn.svm._classes.SVR",
    "sklearn.svm._classes.NuSVR",
    "sklearn.svm._classes.OneClassSVM",
  ],
  build(state: State): Evaluator {
    if (state.boolOr("_sparse", false))
      throw state.unsupported("_sparse", "support vectors are not evaluated natively");
    const machine = readMachine(state);
    const features = { ...featuresOf(state), count: machine.cols };
    const kernels = (x: Matrix): Dense => {
      checkFeatures(x, features);
      return machine.kernel(checkNumeric(x, features.className), machine.vectors);
    };
    if (!state.shortName.endsWith("SVC")) return singleOutput(state, machine, features, kernels);
    const classes = readClasses(state);
    return {
      className: state.className,
      features,
      classes,
      methods: classification(state, machine, classes, kernels),
    };
  },
};

interface Machine {
  readonly kernel: Kernel;
  readonly vectors: Float64Array;
  readonly cols: number;
  readonly count: number;
  /** `coefficients` rows of one number for each support vector. */
  readonly dual: Float64Array;
  readonly intercept: Float64Array;
}

function readMachine(state: State): Machine {
  const { data, shape } = state.array("support_vectors_", 2);
  const [count, cols] = shape;
  if (count === undefined || cols === undefined || cols < 1)
    throw state.malformed("support_vectors_", "is empty");
  const dual = state.array("_dual_coef_", 2);
  if (dual.shape[1] !== count)
    throw state.malformed("_dual_coef_", `is for ${dual.shape[1]} support vectors, not ${count}`);
  return {
    kernel: readKernel(state, cols),
    vectors: data,
    cols,
    count,
    dual: dual.data,
    intercept: state.vector("_intercept_"),
  };
}

type Kernels = (x: Matrix) => Dense;

function singleOutput(
  state: State,
  machine: Machine,
  features: Evaluator["features"],
  kernels: Kernels,
): Evaluator {
  if (machine.dual.length !== machine.count || machine.intercept.length !== 1)
    throw state.malformed("_dual_coef_", "has more than one row");
  const values = (x: Matrix): Float64Array => {
    const k = kernels(x);
    return Float64Array.from({ length: k.rows }, (_, row) => {
      let sum = 0;
      for (let i = 0; i < machine.count; i++) sum += machine.dual[i]! * k.data[row * machine.count + i]!;
      return sum + machine.intercept[0]!;
    });
  };
  const base = { className: state.className, features };
  if (state.shortName !== "OneClassSVM") return { ...base, methods: { predict: (x) => vector(values(x)) } };
  const offset = state.array("offset_").data[0] ?? 0;
  return {
    ...base,
    methods: {
      predict: (x) =>
        vector(
          values(x).map((v) => (v > 0 ? 1 : -1)),
          "int64",
        ),
      decision_function: (x) => vector(values(x)),
      score_samples: (x) => vector(values(x).map((v) => v + offset)),
    },
  };
}

/** libsvm's pairwise decisions: for classes i < j, positive speaks for i. */
function pairwise(state: State, machine: Machine, classes: number, kernels: Kernels): (x: Matrix) => Dense {
  const sizes = state.vector("_n_support", classes);
  const pairs = (classes * (classes - 1)) / 2;
  const total = sizes.reduce((a, b) => a + b, 0);
  if (
    total !== machine.count ||
    machine.dual.length !== (classes - 1) * total ||
    machine.intercept.length !== pairs
  ) {
    throw state.malformed("_n_support", "does not match the support vectors");
  }
  const starts = Array.from(sizes, (_, k) => sizes.slice(0, k).reduce((a, b) => a + b, 0));
  return (x) => {
    const k = kernels(x);
    const out = new Float64Array(k.rows * pairs);
    for (let row = 0; row < k.rows; row++) {
      let p = 0;
      for (let i = 0; i < classes; i++) {
        for (let j = i + 1; j < classes; j++, p++) {
          const first = partial(machine, k, row, j - 1, starts[i]!, sizes[i]!);
          const second = partial(machine, k, row, i, starts[j]!, sizes[j]!);
          out[row * pairs + p] = first + second + machine.intercept[p]!;
        }
      }
    }
    return denseOf(out, k.rows, pairs);
  };
}

function partial(
  machine: Machine,
  k: Dense,
  row: number,
  coefficient: number,
  start: number,
  size: number,
): number {
  let sum = 0;
  for (let i = start; i < start + size; i++)
    sum += machine.dual[coefficient * machine.count + i]! * k.data[row * machine.count + i]!;
  return sum;
}

function classification(state: State, machine: Machine, classes: Nd, kernels: Kernels): Methods {
  const count = classes.data.length;
  if (count < 2) throw state.malformed("classes_", "is a single class");
  const decide = pairwise(state, machine, count, kernels);
  const ovr = state.oneOf("decision_function_shape", ["ovr", "ovo"]) === "ovr" && count > 2;
  const decision = (x: Matrix): Dense | Nd => {
    const d = decide(x);
    if (count === 2) return vector(d.data.map((v) => -v));
    return ovr ? oneVsRest(d, count) : d;
  };
  const breakTies = state.bool("break_ties") && ovr;
  const predict = (x: Matrix): Nd =>
    take(classes, argmaxRows(breakTies ? oneVsRest(decide(x), count) : votes(decide(x), count)));
  const probA = readProbability(state, "_probA", "probA_");
  const probB = readProbability(state, "_probB", "probB_");
  if (!hasProbability(state) || probA.length === 0) return { predict, decision_function: decision };
  const pairs = (count * (count - 1)) / 2;
  if (probA.length !== pairs || probB.length !== pairs)
    throw state.malformed("_probA", `has ${probA.length} values for ${pairs} pairs`);
  const proba = (x: Matrix): Dense => {
    const d = decide(x);
    const p = d.data.map((v, i) => sigmoid(v, probA[i % pairs]!, probB[i % pairs]!));
    return couple(denseOf(p, d.rows, pairs), count);
  };
  return {
    predict,
    decision_function: decision,
    predict_proba: proba,
    predict_log_proba: (x) => logOf(proba(x)),
  };
}

function readProbability(state: State, name: string, older: string): Float64Array {
  if (state.has(name)) return state.array(name).data;
  return state.has(older) ? state.array(older).data : new Float64Array();
}

function votes(d: Dense, classes: number): Dense {
  const out = new Float64Array(d.rows * classes);
  eachPair(d, classes, (row, i, j, v) => out[row * classes + (v > 0 ? i : j)]!++);
  return denseOf(out, d.rows, classes);
}

/** `_ovr_decision_function`: votes, and confidences squeezed below a third to break their ties. */
function oneVsRest(d: Dense, classes: number): Dense {
  const confidence = new Float64Array(d.rows * classes);
  const out = new Float64Array(d.rows * classes);
  eachPair(d, classes, (row, i, j, v) => {
    confidence[row * classes + i]! += v;
    confidence[row * classes + j]! -= v;
    out[row * classes + (v < 0 ? j : i)]!++;
  });
  for (let at = 0; at < out.length; at++) out[at]! += confidence[at]! / (3 * (Math.abs(confidence[at]!) + 1));
  return denseOf(out, d.rows, classes);
}

function eachPair(
  d: Dense,
  classes: number,
  f: (row: number, i: number, j: number, v: number) => void,
): void {
  for (let row = 0; row < d.rows; row++) {
    let p = row * d.cols;
    for (let i = 0; i < classes; i++) for (let j = i + 1; j < classes; j++) f(row, i, j, d.data[p++]!);
  }
}

/** `probability` was a truth value until it was deprecated, which its default now says. */
function hasProbability(state: State): boolean {
  return state.text("probability") === undefined && state.boolOr("probability", false);
}
