import { checkFeatures, checkNumeric, type Features } from "./check.ts";
import { asDense, asNd, type Evaluator, method } from "./evaluator.ts";
import { type Dense, denseOf, type Floats, floatsFor, type Matrix, type Sparse } from "./matrix.ts";
import { badInput } from "../error.ts";

/**
 * How sure a binary estimator is of its second class (`_predict_binary` of sklearn.multiclass): a regressor's prediction, a
 * decision, or the probability of the second class.
 */
export function binaryScore(member: Evaluator): (x: Matrix) => Floats {
  const { decision_function: decide, predict_proba: proba } = member.methods;
  if (isRegressor(member)) return numbers(member);
  const call = decide ?? proba;
  return (x) => {
    if (call === undefined) return asDense(method(member, "predict_proba")(x), member.className).data;
    const answer = asDense(call(x), member.className);
    if (decide !== undefined) return answer.data;
    if (answer.cols < 2) throw badInput(`${member.className} knows a single class`);
    const out = floatsFor(answer.dtype, x.rows);
    for (let row = 0; row < x.rows; row++) out[row] = answer.data[row * answer.cols + 1]!;
    return out;
  };
}

/** What a binary score must exceed: 0 for decisions of a classifier, 0.5 otherwise. */
export function binaryThreshold(member: Evaluator): number {
  return member.methods.decision_function !== undefined && member.classes !== undefined ? 0 : 0.5;
}

/** A regressor has neither classes nor scores. */
function isRegressor(member: Evaluator): boolean {
  return (
    member.classes === undefined &&
    member.methods.decision_function === undefined &&
    member.methods.predict_proba === undefined
  );
}

/** `predict` of a member whose labels or targets are numbers. */
export function numbers(member: Evaluator): (x: Matrix) => Floats {
  const predict = method(member, "predict");
  return (x) => {
    const { data } = asNd(predict(x), member.className);
    return Float64Array.from(data, Number);
  };
}

/** One column for each member. */
export function sideBySide(columns: readonly ArrayLike<number>[], rows: number): Dense {
  const single = columns.length > 0 && columns.every((column) => column instanceof Float32Array);
  const out = floatsFor(single ? "float32" : "float64", rows * columns.length);
  columns.forEach((column, k) => {
    if (column.length !== rows) throw badInput(`A member answers ${column.length} values for ${rows} rows`);
    for (let row = 0; row < rows; row++) out[row * columns.length + k] = column[row]!;
  });
  return denseOf(out, rows, columns.length);
}

/** The input as an array that has lost its column names, NaN and infinity allowed where `infinite` says so. */
export function plainInput(x: Matrix, features: Features, infinite: boolean): Dense | Sparse {
  checkFeatures(x, features);
  const numeric = checkNumeric(x, features.className, { sparse: true, infinite });
  return numeric.kind === "sparse"
    ? numeric
    : denseOf(numeric.data, numeric.rows, numeric.cols, numeric.dtype);
}
