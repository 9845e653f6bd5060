import { checkFeatures } from "../core/check.ts";
import { keepType, selectColumns } from "../core/columns.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { denseOf, type Matrix } from "../core/matrix.ts";
import { transformer } from "../core/transformer.ts";
import { type Importances, readImportances } from "../read/importances.ts";
import { innerState, type State } from "../read/state.ts";

/** Columns that another model finds important (sklearn.feature_selection._from_model.SelectFromModel). */
export const entry: Entry = {
  classes: ["sklearn.feature_selection._from_model.SelectFromModel"],
  build(state: State): Evaluator {
    const kept = supportOf(state);
    const features = featuresOf(state);
    return transformer(state, { ...features, count: kept.count }, (x): Matrix => {
      checkFeatures(x, { ...features, count: kept.count });
      const plain = keepType(x, features.className);
      // Before 1.1 an empty selection was float64, whatever the input.
      if (kept.columns.length === 0 && state.version === 100) return denseOf(new Float64Array(0), x.rows, 0);
      if (kept.columns.length === 0 && (plain.kind === "dense" || plain.kind === "sparse"))
        return denseOf(new Float64Array(0), x.rows, 0, plain.dtype);
      return selectColumns(plain, kept.columns);
    });
  },
};

function supportOf(state: State): { columns: number[]; count: number } {
  const name =
    state.has("estimator_") && !(state.version === 100 && state.bool("prefit")) ? "estimator_" : "estimator";
  const inner = innerState(state.value(name), state.where(name), state.version);
  const getter = state.oneOf("importance_getter", ["auto", "coef_", "feature_importances_"]);
  const found = inner === undefined ? undefined : readImportances(inner, getter);
  if (inner === undefined || found === undefined)
    throw state.unsupported(name, `is a ${inner?.className ?? "value"} whose importances are not known here`);
  const scores = normOf(state, found);
  const threshold = thresholdOf(state, inner, scores);
  const best = bestOf(state, scores);
  scores.forEach((s) => {
    const close = Math.abs(s - threshold.value) <= 1e-12 * Math.abs(threshold.value);
    if (close && (found.computed || threshold.computed) && threshold.value !== 0)
      throw state.unsupported("threshold", "meets a score so closely that rounding decides");
  });
  const columns = scores.flatMap((s, col) => (best.has(col) && !(s < threshold.value) ? [col] : []));
  return { columns, count: scores.length };
}

/** Absolute values of a vector; of a matrix each column's norm. */
function normOf(state: State, { data, shape }: Importances): number[] {
  if (shape.length === 1) return Array.from(data, Math.abs);
  const [rows, cols] = shape;
  if (shape.length !== 2 || rows === undefined || cols === undefined)
    throw state.malformed("estimator_", `has coefficients of ${shape.length} dimensions`);
  const order = state.number("norm_order");
  if (order !== 1 && order !== 2 && order !== Infinity)
    throw state.unsupported("norm_order", `is ${order}, not 1, 2 or infinity`);
  return Array.from({ length: cols }, (_, col) => {
    const column = Array.from({ length: rows }, (_unused, row) => Math.abs(data[row * cols + col]!));
    if (order === Infinity) return Math.max(...column);
    return order === 1 ? sum(column) : Math.sqrt(sum(column.map((v) => v * v)));
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

interface Threshold {
  readonly value: number;
  readonly computed: boolean;
}

function thresholdOf(state: State, inner: State, scores: readonly number[]): Threshold {
  if (!state.given("threshold"))
    return isSparse(inner, state.version)
      ? { value: 1e-5, computed: false }
      : { value: sum(scores) / scores.length, computed: true };
  const text = state.text("threshold");
  if (text === undefined) return { value: state.number("threshold"), computed: false };
  const match = /^(?:\s*([+-]?[\d.]+(?:[eE][+-]?\d+)?)\s*\*)?\s*(mean|median)\s*$/u.exec(text);
  if (match === null) throw state.unsupported("threshold", `is ${JSON.stringify(text.slice(0, 40))}`);
  const reference = match[2] === "mean" ? sum(scores) / scores.length : median(scores);
  return { value: match[1] === undefined ? reference : Number(match[1]) * reference, computed: true };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >>> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Whether a model sets coefficients to nothing, as each release tells (`_calculate_threshold`). */
function isSparse(inner: State, version: number): boolean {
  const name = inner.shortName;
  if (inner.text("penalty") === "l1" || name.includes("Lasso")) return true;
  const one = (attribute: string): boolean =>
    inner.given(attribute) &&
    Array.from(inner.array(attribute).data).every((v) => Math.abs(v - 1) <= 1e-8 + 1e-5);
  if (version === 100) return false;
  if (version < 107 && name.includes("ElasticNet")) return one("l1_ratio_") || one("l1_ratio");
  if (name === "ElasticNet" || (version >= 108 && name === "LogisticRegression")) return one("l1_ratio");
  return (name === "ElasticNetCV" || (version >= 108 && name === "LogisticRegressionCV")) && one("l1_ratio_");
}

/** The columns of the `max_features` largest scores, the first of equals; all of them where that is not given. */
function bestOf(state: State, scores: readonly number[]): ReadonlySet<number> {
  const all = scores.map((_, i) => i);
  if (!state.given("max_features")) return new Set(all);
  const name = state.has("max_features_") ? "max_features_" : "max_features";
  const count = state.int(name, 0, 2 ** 31);
  return new Set(all.toSorted((a, b) => scores[b]! - scores[a]! || a - b).slice(0, count));
}
