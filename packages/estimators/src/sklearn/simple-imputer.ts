import { asDType, type DType } from "@modelkeep/formats/numpy/dtype";
import { checkFeatures, checkNumeric, checkSize, toFloating } from "../core/check.ts";
import { asObjectTable, selectColumns, stackDense } from "../core/columns.ts";
import { fitsInteger, isFloat, isNumeric } from "../core/dtype.ts";
import { type Entry, type Evaluator, featuresOf, method, type Nested } from "../core/evaluator.ts";
import { type Cell, type Column, type Dense, denseOf, type Matrix, type Table } from "../core/matrix.ts";
import { transformer } from "../core/transformer.ts";
import type { NumericDType } from "../data.ts";
import { badInput } from "../error.ts";
import { readMissingValue, isMissing } from "../read/missing.ts";
import type { State } from "../read/state.ts";
import { refuseBooleans, refuseStrings } from "./missing-indicator.ts";
import { asMatrix } from "./pipeline.ts";

/** Missing values replaced by each column's statistic (sklearn.impute._base.SimpleImputer). */
export const entry: Entry = {
  classes: ["sklearn.impute._base.SimpleImputer"],
  build(state: State, nested: Nested): Evaluator {
    const statistics = readStatistics(state);
    const missing = readMissingValue(state);
    const strategy = state.oneOf("strategy", ["mean", "median", "most_frequent", "constant"]);
    // Since 1.8 a constant fills no column that had no value at fit.
    const fillsAll = strategy === "constant" && state.version < 108;
    const keepsAll = fillsAll || state.boolOr("keep_empty_features", false);
    const kept = statistics.flatMap((value, col) =>
      keepsAll || !(typeof value === "number" && Number.isNaN(value)) ? [col] : [],
    );
    const features = { ...featuresOf(state), count: statistics.length };
    const indicator = state.bool("add_indicator")
      ? method(nested.load(state.value("indicator_"), state.where("indicator_")), "transform")
      : undefined;
    const floats = strategy === "mean" || strategy === "median";
    const objects =
      statistics.some((value) => typeof value !== "number") || dtypeOf(state, "_fit_dtype")?.kind === "O";
    return transformer(state, features, (x): Matrix => {
      checkFeatures(x, features);
      const input = prepare(x, {
        className: features.className,
        floats,
        objects,
        nan: Number.isNaN(missing),
        version: state.version,
        filled: strategy === "constant" && state.version >= 104 ? filledKind(state) : undefined,
      });
      const filled =
        input.kind === "table"
          ? fillTable(input, statistics, missing)
          : fillDense(input, statistics, missing);
      const selected = kept.length === statistics.length ? filled : selectColumns(filled, kept);
      if (indicator === undefined) return selected;
      return stackDense([selected, asMatrix(indicator(stripNames(input)))], x.rows);
    });
  },
};

/** Since 1.4 statistics are written in the precision that the fit saw. */
function readStatistics(state: State): readonly Cell[] {
  const { data } = state.cells("statistics_");
  const filled = dtypeOf(state, "_fill_dtype");
  if (filled?.kind !== "f" || filled.itemSize !== 4) return data;
  return data.map((value) => (typeof value === "number" ? Math.fround(value) : value));
}

/** The kind of what is filled in: kept since 1.8, before it that of the statistics. */
function filledKind(state: State): string | undefined {
  if (state.has("_fill_dtype")) return dtypeOf(state, "_fill_dtype")?.kind;
  const { dtype } = state.cells("statistics_");
  return isNumeric(dtype) ? (dtype === "bool" ? "b" : dtype[0]) : undefined;
}

/** A dtype that a fit of some versions kept. */
function dtypeOf(state: State, name: string): DType | undefined {
  return state.has(name) ? asDType(state.value(name)) : undefined;
}

interface Wanted {
  readonly className: string;
  /** `mean` and `median` read floats; the others keep the input's dtype. */
  readonly floats: boolean;
  /** The imputer was fitted on objects. */
  readonly objects: boolean;
  readonly nan: boolean;
  readonly version: number;
  /** Kind of the constant, where the release compares it with the input's. */
  readonly filled: string | undefined;
}

/** Kinds of numbers in the order in which NumPy casts them without a word: `casting="same_kind"`. */
const KINDS = ["b", "u", "i", "f"];

function refuseCast(filled: string | undefined, dtype: NumericDType): void {
  const kind = dtype === "bool" ? "b" : (dtype[0] ?? "");
  if (filled === undefined || KINDS.indexOf(filled) <= KINDS.indexOf(kind)) return;
  throw badInput(`The dtype of the filling value cannot be cast to the input data that is dtype('${dtype}')`);
}

function refuseNan(table: Table): void {
  if (table.columns.some((column) => Array.from<Cell>(column.data).some(Number.isNaN)))
    throw badInput("Input X contains NaN");
}

/** The input as the imputer's `_validate_input` reads it. */
function prepare(x: Matrix, wanted: Wanted): Dense | Table {
  checkSize(x, wanted.className);
  if (x.kind === "sparse") throw badInput("SimpleImputer of a sparse matrix is not evaluated natively");
  if (x.kind === "series") throw badInput("Expected 2D array, got 1D array instead");
  if (!wanted.floats) {
    refuseBooleans(x, wanted.className);
    refuseStrings(x, wanted.className);
  }
  // Objects stay objects where no strategy asks for floats.
  if (wanted.objects || (!wanted.floats && holdsObjects(x))) {
    const table = asObjectTable(x);
    if (!wanted.nan && wanted.version >= 101) refuseNan(table);
    return table;
  }
  const numeric = checkNumeric(x, wanted.className, { nan: wanted.nan });
  refuseCast(wanted.filled, numeric.dtype);
  return wanted.floats ? toFloating(numeric) : numeric;
}

function holdsObjects(x: Dense | Table): boolean {
  return x.kind === "table" && x.columns.some((column) => !column.numeric);
}

function stripNames(x: Dense | Table): Matrix {
  const { names: _names, ...rest } = x;
  return rest;
}

/**
 * NumPy cuts what is written into an array of whole numbers off, or wraps it around. JSON does not tell `1.0` from `1`, so
 * whether the library would have done so is not known: what does not fit is refused.
 */
function fillOf(statistic: Cell, dtype: NumericDType): number {
  const value = Number(statistic);
  if (isFloat(dtype) || fitsInteger(value, dtype)) return value;
  throw badInput(
    `SimpleImputer would write ${value} into ${dtype}, where NumPy changes it: pass float64 or the dtype of the fit`,
  );
}

function fillDense(x: Dense, statistics: readonly Cell[], missing: Cell): Dense {
  const data = x.data.slice();
  for (let i = 0; i < data.length; i++) {
    if (isMissing(data[i]!, missing)) data[i] = fillOf(statistics[i % x.cols] ?? null, x.dtype);
  }
  return denseOf(data, x.rows, x.cols, x.dtype);
}

function fillTable(x: Table, statistics: readonly Cell[], missing: Cell): Table {
  const columns = x.columns.map((column, col): Column => {
    const fill = statistics[col] ?? null;
    const data = Array.from<Cell, Cell>(column.data, (cell) => (isMissing(cell, missing) ? fill : cell));
    return { numeric: false, data, dtype: "object" };
  });
  return { kind: "table", rows: x.rows, columns };
}
