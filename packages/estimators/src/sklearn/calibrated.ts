import { probabilityMethods } from "../core/classifier.ts";
import { asDense, type Entry, type Evaluator, type Nested, singleClasses } from "../core/evaluator.ts";
import { interpolate } from "../core/interpolate.ts";
import { keyOf } from "../core/categories.ts";
import { labelsOf, readClasses } from "../core/labels.ts";
import { type Dense, type Matrix, zeros } from "../core/matrix.ts";
import { expit } from "../core/special.ts";
import { readCells } from "../read/array.ts";
import { innerState, type State } from "../read/state.ts";
import { readIsotonic } from "./isotonic.ts";

type Calibrator = (score: number) => number;

/** Probabilities calibrated after the fact (sklearn.calibration.CalibratedClassifierCV). */
export const entry: Entry = {
  classes: ["sklearn.calibration.CalibratedClassifierCV"],
  build(state: State, nested: Nested): Evaluator {
    const classes = readClasses(state);
    const members = state.items("calibrated_classifiers_").map((value, i) => {
      const where = `${state.where("calibrated_classifiers_")}[${i}]`;
      const inner = innerState(value, where, state.version);
      if (inner?.className !== "sklearn.calibration._CalibratedClassifier")
        throw state.malformed(`calibrated_classifiers_[${i}]`, "is no _CalibratedClassifier");
      return readMember(inner, nested, classes.data.length);
    });
    const [first] = members;
    if (first === undefined) throw state.malformed("calibrated_classifiers_", "is empty");
    const proba = (x: Matrix): Dense => {
      const out = zeros(x.rows, classes.data.length);
      for (const { run } of members) run(x).data.forEach((v, i) => (out.data[i]! += v));
      for (let i = 0; i < out.data.length; i++) out.data[i] = out.data[i]! / members.length;
      return out;
    };
    const { predict, predict_proba } = probabilityMethods(classes, proba);
    return {
      className: state.className,
      features: first.base.features,
      classes,
      methods: { predict: predict!, predict_proba: predict_proba! },
    };
  },
};

interface Member {
  readonly base: Evaluator;
  readonly run: (x: Matrix) => Dense;
}

function readMember(inner: State, nested: Nested, count: number): Member {
  const name = inner.has("estimator") ? "estimator" : "base_estimator";
  const base = nested.load(inner.value(name), inner.where(name));
  const cells = readCells(inner.value("classes"), inner.where("classes"));
  const all = labelsOf(cells.data, cells.dtype);
  const positions = new Map(Array.from(all.data, (label, k) => [keyOf(label), k]));
  const targets = Array.from(singleClasses(base).data, (label) => positions.get(keyOf(label)) ?? -1);
  const calibrators = inner.items("calibrators").map((value, i) => readCalibrator(inner, value, i));
  if (all.data.length !== count || targets.includes(-1))
    throw inner.malformed("classes", "do not match the estimator's");
  const method = inner.oneOf("method", ["sigmoid", "isotonic"]);
  if (calibrators.length !== (count === 2 ? 1 : targets.length))
    throw inner.malformed("calibrators", `are ${calibrators.length} for ${method} over ${count} classes`);
  const { decision_function: decide, predict_proba: proba } = base.methods;
  const scoreOf = decide ?? proba;
  if (scoreOf === undefined) throw inner.unsupported(name, "has neither decision_function nor predict_proba");
  const run = (x: Matrix): Dense => {
    const scores = asDense(scoreOf(x), base.className);
    // Of two probabilities the second class's is the score.
    const column = count === 2 ? scores.cols - 1 : 0;
    return count === 2 ? two(scores, column, calibrators[0]!) : many(scores, count, targets, calibrators);
  };
  return { base, run };
}

function readCalibrator(inner: State, value: Parameters<typeof innerState>[0], i: number): Calibrator {
  const state = innerState(value, inner.where(`calibrators[${i}]`), inner.version);
  if (state?.className === "sklearn.calibration._SigmoidCalibration") {
    const a = state.number("a_");
    const b = state.number("b_");
    return (score) => expit(-(a * score + b));
  }
  if (state?.className === "sklearn.isotonic.IsotonicRegression") {
    const curve = readIsotonic(state);
    return (score) => interpolate(curve, score);
  }
  throw inner.unsupported(`calibrators[${i}]`, `is a ${state?.className ?? value.kind}`);
}

function two(scores: Dense, column: number, calibrator: Calibrator): Dense {
  const out = zeros(scores.rows, 2);
  for (let row = 0; row < scores.rows; row++) {
    const p = calibrator(scores.data[row * scores.cols + column]!);
    out.data[2 * row] = capped(1 - p);
    out.data[2 * row + 1] = capped(p);
  }
  return out;
}

function many(
  scores: Dense,
  count: number,
  targets: readonly number[],
  calibrators: readonly Calibrator[],
): Dense {
  const out = zeros(scores.rows, count);
  for (let row = 0; row < scores.rows; row++) {
    let sum = 0;
    targets.forEach((to, k) => {
      const p = calibrators[k]!(scores.data[row * scores.cols + k]!);
      out.data[row * count + to] = p;
      sum += p;
    });
    for (let i = row * count; i < (row + 1) * count; i++)
      out.data[i] = capped(sum === 0 ? 1 / count : out.data[i]! / sum);
  }
  return out;
}

/** Probabilities a rounding error above 1 are 1. */
function capped(p: number): number {
  return p > 1 && p <= 1 + 1e-5 ? 1 : p;
}
