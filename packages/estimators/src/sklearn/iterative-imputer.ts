import { checkFeatures, checkNumeric, toFloating } from "../core/check.ts";
import { selectColumns } from "../core/columns.ts";
import { type Entry, type Evaluator, featuresOf, method, type Nested } from "../core/evaluator.ts";
import { numbers } from "../core/binary-members.ts";
import { type Dense, denseOf, type Floats, type Matrix } from "../core/matrix.ts";
import { transformer } from "../core/transformer.ts";
import { badInput } from "../error.ts";
import { readNumbers } from "../read/array.ts";
import { isMissing, readMissingValue } from "../read/missing.ts";
import { asInstance, innerState, type State } from "../read/state.ts";
import { asMatrix } from "./pipeline.ts";

/** Missing values predicted from the other columns, in rounds (sklearn.impute._iterative.IterativeImputer). */
export const entry: Entry = {
  classes: ["sklearn.impute._iterative.IterativeImputer"],
  build(state: State, nested: Nested): Evaluator {
    if (state.bool("sample_posterior")) throw state.unsupported("sample_posterior", "draws at random");
    if (state.boolOr("keep_empty_features", false))
      throw state.unsupported("keep_empty_features", "is set, which is not evaluated natively");
    if (state.text("initial_strategy") === "constant")
      throw state.unsupported("initial_strategy", "is 'constant', which is not evaluated natively");
    const missing = readMissingValue(state);
    const kept = keptColumns(state);
    const fill = method(
      nested.load(state.value("initial_imputer_"), state.where("initial_imputer_")),
      "transform",
    );
    const steps = state.int("n_iter_", 0, 1e6) === 0 ? [] : readSteps(state, nested, kept.length);
    const indicated = readIndicator(state, kept.count);
    const features = { ...featuresOf(state), count: kept.count };
    return transformer(state, features, (x): Matrix => {
      checkFeatures(x, features);
      const numeric = toFloating(checkNumeric(x, features.className, { nan: Number.isNaN(missing) }));
      if (numeric.dtype === "float32")
        throw badInput("IterativeImputer of single precision is not evaluated natively: pass float64");
      const plain = denseOf(numeric.data, numeric.rows, numeric.cols, "float64");
      const filled = asMatrix(fill(plain));
      if (filled.kind !== "dense" || filled.cols !== kept.length)
        throw state.malformed("initial_imputer_", "fills other columns");
      const mask = Array.from(plain.data, (v) => isMissing(v, missing));
      const out = impute(
        Float64Array.from(filled.data),
        { mask, kept: kept.columns, cols: kept.count },
        steps,
      );
      return withIndicator(denseOf(out, x.rows, kept.length), mask, kept.count, indicated);
    });
  },
};

/** Columns that had a value at fit. */
function keptColumns(state: State): { columns: number[]; length: number; count: number } {
  const imputer = innerState(state.value("initial_imputer_"), state.where("initial_imputer_"), state.version);
  if (imputer?.className !== "sklearn.impute._base.SimpleImputer")
    throw state.malformed("initial_imputer_", "is no SimpleImputer");
  const statistics = imputer.vector("statistics_");
  const columns = Array.from(statistics, (v, col) => (Number.isNaN(v) ? [] : [col])).flat();
  return { columns, length: columns.length, count: statistics.length };
}

interface Step {
  readonly target: number;
  readonly sources: readonly number[];
  readonly predict: (x: Matrix) => Floats;
  readonly low: number;
  readonly high: number;
}

/** `imputation_sequence_`: which column is predicted from which, by what, in order. */
function readSteps(state: State, nested: Nested, cols: number): Step[] {
  const low = state.vector("_min_value");
  const high = state.vector("_max_value");
  return state.items("imputation_sequence_").map((value, i): Step => {
    const where = `${state.where("imputation_sequence_")}[${i}]`;
    const triplet = asInstance(value, where);
    const [target, sources, estimator] = triplet?.args ?? [];
    if (
      triplet?.className !== "sklearn.impute._iterative._ImputerTriplet" ||
      !target ||
      !sources ||
      !estimator
    )
      throw state.malformed(`imputation_sequence_[${i}]`, "is no step");
    const [at] = readNumbers(target, where).data;
    const from = Array.from(readNumbers(sources, where).data);
    const inside = (col: number | undefined): col is number =>
      Number.isInteger(col) && col! >= 0 && col! < cols;
    if (!inside(at) || from.length === 0 || !from.every(inside) || low.length < cols || high.length < cols)
      throw state.malformed(`imputation_sequence_[${i}]`, "names columns that are not there");
    return {
      target: at,
      sources: from,
      predict: numbers(nested.load(estimator, where)),
      low: low[at]!,
      high: high[at]!,
    };
  });
}

interface Missing {
  readonly mask: readonly boolean[];
  readonly kept: readonly number[];
  readonly cols: number;
}

/** Predicts in `data`, in place, where a value is missing. */
function impute(data: Float64Array, { mask, kept, cols }: Missing, steps: readonly Step[]): Float64Array {
  const width = kept.length;
  const rows = width === 0 ? 0 : data.length / width;
  const gone = (row: number, col: number): boolean => mask[row * cols + kept[col]!]!;
  const every = Array.from({ length: rows }, (_, row) => row);
  // Nothing is predicted where nothing is known.
  if (every.every((row) => kept.every((_, col) => gone(row, col)))) return data;
  for (const { target, sources, predict, low, high } of steps) {
    const open = every.filter((row) => gone(row, target));
    if (open.length === 0) continue;
    const some = Float64Array.from(
      open.flatMap((row) => Array.from(data.subarray(row * width, (row + 1) * width))),
    );
    const answers = predict(selectColumns(denseOf(some, open.length, width), sources));
    open.forEach((row, i) => {
      const v = answers[i]!;
      data[row * width + target] = v < low ? low : v > high ? high : v;
    });
  }
  return data;
}

/** Columns whose gaps the `indicator_` shows; undefined where none was asked for. */
function readIndicator(state: State, count: number): readonly number[] | undefined {
  if (!state.bool("add_indicator")) return undefined;
  const inner = innerState(state.value("indicator_"), state.where("indicator_"), state.version);
  if (inner?.className !== "sklearn.impute._base.MissingIndicator")
    throw state.malformed("indicator_", "is no MissingIndicator");
  const columns = Array.from(inner.vector("features_"));
  if (columns.some((col) => !Number.isInteger(col) || col < 0 || col >= count))
    throw state.malformed("indicator_", "shows columns that are not there");
  return columns;
}

function withIndicator(
  x: Dense,
  mask: readonly boolean[],
  cols: number,
  shown: readonly number[] | undefined,
): Dense {
  if (shown === undefined) return x;
  const width = x.cols + shown.length;
  const out = new Float64Array(x.rows * width);
  for (let row = 0; row < x.rows; row++) {
    out.set(x.data.subarray(row * x.cols, (row + 1) * x.cols), row * width);
    shown.forEach((col, k) => (out[row * width + x.cols + k] = mask[row * cols + col]! ? 1 : 0));
  }
  return denseOf(out, x.rows, width);
}
