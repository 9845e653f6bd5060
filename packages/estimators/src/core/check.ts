import type { NumericDType } from "../data.ts";
import { badInput } from "../error.ts";
import { resultType } from "./dtype.ts";
import {
  type Cell,
  type Column,
  columnsOf,
  type Dense,
  denseOf,
  type Floats,
  floatsFor,
  type Matrix,
  namesOf,
  type Sparse,
} from "./matrix.ts";

/** What a fitted estimator remembers of its input: `feature_names_in_` and `n_features_in_`. */
export interface Features {
  readonly className: string;
  readonly names?: readonly string[];
  readonly count?: number;
}

/** scikit-learn's `_check_feature_names` and `_check_n_features`, with their messages. */
export function checkFeatures(x: Matrix, features: Features): void {
  const names = namesOf(x);
  if (names !== undefined && features.names !== undefined) checkNames(names, features.names);
  if (features.count !== undefined && columnsOf(x) !== features.count && x.kind !== "series") {
    throw badInput(
      `X has ${columnsOf(x)} features, but ${features.className} is expecting ${features.count} features as input`,
    );
  }
}

function checkNames(given: readonly string[], fitted: readonly string[]): void {
  if (given.length === fitted.length && given.every((name, i) => name === fitted[i])) return;
  const known = new Set(fitted);
  const present = new Set(given);
  const unexpected = given.filter((name) => !known.has(name)).sort();
  const missing = fitted.filter((name) => !present.has(name)).sort();
  const lines = ["The feature names should match those that were passed during fit."];
  if (unexpected.length > 0) lines.push("Feature names unseen at fit time:", ...list(unexpected));
  if (missing.length > 0) lines.push("Feature names seen at fit time, yet now missing:", ...list(missing));
  if (unexpected.length === 0 && missing.length === 0) {
    lines.push("Feature names must be in the same order as they were in fit.");
  }
  throw badInput(lines.join("\n"));
}

function list(names: readonly string[]): string[] {
  const shown = names.slice(0, 5).map((name) => `- ${name}`);
  return names.length > 5 ? [...shown, "- ..."] : shown;
}

/**
 * `sparse`: keep a CSR matrix as it is, else refuse it. `nan`: let NaN pass. `infinite`: let NaN and infinity pass.
 * `text`: the library names a float dtype, and so reads an array of strings as numbers.
 */
export interface NumericOptions {
  readonly sparse?: boolean;
  readonly nan?: boolean;
  readonly infinite?: boolean;
  readonly text?: boolean;
}

/**
 * scikit-learn's `check_array(dtype="numeric")` of a matrix with at least one row and column.
 * @throws {EstimatorError} `bad-input` with scikit-learn's message
 */
export function checkNumeric(
  x: Matrix,
  className: string,
  options: NumericOptions & { sparse: true },
): Dense | Sparse;
export function checkNumeric(x: Matrix, className: string, options?: NumericOptions): Dense;
export function checkNumeric(x: Matrix, className: string, options: NumericOptions = {}): Dense | Sparse {
  if (x.kind === "series") throw badInput("Expected 2D array, got 1D array instead");
  checkSize(x, className);
  if (x.kind === "sparse" && options.sparse !== true) {
    throw badInput(`Sparse data was passed to ${className}, but dense data is required`);
  }
  if (options.text !== true) refuseText(x);
  const numeric = x.kind === "table" ? stackTable(x.columns, x.rows) : x;
  if (options.infinite !== true) checkFinite(numeric.data, className, options.nan === true, numeric.dtype);
  return numeric;
}

/** An array of strings is no number to the library since 1.1, where a frame's column of strings is one of objects. */
function refuseText(x: Matrix): void {
  if (x.kind !== "table" || x.names !== undefined || !x.columns.some((column) => column.dtype === "str"))
    return;
  throw badInput(
    "dtype='numeric' is not compatible with arrays of bytes/strings. Convert your data to numeric values explicitly instead.",
  );
}

export function checkSize(x: Matrix, className: string): void {
  const cols = columnsOf(x);
  if (x.rows < 1) {
    throw badInput(
      `Found array with 0 sample(s) (shape=(0, ${cols})) while a minimum of 1 is required by ${className}.`,
    );
  }
  if (cols < 1) {
    throw badInput(
      `Found array with 0 feature(s) (shape=(${x.rows}, 0)) while a minimum of 1 is required by ${className}.`,
    );
  }
}

/** Two functions, that each may see one type of array; four sums, that none waits for another. */
function sum64(data: Float64Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < data.length; i += 4) {
    a += data[i]!;
    b += data[i + 1]!;
    c += data[i + 2]!;
    d += data[i + 3]!;
  }
  for (; i < data.length; i++) a += data[i]!;
  return a + b + c + d;
}

function sum32(data: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < data.length; i += 4) {
    a += data[i]!;
    b += data[i + 1]!;
    c += data[i + 2]!;
    d += data[i + 3]!;
  }
  for (; i < data.length; i++) a += data[i]!;
  return a + b + c + d;
}

/** Whether no element is infinite or no number. False may also mean that their sum overflows. */
export function surelyFinite(data: Floats): boolean {
  return Number.isFinite(data instanceof Float32Array ? sum32(data) : sum64(data));
}

/** scikit-learn's `assert_all_finite`. */
export function checkFinite(data: Floats, className: string, allowNan: boolean, dtype: string): void {
  // A sum is finite when all elements are; only when it is not do the elements tell which it is.
  if (surelyFinite(data)) return;
  for (const value of data) {
    if (Number.isNaN(value) && !allowNan) {
      throw badInput(`Input X contains NaN.\n${className} does not accept missing values encoded as NaN`);
    }
    if (value === Infinity || value === -Infinity) {
      throw badInput(`Input X contains infinity or a value too large for dtype('${dtype}').`);
    }
  }
}

/** Columns side by side, in the dtype that NumPy gives them; objects become float64 as `astype(float64)` does. */
export function stackTable(columns: readonly Column[], rows: number): Dense {
  const dtype = columns.map((c): NumericDType => (c.numeric ? c.dtype : "float64")).reduce(resultType);
  const cols = columns.length;
  const data = floatsFor(dtype, rows * cols);
  columns.forEach((column, col) => {
    if (column.numeric) for (let row = 0; row < rows; row++) data[row * cols + col] = column.data[row]!;
    else column.data.forEach((cell, row) => (data[row * cols + col] = numberOf(cell)));
  });
  return denseOf(data, rows, cols, dtype);
}

/** Python's `float()` of text: no hexadecimal, no separators here but single underscores between digits. */
const PYTHON_FLOAT = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/u;

/** One object as float64: `numpy.array([cell], dtype=object).astype(float64)`. */
export function numberOf(cell: Cell): number {
  if (typeof cell === "number") return cell;
  if (cell === null) return Number.NaN;
  if (typeof cell === "boolean") return cell ? 1 : 0;
  if (typeof cell === "string") {
    const text = cell.trim();
    if (PYTHON_FLOAT.test(text)) return Number(text.replaceAll("_", ""));
    const word = /^([+-]?)(inf(?:inity)?|nan)$/iu.exec(text);
    if (word !== null)
      return word[2]?.toLowerCase() === "nan" ? Number.NaN : word[1] === "-" ? -Infinity : Infinity;
  }
  throw badInput(`could not convert string to float: ${JSON.stringify(String(cell).slice(0, 80))}`);
}

/** The matrix in float32 as trees read it (`DTYPE`). */
export function toFloat32(x: Dense): Dense & { readonly data: Float32Array } {
  return {
    ...x,
    dtype: "float32",
    data: x.data instanceof Float32Array ? x.data : new Float32Array(x.data),
  };
}

/** `check_array(dtype=FLOAT_DTYPES)`: float32 stays, all else is float64. The data may be shared with the input. */
export function toFloating<T extends Dense | Sparse>(x: T): T {
  return x.dtype === "float32" || x.dtype === "float64" ? x : { ...x, dtype: "float64" };
}
