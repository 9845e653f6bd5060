import { probabilityMethods } from "../core/classifier.ts";
import { checkFeatures, checkNumeric } from "../core/check.ts";
import { selectColumns } from "../core/columns.ts";
import {
  asDense,
  asNd,
  type Entry,
  type Evaluator,
  featureCount,
  featuresOf,
  method,
  type Nested,
  singleClasses,
} from "../core/evaluator.ts";
import { readClasses } from "../core/labels.ts";
import { type Dense, denseOf, type Matrix, type Nd, vector } from "../core/matrix.ts";
import { badInput } from "../error.ts";
import { readNumbers } from "../read/array.ts";
import type { State } from "../read/state.ts";

/** Averages over estimators that each saw some of the columns (sklearn.ensemble._bagging). */
export const entry: Entry = {
  classes: ["sklearn.ensemble._bagging.BaggingClassifier", "sklearn.ensemble._bagging.BaggingRegressor"],
  build(state: State, nested: Nested): Evaluator {
    const members = readMembers(state, nested);
    const features = featuresOf(state);
    const read = (x: Matrix): Matrix => {
      checkFeatures(x, features);
      return checkNumeric(x, features.className, { sparse: true, infinite: true });
    };
    if (state.shortName === "BaggingRegressor") {
      const predict = (x: Matrix): Nd => {
        const input = read(x);
        const sum = new Float64Array(input.rows);
        for (const { estimator, columns } of members) {
          const answer = asDense(
            method(estimator, "predict")(selectColumns(input, columns)),
            estimator.className,
          );
          if (answer.cols !== 1) throw state.unsupported("estimators_", "answer several outputs");
          answer.data.forEach((v, row) => (sum[row]! += v));
        }
        return vector(sum.map((v) => v / members.length));
      };
      return { className: state.className, features, methods: { predict } };
    }
    const classes = readClasses(state);
    const proba = (x: Matrix): Dense => averageProba(members, classes.data.length, read(x));
    const decides = members[0]?.estimator.methods.decision_function !== undefined;
    const methods = probabilityMethods(classes, proba);
    return {
      className: state.className,
      features,
      classes,
      methods: decides
        ? { ...methods, decision_function: (x) => averageDecision(members, classes.data.length, read(x)) }
        : methods,
    };
  },
};

interface Member {
  readonly estimator: Evaluator;
  readonly columns: readonly number[];
  /** For a classifier: the class of each of its probability columns. */
  readonly classes: readonly number[];
}

function readMembers(state: State, nested: Nested): Member[] {
  const count = featureCount(state);
  const classifier = state.shortName === "BaggingClassifier";
  const classes = classifier ? readClasses(state).data.length : 0;
  const columns = state.items("estimators_features_").map((value, i) => {
    const indices = Array.from(readNumbers(value, `${state.where("estimators_features_")}[${i}]`).data);
    if (indices.some((at) => !Number.isInteger(at) || at < 0 || at >= count))
      throw state.malformed(`estimators_features_[${i}]`, "names columns out of range");
    return indices;
  });
  const members = state.items("estimators_").map((value, i): Member => {
    const estimator = nested.load(value, `${state.where("estimators_")}[${i}]`);
    const own = classifier ? Array.from(singleClasses(estimator).data, Number) : [];
    if (own.some((at) => !Number.isInteger(at) || at < 0 || at >= classes))
      throw state.malformed(`estimators_[${i}]`, "knows classes out of range");
    return { estimator, columns: columns[i] ?? [], classes: own };
  });
  if (members.length === 0 || members.length !== columns.length)
    throw state.malformed("estimators_", "does not match estimators_features_");
  return members;
}

/** The mean of the members' decisions, in the form of theirs. */
function averageDecision(members: readonly Member[], classes: number, x: Matrix): Nd {
  const answers = members.map(({ estimator, columns, classes: own }): Nd => {
    if (own.length !== classes)
      throw badInput(
        `A ${estimator.className} that saw ${own.length} of ${classes} classes decides otherwise`,
      );
    return asNd(method(estimator, "decision_function")(selectColumns(x, columns)), estimator.className);
  });
  const [first] = answers;
  if (first === undefined) throw badInput("There are no members");
  const sum = Float64Array.from(first.data, Number);
  for (const { data } of answers.slice(1)) data.forEach((v, i) => (sum[i]! += Number(v)));
  const single = answers.every(({ dtype }) => dtype === "float32");
  const mean = sum.map((v) => v / members.length);
  return { ...first, data: single ? Float32Array.from(mean) : mean, dtype: single ? "float32" : "float64" };
}

/** Probabilities where members have them, else one vote each. */
function averageProba(members: readonly Member[], classes: number, x: Matrix): Dense {
  const out = new Float64Array(x.rows * classes);
  for (const { estimator, columns, classes: own } of members) {
    const input = selectColumns(x, columns);
    const { predict_proba: proba } = estimator.methods;
    if (proba === undefined) {
      const labels = asNd(method(estimator, "predict")(input), estimator.className).data;
      labels.forEach((label, row) => out[row * classes + Number(label)]!++);
      continue;
    }
    const p = asDense(proba(input), estimator.className);
    for (let row = 0; row < x.rows; row++)
      own.forEach((to, k) => (out[row * classes + to]! += p.data[row * p.cols + k]!));
  }
  return denseOf(
    out.map((v) => v / members.length),
    x.rows,
    classes,
  );
}
