import { keyOf } from "../core/categories.ts";
import {
  asDense,
  type Entry,
  type Evaluator,
  featuresOf,
  type Nested,
  singleClasses,
} from "../core/evaluator.ts";
import { take } from "../core/labels.ts";
import { type Cell, type Floats, type Matrix, type Nd } from "../core/matrix.ts";
import { badInput } from "../error.ts";
import { readScalar } from "../read/array.ts";
import { dictEntries, innerState, qualified, type State, textKeys } from "../read/state.ts";
import { delegate } from "./wrappers.ts";

const MODULE = "sklearn.model_selection._classification_threshold";

/** A binary classifier with a threshold of its own (sklearn.model_selection._classification_threshold). */
export const entry: Entry = {
  classes: [`${MODULE}.FixedThresholdClassifier`, `${MODULE}.TunedThresholdClassifierCV`],
  build(state: State, nested: Nested): Evaluator {
    const name = state.has("estimator_") ? "estimator_" : "estimator";
    const inner = nested.load(state.value(name), state.where(name));
    const classes = singleClasses(inner);
    if (classes.data.length !== 2) throw state.malformed(name, `knows ${classes.data.length} classes`);
    const positive =
      state.shortName === "FixedThresholdClassifier" ? parameterLabel(state) : scorerLabel(state);
    const at = positive === null ? 1 : Array.from(classes.data, keyOf).indexOf(keyOf(positive));
    if (at < 0) throw state.malformed("pos_label", "is none of the classes");
    const method = responseMethod(state, inner);
    const threshold = readThreshold(state, method);
    const predict = (x: Matrix): Nd => {
      const scores = scoresOf(inner, method, at, x);
      return take(
        classes,
        Int32Array.from(scores, (s) => (reaches(s, threshold, scores) ? at : 1 - at)),
      );
    };
    const others = delegate(inner, ["predict_proba", "predict_log_proba", "decision_function"], (x) => x);
    const { className: _, ...features } = inner.features;
    return {
      className: state.className,
      features: { ...features, className: featuresOf(state).className },
      classes,
      methods: { predict, ...others },
    };
  },
};

type Response = "predict_proba" | "decision_function";

function responseMethod(state: State, inner: Evaluator): Response {
  const asked = state.oneOf("response_method", ["auto", "predict_proba", "decision_function"]);
  const candidates: Response[] = asked === "auto" ? ["predict_proba", "decision_function"] : [asked];
  const found = candidates.find((name) => inner.methods[name] !== undefined);
  if (found === undefined)
    throw state.unsupported("response_method", `${asked} is no method of the estimator`);
  return found;
}

function readThreshold(state: State, method: Response): number {
  if (state.shortName === "TunedThresholdClassifierCV") return state.number("best_threshold_");
  if (state.text("threshold") === "auto") return method === "predict_proba" ? 0.5 : 0;
  return state.number("threshold");
}

/** The score of the positive class: its probability, or the decision with its sign. */
function scoresOf(inner: Evaluator, method: Response, at: number, x: Matrix): Floats {
  const call = inner.methods[method];
  if (call === undefined) throw badInput(`${inner.className} has no ${method}`);
  const answer = asDense(call(x), inner.className);
  if (method === "predict_proba")
    return Float64Array.from({ length: x.rows }, (_, row) => answer.data[row * answer.cols + at]!);
  return at === 1 ? answer.data : answer.data.map((v) => -v);
}

/** NumPy 1 compares single precision with a rounded threshold, NumPy 2 with the threshold itself. */
function reaches(score: number, threshold: number, scores: Floats): boolean {
  const exact = score >= threshold;
  if (scores instanceof Float32Array && exact !== score >= Math.fround(threshold))
    throw badInput(`A score of ${score} in single precision lies on the threshold: pass float64`);
  return exact;
}

function parameterLabel(state: State): Cell {
  const label = readScalar(state.value("pos_label"), state.where("pos_label"));
  if (label === undefined) throw state.unsupported("pos_label", "is no single value");
  return label;
}

/** Score functions by what their parameter `pos_label` is when nobody gives it; null where they have none, or it is None. */
const DEFAULT_LABELS: ReadonlyMap<string, Cell> = new Map<string, Cell>([
  ...["f1_score", "fbeta_score", "precision_score", "recall_score", "jaccard_score"].map(
    (name): [string, Cell] => [`sklearn.metrics._classification.${name}`, 1],
  ),
  ...[
    "accuracy_score",
    "balanced_accuracy_score",
    "cohen_kappa_score",
    "matthews_corrcoef",
    "zero_one_loss",
    "hamming_loss",
    "brier_score_loss",
    "log_loss",
  ].map((name): [string, Cell] => [`sklearn.metrics._classification.${name}`, null]),
  ["sklearn.metrics._ranking.average_precision_score", 1],
  ["sklearn.metrics._ranking.roc_auc_score", null],
]);

/** Where each release keeps it. */
const CURVE_SCORERS = new Set([`${MODULE}._CurveScorer`, "sklearn.metrics._scorer._CurveScorer"]);

/** `_curve_scorer._get_pos_label()`: what the scorer was given, else its function's default. */
function scorerLabel(state: State): Cell {
  const scorer = innerState(state.value("_curve_scorer"), state.where("_curve_scorer"), state.version);
  if (scorer === undefined || !CURVE_SCORERS.has(scorer.className))
    throw state.unsupported("_curve_scorer", "is no scorer of scikit-learn's");
  const kwargs = textKeys(dictEntries(scorer.value("_kwargs")) ?? [], scorer.where("_kwargs"));
  const given = kwargs.get("pos_label");
  if (given !== undefined) {
    const label = readScalar(given, scorer.where("_kwargs"));
    if (label === undefined) throw scorer.unsupported("_kwargs", "have a pos_label that is no single value");
    return label;
  }
  const value = scorer.value("_score_func");
  const name = value.kind === "global" ? qualified(value) : value.kind;
  const label = DEFAULT_LABELS.get(name);
  if (label === undefined) throw scorer.unsupported("_score_func", `is ${name.slice(0, 100)}`);
  return label;
}
