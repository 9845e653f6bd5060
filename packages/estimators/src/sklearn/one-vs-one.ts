import { binaryScore, binaryThreshold, numbers, plainInput } from "../core/binary-members.ts";
import { type Entry, type Evaluator, featuresOf, type Nested } from "../core/evaluator.ts";
import { argmaxRows, readClasses, take } from "../core/labels.ts";
import { type Dense, type Matrix, type Nd, vector, zeros } from "../core/matrix.ts";
import type { State } from "../read/state.ts";

/** One binary estimator for each pair of classes (sklearn.multiclass.OneVsOneClassifier). */
export const entry: Entry = {
  classes: ["sklearn.multiclass.OneVsOneClassifier"],
  build(state: State, nested: Nested): Evaluator {
    const classes = readClasses(state);
    const n = classes.data.length;
    const members = state
      .items("estimators_")
      .map((value, i) => nested.load(value, `${state.where("estimators_")}[${i}]`));
    const [first] = members;
    if (first === undefined || members.length !== (n * (n - 1)) / 2)
      throw state.malformed("estimators_", `are ${members.length} for ${n} classes`);
    if (state.given("pairwise_indices_"))
      throw state.unsupported(
        "pairwise_indices_",
        "select rows of a kernel, which is not evaluated natively",
      );
    const features = featuresOf(state);
    const votes = voter(members, n);
    const decide = (x: Matrix): Dense => votes(plainInput(x, features, true));
    const threshold = state.version === 100 ? 0 : binaryThreshold(first);
    const second = (d: Dense): Float64Array =>
      Float64Array.from({ length: d.rows }, (_, r) => d.data[2 * r + 1]!);
    const predict = (x: Matrix): Nd => {
      const d = decide(x);
      if (n > 2) return take(classes, argmaxRows(d));
      return take(
        classes,
        Int32Array.from(second(d), (s) => (s > threshold ? 1 : 0)),
      );
    };
    return {
      className: state.className,
      features,
      classes,
      methods: { predict, decision_function: (x) => (n > 2 ? decide(x) : vector(second(decide(x)))) },
    };
  },
};

/** `_ovr_decision_function`: votes, and less than a third of one for confidence. */
function voter(members: readonly Evaluator[], n: number): (x: Matrix) => Dense {
  const predicts = members.map(numbers);
  const scores = members.map(binaryScore);
  return (x) => {
    const out = zeros(x.rows, n);
    const confidence = new Float64Array(x.rows * n);
    let k = 0;
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++, k++) {
        const labels = predicts[k]!(x);
        const sure = scores[k]!(x);
        for (let row = 0; row < x.rows; row++) {
          confidence[row * n + i]! -= sure[row]!;
          confidence[row * n + j]! += sure[row]!;
          if (labels[row] === 0) out.data[row * n + i]! += 1;
          if (labels[row] === 1) out.data[row * n + j]! += 1;
        }
      }
    }
    confidence.forEach((c, i) => (out.data[i]! += c / (3 * (Math.abs(c) + 1))));
    return out;
  };
}
