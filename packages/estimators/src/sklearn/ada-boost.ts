import { checkFeatures, checkNumeric } from "../core/check.ts";
import { labelsFromScores, ravelSingle } from "../core/classifier.ts";
import {
  asDense,
  asNd,
  type Entry,
  type Evaluator,
  featuresOf,
  method,
  type Methods,
  type Nested,
} from "../core/evaluator.ts";
import { readClasses } from "../core/labels.ts";
import { keyOf } from "../core/categories.ts";
import { type Dense, denseOf, type Matrix, type Nd, vector, zeros } from "../core/matrix.ts";
import { logOf, softmaxRows } from "../core/special.ts";
import type { State } from "../read/state.ts";

/** Weighted votes of a sequence of estimators (sklearn.ensemble._weight_boosting). */
export const entry: Entry = {
  classes: [
    "sklearn.ensemble._weight_boosting.AdaBoostClassifier",
    "sklearn.ensemble._weight_boosting.AdaBoostRegressor",
  ],
  build(state: State, nested: Nested): Evaluator {
    const members = state
      .items("estimators_")
      .map((value, i) => nested.load(value, `${state.where("estimators_")}[${i}]`));
    if (members.length === 0) throw state.malformed("estimators_", "is empty");
    const all = state.vector("estimator_weights_");
    if (all.length < members.length)
      throw state.malformed(
        "estimator_weights_",
        `has ${all.length} weights for ${members.length} estimators`,
      );
    const features = featuresOf(state);
    const read = (x: Matrix): Matrix => {
      checkFeatures(x, features);
      return checkNumeric(x, features.className, { sparse: true });
    };
    const weights = all.slice(0, members.length);
    if (state.shortName === "AdaBoostRegressor") {
      return {
        className: state.className,
        features,
        methods: { predict: (x) => weightedMedian(members, weights, read(x)) },
      };
    }
    const classes = readClasses(state);
    if (classes.data.length < 2) throw state.unsupported("classes_", "is a single class");
    const total = all.reduce((a, b) => a + b, 0);
    const votes = readAlgorithm(state, classes);
    const decision = (x: Matrix): Dense => {
      const input = read(x);
      const sum = zeros(input.rows, classes.data.length);
      members.forEach((member, i) => votes(member, input, weights[i]!, sum.data));
      for (let i = 0; i < sum.data.length; i++) sum.data[i] = sum.data[i]! / total;
      return classes.data.length === 2 ? difference(sum) : sum;
    };
    return { className: state.className, features, classes, methods: classifierMethods(classes, decision) };
  },
};

function classifierMethods(classes: Nd, decision: (x: Matrix) => Dense): Methods {
  const proba = (x: Matrix): Dense => {
    const scores = decision(x);
    if (scores.cols === 1)
      return softmaxRows(
        denseOf(
          Float64Array.from(
            { length: scores.rows * 2 },
            (_, i) => (i % 2 === 0 ? -1 : 1) * (scores.data[i >> 1]! / 2),
          ),
          scores.rows,
          2,
        ),
      );
    for (let i = 0; i < scores.data.length; i++) scores.data[i] = scores.data[i]! / (scores.cols - 1);
    return softmaxRows(scores);
  };
  return {
    predict: (x) => labelsFromScores(classes, decision(x)),
    decision_function: (x) => ravelSingle(decision(x)),
    predict_proba: proba,
    predict_log_proba: (x) => logOf(proba(x)),
  };
}

/** Second class minus first. */
function difference(sum: Dense): Dense {
  const out = zeros(sum.rows, 1);
  for (let row = 0; row < sum.rows; row++) out.data[row] = -sum.data[2 * row]! + sum.data[2 * row + 1]!;
  return out;
}

type AddVotes = (member: Evaluator, x: Matrix, weight: number, out: Float64Array) => void;

/** SAMME.R (until 1.5) adds centred log-probabilities, SAMME the weights; since 1.3 the other classes get a negative share. */
function readAlgorithm(state: State, classes: Nd): AddVotes {
  const algorithm =
    state.version >= 108 ? "SAMME" : state.oneOf("algorithm", ["SAMME", "SAMME.R", "deprecated"]);
  const count = classes.data.length;
  if (algorithm === "SAMME.R") return (member, x, _weight, out) => addLogProba(member, x, count, out);
  const other = state.version >= OTHER_CLASSES_SINCE ? -1 / (count - 1) : 0;
  const codes = new Map(Array.from(classes.data, (label, k) => [keyOf(label), k]));
  return (member, x, weight, out) => {
    const { data } = asNd(method(member, "predict")(x), member.className);
    data.forEach((label, row) => {
      const chosen = codes.get(keyOf(label));
      for (let k = 0; k < count; k++) out[row * count + k]! += k === chosen ? weight : other * weight;
    });
  };
}

const OTHER_CLASSES_SINCE = 103;

function addLogProba(member: Evaluator, x: Matrix, count: number, out: Float64Array): void {
  const p = asDense(method(member, "predict_proba")(x), member.className);
  for (let row = 0; row < p.rows; row++) {
    let sum = 0;
    for (let k = 0; k < count; k++) sum += Math.log(Math.max(p.data[row * count + k]!, Number.EPSILON));
    for (let k = 0; k < count; k++) {
      const log = Math.log(Math.max(p.data[row * count + k]!, Number.EPSILON));
      out[row * count + k]! += (count - 1) * (log - (1 / count) * sum);
    }
  }
}

/** `_get_median_predict`: the first prediction, in order of size, at which half of the weight is reached. */
function weightedMedian(members: readonly Evaluator[], weights: Float64Array, x: Matrix): Nd {
  const predictions = members.map((member) => asDense(method(member, "predict")(x), member.className).data);
  const out = new Float64Array(x.rows);
  const order = Array.from(members, (_, i) => i);
  for (let row = 0; row < x.rows; row++) {
    order.sort((a, b) => predictions[a]![row]! - predictions[b]![row]! || a - b);
    let total = 0;
    for (const i of order) total += weights[i]!;
    let sum = 0;
    const at = order.find((i) => (sum += weights[i]!) >= 0.5 * total);
    out[row] = at === undefined ? Number.NaN : predictions[at]![row]!;
  }
  return vector(out);
}
