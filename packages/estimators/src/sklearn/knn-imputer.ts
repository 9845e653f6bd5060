import { checkFeatures, checkNumeric, toFloating } from "../core/check.ts";
import { selectColumns, stackDense } from "../core/columns.ts";
import { expansionError, isExact, squaredNorms, undecided } from "../core/distances.ts";
import { type Entry, type Evaluator, featuresOf, method, type Nested } from "../core/evaluator.ts";
import { type Dense, denseOf, type Matrix } from "../core/matrix.ts";
import { transformer } from "../core/transformer.ts";
import { badInput } from "../error.ts";
import { type Found, pick } from "../neighbors/index.ts";
import { EUCLIDEAN } from "../neighbors/metric.ts";
import { requireSet, type Weights, weightsOf } from "../neighbors/votes.ts";
import { isMissing, readMissingValue } from "../read/missing.ts";
import { readPoints } from "../read/points.ts";
import type { State } from "../read/state.ts";
import { readWeights } from "./k-neighbors.ts";
import { asMatrix } from "./pipeline.ts";

/** Missing values filled with the mean of the nearest samples that have them (sklearn.impute._knn.KNNImputer). */
export const entry: Entry = {
  classes: ["sklearn.impute._knn.KNNImputer"],
  build(state: State, nested: Nested): Evaluator {
    const missing = readMissing(state);
    const samples = readPoints(state, "_fit_X");
    if (samples.dtype === "float32")
      throw state.unsupported("_fit_X", "is float32: means in single precision are not evaluated natively");
    if (state.text("metric") !== "nan_euclidean")
      throw state.unsupported("metric", "is not 'nan_euclidean', which is not evaluated natively");
    const absent = Array.from(samples.data, (v) => isMissing(v, missing));
    const fitted: Fitted = {
      rows: samples.rows,
      cols: samples.cols,
      data: samples.data.map((v, i) => (absent[i] === true ? 0 : v)),
      absent,
      neighbors: state.int("n_neighbors", 1, 2 ** 31),
      weights: readWeights(state),
      countsStrangers: state.version < 106,
    };
    const columns = Array.from({ length: fitted.cols }, (_, col) => col);
    const filled = columns.filter((col) => donorsOf(fitted, col).length > 0);
    const keepsAll = state.boolOr("keep_empty_features", false);
    const indicator = state.bool("add_indicator")
      ? method(nested.load(state.value("indicator_"), state.where("indicator_")), "transform")
      : undefined;
    const features = { ...featuresOf(state), count: fitted.cols };
    return transformer(state, features, (x): Matrix => {
      checkFeatures(x, features);
      const numeric = toFloating(checkNumeric(x, features.className, { nan: Number.isNaN(missing) }));
      const plain = denseOf(numeric.data, numeric.rows, numeric.cols, numeric.dtype);
      const gaps = Array.from(plain.data, (v) => isMissing(v, missing));
      const done = impute(plain, gaps, fitted, filled);
      const chosen = keepsAll ? emptied(done, filled) : selectColumns(done, filled);
      // Until 1.3 the indicator was left out where nothing was missing.
      const bare = state.version < 103 && !gaps.includes(true);
      if (indicator === undefined || bare) return chosen;
      return stackDense([chosen, asMatrix(indicator(plain))], x.rows);
    });
  },
};

function readMissing(state: State): number {
  const missing = readMissingValue(state);
  if (typeof missing !== "number") throw state.unsupported("missing_values", "is no number");
  return missing;
}

interface Fitted {
  readonly rows: number;
  readonly cols: number;
  /** With 0 for what is missing. */
  readonly data: Float64Array;
  readonly absent: readonly boolean[];
  readonly neighbors: number;
  readonly weights: Weights;
  /** Until 1.6 samples without a distance to the row counted as neighbours, where too few had one. */
  readonly countsStrangers: boolean;
}

/** Samples that have a value in a column. */
function donorsOf({ rows, cols, absent }: Fitted, col: number): number[] {
  return Array.from({ length: rows }, (_, i) => i).filter((i) => absent[i * cols + col] !== true);
}

/** Columns that had no value at fit are 0. */
function emptied(x: Dense, filled: readonly number[]): Dense {
  const kept = new Set(filled);
  return denseOf(
    x.data.map((v, i) => (kept.has(i % x.cols) ? v : 0)),
    x.rows,
    x.cols,
    x.dtype,
  );
}

function impute(x: Dense, gaps: readonly boolean[], fitted: Fitted, filled: readonly number[]): Dense {
  const out = x.data.slice();
  const donors = filled.map((col) => donorsOf(fitted, col));
  const measure = measurer(x, gaps, fitted);
  for (let row = 0; row < x.rows; row++) {
    const wanted = filled.flatMap((col, at) => (gaps[row * x.cols + col] === true ? [{ col, at }] : []));
    if (wanted.length === 0) continue;
    if (x.dtype === "float32")
      throw badInput(
        "KNNImputer of missing values in single precision is not evaluated natively: pass float64",
      );
    const distances = measure(row);
    for (const { col, at } of wanted) out[row * x.cols + col] = valueOf(fitted, col, donors[at]!, distances);
  }
  return denseOf(out, x.rows, x.cols, x.dtype);
}

interface Distances {
  /** Mean squares of the differences in columns that both have, times all columns; not-a-number where they share none. */
  readonly squares: Float64Array;
  readonly errors: Float64Array;
  readonly exact: boolean;
}

/** `nan_euclidean_distances`, and how far the library's may be from them: it expands the square. */
function measurer(x: Dense, gaps: readonly boolean[], fitted: Fitted): (row: number) => Distances {
  const { rows, cols, data, absent } = fitted;
  const zeroed = Float64Array.from(x.data, (v, i) => (gaps[i] === true ? 0 : v));
  const exact = isExact(cols, zeroed, data);
  const normsX = squaredNorms(zeroed, x.rows, cols);
  const normsY = squaredNorms(data, rows, cols);
  return (row) => {
    const squares = new Float64Array(rows);
    const errors = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      let shared = 0;
      for (let j = 0; j < cols; j++) {
        if (gaps[row * cols + j] === true || absent[i * cols + j] === true) continue;
        const d = zeroed[row * cols + j]! - data[i * cols + j]!;
        sum += d * d;
        shared++;
      }
      squares[i] = shared === 0 ? Number.NaN : (sum / shared) * cols;
      errors[i] = exact ? 0 : (4 * expansionError(cols, normsX[row]!, normsY[i]!) * cols) / shared;
      if (!(normsX[row]! + normsY[i]! < BIGGEST)) throw undecided("A distance so large");
    }
    return { squares, errors, exact };
  };
}

const BIGGEST = 1e300;

function valueOf(fitted: Fitted, col: number, donors: readonly number[], distances: Distances): number {
  const { cols, data } = fitted;
  const value = (i: number): number => data[i * cols + col]!;
  const known = donors.filter((i) => !Number.isNaN(distances.squares[i]!));
  if (known.length === 0) return mean(donors.map(value));
  const wanted = Math.min(fitted.neighbors, donors.length);
  const found = pick(
    {
      reduced: Float64Array.from(known, (i) => distances.squares[i]!),
      errors: Float64Array.from(known, (i) => distances.errors[i]!),
      exact: distances.exact,
    },
    Math.min(wanted, known.length),
    EUCLIDEAN,
  );
  requireSet(found, (a, b) => value(known[a]!) === value(known[b]!));
  const near = Array.from(found.indices, (at) => value(known[at]!));
  if (fitted.weights === "distance") return weighted(near, found);
  return mean([...near, ...strangers(fitted, donors, wanted - near.length, distances, value)]);
}

function strangers(
  fitted: Fitted,
  donors: readonly number[],
  count: number,
  { squares }: Distances,
  value: (i: number) => number,
): number[] {
  if (count <= 0 || !fitted.countsStrangers) return [];
  const values = donors.filter((i) => Number.isNaN(squares[i]!)).map(value);
  if (values.length > count && values.some((v) => v !== values[0]))
    throw undecided("Which of the samples without a distance are neighbours");
  return values.slice(0, count);
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

function weighted(values: readonly number[], found: Found): number {
  const weights = weightsOf(found, "distance");
  const total = weights.reduce((a, b) => a + b, 0);
  return values.reduce((sum, v, i) => sum + v * weights[i]!, 0) / total;
}
