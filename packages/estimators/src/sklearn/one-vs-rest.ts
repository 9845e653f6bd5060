import { binaryScore, binaryThreshold, sideBySide } from "../core/binary-members.ts";
import { ravelSingle } from "../core/classifier.ts";
import {
  asDense,
  type Entry,
  type Evaluator,
  featuresOf,
  method,
  type Methods,
  type Nested,
} from "../core/evaluator.ts";
import { readClasses, take } from "../core/labels.ts";
import {
  type Dense,
  denseOf,
  floatsFor,
  type Matrix,
  type Nd,
  type Result,
  sparsify,
} from "../core/matrix.ts";
import { bothSides } from "../core/special.ts";
import { badInput } from "../error.ts";
import { innerState, type State } from "../read/state.ts";

/** One binary estimator for each class (sklearn.multiclass.OneVsRestClassifier). */
export const entry: Entry = {
  classes: ["sklearn.multiclass.OneVsRestClassifier"],
  build(state: State, nested: Nested): Evaluator {
    const members = state
      .items("estimators_")
      .map((value, i) => nested.load(value, `${state.where("estimators_")}[${i}]`));
    const name = "label_binarizer_";
    const binarizer = innerState(state.value(name), state.where(name), state.version);
    if (binarizer?.className !== "sklearn.preprocessing._label.LabelBinarizer")
      throw state.malformed(name, "is no LabelBinarizer");
    const type = binarizer.oneOf("y_type_", ["binary", "multiclass", "multilabel-indicator"]);
    const classes = readClasses(binarizer);
    const expected = type === "multilabel-indicator" || classes.data.length !== 2 ? classes.data.length : 1;
    if (members.length !== expected || members.length === 0)
      throw state.malformed("estimators_", `are ${members.length} for ${classes.data.length} classes`);
    const plan = { members, classes, type, version: state.version, sparse: binarizer.bool("sparse_input_") };
    return { className: state.className, features: featuresOf(state), classes, methods: methodsOf(plan) };
  },
};

interface Plan {
  readonly members: readonly Evaluator[];
  readonly classes: Nd;
  readonly type: "binary" | "multiclass" | "multilabel-indicator";
  readonly version: number;
  readonly sparse: boolean;
}

function methodsOf(plan: Plan): Methods {
  const { members } = plan;
  const all = (name: "decision_function" | "predict_proba"): boolean =>
    members.every((member) => member.methods[name] !== undefined);
  return {
    predict: predictor(plan),
    ...(all("decision_function")
      ? { decision_function: (x: Matrix) => ravelSingle(decisions(members, x)) }
      : {}),
    ...(all("predict_proba")
      ? { predict_proba: (x: Matrix) => probabilities(plan, lastColumns(members, "predict_proba", x)) }
      : {}),
  };
}

function predictor({ members, classes, type, version, sparse }: Plan): (x: Matrix) => Result {
  const scores = members.map(binaryScore);
  const score = (x: Matrix): Dense =>
    sideBySide(
      scores.map((call) => call(x)),
      x.rows,
    );
  if (type === "multiclass") return (x) => take(classes, maxima(score(x), version >= 108));
  const [first] = members;
  const threshold = first === undefined ? 0 : binaryThreshold(first);
  if (type === "binary") {
    return (x) =>
      take(
        classes,
        Int32Array.from(score(x).data, (s) => (s > threshold ? 1 : 0)),
      );
  }
  return (x) => {
    const { data, rows, cols } = score(x);
    const flags = Float64Array.from(data, (s) => (s > threshold ? 1 : 0));
    const indicator = denseOf(flags, rows, cols, "int64");
    return sparse ? sparsify(indicator) : indicator;
  };
}

function decisions(members: readonly Evaluator[], x: Matrix): Dense {
  if (members.every(({ className }) => className.endsWith("._ConstantPredictor")))
    throw badInput("The decisions of classes that all rows had, or none, are not evaluated natively");
  return lastColumns(members, "decision_function", x);
}

/** One column a member: its decision, or the probability of its second class. */
function lastColumns(
  members: readonly Evaluator[],
  name: "decision_function" | "predict_proba",
  x: Matrix,
): Dense {
  const columns = members.map((member) => {
    const answer = asDense(method(member, name)(x), member.className);
    const out = floatsFor(answer.dtype, x.rows);
    for (let row = 0; row < x.rows; row++) out[row] = answer.data[(row + 1) * answer.cols - 1]!;
    return out;
  });
  return sideBySide(columns, x.rows);
}

/** The class of the largest score, not-a-number spoiling what follows it. Of equals the last, since 1.8 the first. */
function maxima(scores: Dense, first: boolean): Int32Array {
  const { data, cols } = scores;
  return Int32Array.from({ length: scores.rows }, (_, row) => {
    let best = -Infinity;
    let at = 0;
    for (let i = 0; i < cols; i++) {
      const k = first ? cols - 1 - i : i;
      const s = data[row * cols + k]!;
      best = Math.max(best, s);
      if (best === s) at = k;
    }
    return at;
  });
}

/** Rows sum to 1, unless there are several labels a row; a row of zeros became not-a-number before 1.7. */
function probabilities({ type, version }: Plan, p: Dense): Dense {
  const both = p.cols === 1 ? bothSides(p.data) : p;
  if (type === "multilabel-indicator") return both;
  const { data, cols } = both;
  for (let start = 0; start < data.length; start += cols) {
    let sum = 0;
    for (let i = start; i < start + cols; i++) sum += data[i]!;
    if (sum === 0 && version >= 107) continue;
    for (let i = start; i < start + cols; i++) data[i] = data[i]! / sum;
  }
  return both;
}
