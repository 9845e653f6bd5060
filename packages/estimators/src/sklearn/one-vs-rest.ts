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
import { type Dense, denseOf, type Matrix, type Nd } from "../core/matrix.ts";
import { ravelSingle } from "../core/classifier.ts";
import { bothSides } from "../core/special.ts";
import { innerState, type State } from "../read/state.ts";

/** One binary estimator for each class (sklearn.multiclass.OneVsRestClassifier). */
export const entry: Entry = {
  classes: ["sklearn.multiclass.OneVsRestClassifier"],
  build(state: State, nested: Nested): Evaluator {
    const members = state
      .items("estimators_")
      .map((value, i) => nested.load(value, `${state.where("estimators_")}[${i}]`));
    const binarizer = innerState(
      state.value("label_binarizer_"),
      state.where("label_binarizer_"),
      state.version,
    );
    if (binarizer?.className !== "sklearn.preprocessing._label.LabelBinarizer")
      throw state.malformed("label_binarizer_", "is no LabelBinarizer");
    const type = binarizer.string("y_type_");
    if (type !== "binary" && type !== "multiclass")
      throw state.unsupported("label_binarizer_", `was fitted on ${type} targets`);
    const classes = readClasses(binarizer);
    if (members.length !== (classes.data.length === 2 ? 1 : classes.data.length)) {
      throw state.malformed("estimators_", `are ${members.length} for ${classes.data.length} classes`);
    }
    return {
      className: state.className,
      features: featuresOf(state),
      classes,
      methods: methodsOf(members, classes),
    };
  },
};

function methodsOf(members: readonly Evaluator[], classes: Nd): Methods {
  const all = (name: "decision_function" | "predict_proba"): boolean =>
    members.every((member) => member.methods[name] !== undefined);
  const byDecision = all("decision_function");
  const score = (x: Matrix): Dense =>
    columnsOf(members, byDecision ? "decision_function" : "predict_proba", x);
  const threshold = byDecision ? 0 : 0.5;
  const predict = (x: Matrix): Nd => {
    const scores = score(x);
    if (classes.data.length === 2)
      return take(
        classes,
        Int32Array.from(scores.data, (s) => (s > threshold ? 1 : 0)),
      );
    return take(classes, firstMaxima(scores));
  };
  return {
    predict,
    ...(byDecision ? { decision_function: (x: Matrix) => ravelSingle(score(x)) } : {}),
    ...(all("predict_proba")
      ? { predict_proba: (x: Matrix) => normalized(columnsOf(members, "predict_proba", x)) }
      : {}),
  };
}

/** One column a member: its decision, or the probability of its second class. */
function columnsOf(
  members: readonly Evaluator[],
  name: "decision_function" | "predict_proba",
  x: Matrix,
): Dense {
  const columns = members.map((member) => asDense(method(member, name)(x), member.className));
  const out = new Float64Array(x.rows * members.length);
  columns.forEach((column, k) => {
    for (let row = 0; row < x.rows; row++)
      out[row * members.length + k] = column.data[row * column.cols + column.cols - 1]!;
  });
  return denseOf(out, x.rows, members.length);
}

function firstMaxima(scores: Dense): Int32Array {
  return Int32Array.from({ length: scores.rows }, (_, row) => {
    let best = -Infinity;
    let at = 0;
    for (let k = 0; k < scores.cols; k++) {
      const s = scores.data[row * scores.cols + k]!;
      if (s > best) {
        best = s;
        at = k;
      }
    }
    return at;
  });
}

function normalized(p: Dense): Dense {
  if (p.cols === 1) return bothSides(p.data);
  for (let start = 0; start < p.data.length; start += p.cols) {
    let sum = 0;
    for (let i = start; i < start + p.cols; i++) sum += p.data[i]!;
    if (sum !== 0) for (let i = start; i < start + p.cols; i++) p.data[i] = p.data[i]! / sum;
  }
  return p;
}
