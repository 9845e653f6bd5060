import { resultType } from "./dtype.ts";
import {
  type Cell,
  type Column,
  type Dense,
  denseOf,
  type Floats,
  floatsFor,
  type Matrix,
  type Sparse,
  sparsify,
  type Table,
  densify,
} from "./matrix.ts";
import { badInput } from "../error.ts";
import { checkNumeric, checkSize, type NumericOptions, stackTable } from "./check.ts";

/** A new matrix with `f(value, column)` in place of each value, in the matrix's own precision. */
export function mapColumns(x: Dense, f: (value: number, col: number) => number): Dense {
  const data = floatsFor(x.dtype, x.data.length);
  const { cols } = x;
  let i = 0;
  for (let row = 0; row < x.rows; row++) {
    for (let col = 0; col < cols; col++, i++) data[i] = f(x.data[i]!, col);
  }
  return denseOf(data, x.rows, cols);
}

/** The same for the stored entries of a sparse matrix. */
export function mapEntries(x: Sparse, f: (value: number, col: number) => number): Sparse {
  const data = floatsFor(x.dtype, x.data.length);
  for (let k = 0; k < data.length; k++) data[k] = f(x.data[k]!, x.indices[k]!);
  return { ...x, data };
}

/** One column of any two-dimensional matrix. */
export function columnAt(x: Matrix, col: number): Column {
  switch (x.kind) {
    case "table": {
      const column = x.columns[col];
      if (column === undefined) throw badInput(`There is no column ${col}`);
      return column;
    }
    case "dense":
      return { numeric: true, data: denseColumn(x, col), dtype: x.dtype };
    case "sparse":
      return { numeric: true, data: denseColumn(densify(x), col), dtype: x.dtype };
    case "series":
    default:
      throw badInput("Expected 2D array, got 1D array instead");
  }
}

function denseColumn(x: Dense, col: number): Floats {
  const data = floatsFor(x.dtype, x.rows);
  for (let row = 0; row < x.rows; row++) data[row] = x.data[row * x.cols + col]!;
  return data;
}

/** Some columns, in the given order; every index must be in range. Names go along. */
export function selectColumns(x: Matrix, indices: readonly number[]): Matrix {
  if (x.kind === "dense") return selectDense(x, indices);
  if (x.kind === "sparse") return selectSparse(x, indices);
  if (x.kind === "series") throw badInput("Expected 2D array, got 1D array instead");
  const names = x.names === undefined ? {} : { names: indices.map((i) => x.names?.[i] ?? "") };
  return { kind: "table", rows: x.rows, columns: indices.map((i) => columnAt(x, i)), ...names };
}

function selectDense(x: Dense, indices: readonly number[]): Dense {
  const cols = indices.length;
  const data = floatsFor(x.dtype, x.rows * cols);
  for (let row = 0; row < x.rows; row++) {
    for (let col = 0; col < cols; col++) data[row * cols + col] = x.data[row * x.cols + indices[col]!]!;
  }
  const names = x.names === undefined ? {} : { names: indices.map((i) => x.names?.[i] ?? "") };
  return { ...denseOf(data, x.rows, cols, x.dtype), ...names };
}

function selectSparse(x: Sparse, indices: readonly number[]): Sparse {
  const targets = new Map<number, number[]>();
  indices.forEach((from, to) => targets.set(from, [...(targets.get(from) ?? []), to]));
  const indptr = new Int32Array(x.rows + 1);
  const cols: number[] = [];
  const data: number[] = [];
  for (let row = 0; row < x.rows; row++) {
    const entries: [number, number][] = [];
    for (let k = x.indptr[row]!; k < x.indptr[row + 1]!; k++) {
      for (const to of targets.get(x.indices[k]!) ?? []) entries.push([to, x.data[k]!]);
    }
    entries.sort((a, b) => a[0] - b[0]);
    for (const [to, value] of entries) {
      cols.push(to);
      data.push(value);
    }
    indptr[row + 1] = cols.length;
  }
  const values = floatsFor(x.dtype, data.length);
  values.set(data);
  return { ...x, indptr, indices: Int32Array.from(cols), data: values, cols: indices.length };
}

/** `numpy.hstack` of dense blocks: numbers in their common type, or a table of objects when any block holds objects. */
export function stackDense(blocks: readonly Matrix[], rows: number): Matrix {
  refuseStrings(blocks);
  const dense = blocks.map((block) => (block.kind === "sparse" ? densify(block) : block));
  const tables = dense.map((block) =>
    block.kind === "table" && isNumericTable(block) ? stackTable(block.columns, rows) : block,
  );
  if (tables.every((block) => block.kind === "dense")) return stackNumbers(tables, rows);
  const columns = tables.flatMap((block): Column[] => {
    if (block.kind === "table") return block.columns.map(toObjects);
    if (block.kind === "series") throw badInput("Expected 2D array, got 1D array instead");
    return Array.from({ length: block.kind === "dense" ? block.cols : 0 }, (_, col) =>
      toObjects(columnAt(block, col)),
    );
  });
  return { kind: "table", rows, columns };
}

/** NumPy makes strings of numbers beside an array of strings. */
function refuseStrings(blocks: readonly Matrix[]): void {
  const isStrings = (block: Matrix): boolean =>
    block.kind === "table" && block.names === undefined && block.columns.some(({ dtype }) => dtype === "str");
  if (blocks.some(isStrings) && blocks.some((block) => block.kind !== "table"))
    throw badInput(
      "Numbers beside an array of strings, which NumPy makes strings of, are not evaluated natively",
    );
}

/** Whether pandas makes a numeric array of these columns: booleans beside numbers make it one of objects. */
export function isNumericTable(table: Table): boolean {
  const booleans = table.columns.filter((column) => column.dtype === "bool").length;
  return (
    table.columns.every((column) => column.numeric) && (booleans === 0 || booleans === table.columns.length)
  );
}

function stackNumbers(blocks: readonly Dense[], rows: number): Dense {
  const dtype = blocks.map((block) => block.dtype).reduce(resultType, blocks[0]?.dtype ?? "float64");
  const cols = blocks.reduce((sum, block) => sum + block.cols, 0);
  const data = floatsFor(dtype, rows * cols);
  let offset = 0;
  for (const block of blocks) {
    for (let row = 0; row < rows; row++) {
      for (let col = 0; col < block.cols; col++)
        data[row * cols + offset + col] = block.data[row * block.cols + col]!;
    }
    offset += block.cols;
  }
  return denseOf(data, rows, cols, dtype);
}

/** A column as NumPy's `astype(object)` gives it. */
function toObjects(column: Column): Column {
  if (!column.numeric) return { numeric: false, data: column.data, dtype: "object" };
  const cells: Cell[] = column.dtype === "bool" ? Array.from(column.data, Boolean) : Array.from(column.data);
  return { numeric: false, data: cells, dtype: "object" };
}

/** `scipy.sparse.hstack(blocks).tocsr()`. */
export function stackSparse(blocks: readonly Matrix[], rows: number, className: string): Sparse {
  const parts = blocks.map((block): Sparse => {
    if (block.kind === "sparse") return block;
    return sparsify(checkNumeric(block, className, { infinite: true }));
  });
  const dtype = parts.map((part) => part.dtype).reduce(resultType, parts[0]?.dtype ?? "float64");
  const count = parts.reduce((sum, part) => sum + part.data.length, 0);
  const indptr = new Int32Array(rows + 1);
  const indices = new Int32Array(count);
  const data = floatsFor(dtype, count);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    let offset = 0;
    for (const part of parts) {
      for (let k = part.indptr[row]!; k < part.indptr[row + 1]!; k++) {
        indices[at] = part.indices[k]! + offset;
        data[at++] = part.data[k]!;
      }
      offset += part.cols;
    }
    indptr[row + 1] = at;
  }
  const cols = parts.reduce((sum, part) => sum + part.cols, 0);
  return { kind: "sparse", indptr, indices, data, rows, cols, dtype };
}

/**
 * scikit-learn's `check_array(dtype=None)`, without names: numbers in their common type, objects as they are.
 * @throws {EstimatorError} `bad-input` with scikit-learn's message
 */
export function keepType(x: Matrix, className: string, options: NumericOptions = {}): Matrix {
  if (x.kind !== "table" || isNumericTable(x)) {
    const numeric = checkNumeric(x, className, { ...options, sparse: true });
    if (numeric.kind === "sparse") return numeric;
    return denseOf(numeric.data, numeric.rows, numeric.cols, numeric.dtype);
  }
  checkSize(x, className);
  if (options.nan !== true && x.columns.some((column) => Array.from<Cell>(column.data).some(Number.isNaN)))
    throw badInput("Input X contains NaN");
  const strings = x.names === undefined && x.columns.every(({ dtype }) => dtype === "str");
  return strings ? x : asObjectTable(x);
}

/** A dense matrix or table as a table of objects, without names. */
export function asObjectTable(x: Dense | Table): Table {
  const cols = x.kind === "table" ? x.columns.length : x.cols;
  const columns = Array.from({ length: cols }, (_, col) => toObjects(columnAt(x, col)));
  return { kind: "table", rows: x.rows, columns };
}
