import { badInput, malformed } from "../error.ts";
import { asDense, asNd, type Entry, type Evaluator, method, type Nested } from "../core/evaluator.ts";
import { argmaxRows, readClasses, take } from "../core/labels.ts";
import { type Dense, denseOf, floatsFor, type Matrix, type Nd, vector } from "../core/matrix.ts";
import { logOf } from "../core/special.ts";
import { readScalar } from "../read/array.ts";
import { innerState, itemsOf, type State } from "../read/state.ts";

/** Votes and averages of several estimators (sklearn.ensemble._voting). */
export const entry: Entry = {
  classes: ["sklearn.ensemble._voting.VotingClassifier", "sklearn.ensemble._voting.VotingRegressor"],
  build(state: State, nested: Nested): Evaluator {
    const members = state
      .items("estimators_")
      .map((value, i) => nested.load(value, `${state.where("estimators_")}[${i}]`));
    const [first] = members;
    if (first === undefined) throw state.malformed("estimators_", "is empty");
    const weights = readWeights(state, members.length);
    const features = {
      className: state.shortName,
      ...(first.features.names === undefined ? {} : { names: first.features.names }),
    };
    if (state.shortName === "VotingRegressor") {
      const predict = (x: Matrix): Nd => vector(average(collect(members, "predict", x), weights).data);
      const transform = (x: Matrix): Matrix => beside(collect(members, "predict", x), x.rows);
      return { className: state.className, features, methods: { predict, transform } };
    }
    const encoder = innerState(state.value("le_"), state.where("le_"), state.version);
    if (encoder?.className !== "sklearn.preprocessing._label.LabelEncoder")
      throw state.malformed("le_", "is no LabelEncoder");
    const classes = readClasses(encoder);
    const base = { className: state.className, features, classes };
    if (state.oneOf("voting", ["hard", "soft"]) === "hard") {
      return {
        ...base,
        methods: {
          predict: (x) => hardVote(members, classes, weights, x),
          transform: (x) => ({ ...beside(collect(members, "predict", x), x.rows), dtype: "int64" }),
        },
      };
    }
    const proba = (x: Matrix): Dense => {
      const mean = average(collect(members, "predict_proba", x), weights);
      if (mean.cols !== classes.data.length) throw state.malformed("estimators_", "know other classes");
      return mean;
    };
    return {
      ...base,
      methods: {
        predict: (x) => take(classes, argmaxRows(proba(x))),
        predict_proba: proba,
        predict_log_proba: (x) => logOf(proba(x)),
        transform: (x) => probabilitiesOf(state, collect(members, "predict_proba", x), x.rows),
      },
    };
  },
};

/** The weights of the estimators that were not dropped, if any are given. */
function readWeights(state: State, members: number): Float64Array | undefined {
  if (!state.given("weights")) return undefined;
  const all = readNumbersOf(state);
  const kept = state
    .tuples("estimators", 2)
    .flatMap(([, step], i) => (step?.kind === "str" && step.value === "drop" ? [] : [all[i]]));
  if (kept.length !== members || kept.includes(undefined))
    throw state.malformed("weights", `are ${all.length} for ${members} estimators`);
  return Float64Array.from(kept, (w) => w ?? 0);
}

function readNumbersOf(state: State): number[] {
  const value = state.value("weights");
  if (value.kind !== "list" && value.kind !== "tuple") return Array.from(state.vector("weights"));
  return itemsOf(value, state.where("weights")).map((item) => {
    const weight = readScalar(item, state.where("weights"));
    if (typeof weight !== "number") throw state.malformed("weights", "hold something that is no number");
    return weight;
  });
}

function collect(members: readonly Evaluator[], name: "predict" | "predict_proba", x: Matrix): Dense[] {
  return members.map((member) => {
    const answer = method(member, name)(x);
    // NumPy does not put vectors and matrices side by side, nor would matrices be averaged by row.
    const flat = "kind" in answer && answer.kind === "nd" && answer.shape.length === 1;
    if (name === "predict" && !flat)
      throw badInput(`${member.className} predicts a matrix, which is not averaged natively`);
    return asDense(answer, member.className);
  });
}

/** Columns of all members, one after the other. */
function beside(values: readonly Dense[], rows: number): Dense {
  const cols = values.reduce((sum, value) => sum + value.cols, 0);
  const out = floatsFor(allSingle(values) ? "float32" : "float64", rows * cols);
  let offset = 0;
  for (const value of values) {
    for (let row = 0; row < rows; row++)
      out.set(value.data.subarray(row * value.cols, (row + 1) * value.cols), row * cols + offset);
    offset += value.cols;
  }
  return denseOf(out, rows, cols);
}

/** The members' probabilities side by side, or one after the other where `flatten_transform` is off. */
function probabilitiesOf(state: State, values: readonly Dense[], rows: number): Matrix | Nd {
  if (state.boolOr("flatten_transform", true)) return beside(values, rows);
  const cols = values[0]?.cols ?? 0;
  const data = Float64Array.from(values.flatMap((value) => Array.from(value.data)));
  return { kind: "nd", data, shape: [values.length, rows, cols], dtype: "float64" };
}

function allSingle(values: readonly Dense[]): boolean {
  return values.every(({ data }) => data instanceof Float32Array);
}

/** `numpy.average(values, axis=0, weights=weights)`. */
function average(values: readonly Dense[], weights: Float64Array | undefined): Dense {
  const [first] = values;
  const out = floatsFor(
    weights === undefined && allSingle(values) ? "float32" : "float64",
    first?.data.length ?? 0,
  );
  let total = 0;
  values.forEach((value, i) => {
    const w = weights?.[i] ?? 1;
    total += w;
    for (let at = 0; at < out.length; at++) out[at]! += value.data[at]! * w;
  });
  for (let at = 0; at < out.length; at++) out[at] = out[at]! / total;
  return denseOf(out, first?.rows ?? 0, first?.cols ?? 1);
}

/** Members were fitted on encoded labels, so their predictions are indices of classes. */
function hardVote(
  members: readonly Evaluator[],
  classes: Nd,
  weights: Float64Array | undefined,
  x: Matrix,
): Nd {
  const count = classes.data.length;
  const votes = new Float64Array(x.rows * count);
  members.forEach((member, i) => {
    const { data } = asNd(method(member, "predict")(x), member.className);
    data.forEach((label, row) => {
      const code = Number(label);
      if (!Number.isInteger(code) || code < 0 || code >= count) {
        throw malformed(`${member.className} votes for class ${String(label)} of ${count}`);
      }
      votes[row * count + code]! += weights?.[i] ?? 1;
    });
  });
  return take(classes, argmaxRows(denseOf(votes, x.rows, count)));
}
