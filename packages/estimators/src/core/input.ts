import type { Csr, DType, Frame, Input, NumericDType, Tensor } from "../data.ts";
import { badInput } from "../error.ts";
import { isNumeric } from "./dtype.ts";
import { type Cell, type Column, type Floats, floatsFor, type Matrix, type Table } from "./matrix.ts";

/** Bounds on what one call may be asked to hold: 2**28 elements are 2 GiB of float64. */
const MAX_ELEMENTS = 2 ** 28;

/**
 * The caller's input in the engine's form. Arrays of float64 and float32 are the caller's own, not copies: no evaluator
 * writes into what it is given, and `invoke` copies what an answer would share with the input.
 * @throws {EstimatorError} `bad-input` for shapes that disagree, unsafe whole numbers, values of no known type
 */
export function readInput(input: Input): Matrix {
  if (Array.isArray(input)) return readList(input as readonly unknown[]);
  if ("indptr" in input) return readCsr(input);
  if ("columns" in input) return readFrame(input);
  if ("shape" in input) return readTensor(input);
  throw badInput("Input is neither a tensor, a frame, a CSR matrix, texts nor records");
}

function readList(items: readonly unknown[]): Matrix {
  if (items.every((item) => typeof item === "string")) {
    return {
      kind: "series",
      rows: items.length,
      column: { numeric: false, data: items, dtype: "object" },
    };
  }
  if (items.every((item) => typeof item === "object" && item !== null && !Array.isArray(item))) {
    return readRecords(items as readonly Readonly<Record<string, unknown>>[]);
  }
  throw badInput("A list must hold only strings or only records");
}

/** As `pandas.DataFrame.from_records`: columns in order of first appearance, a missing entry is not-a-number. */
function readRecords(records: readonly Readonly<Record<string, unknown>>[]): Matrix {
  const columns = new Map<string, unknown[]>();
  records.forEach((record, row) => {
    for (const [name, value] of Object.entries(record)) {
      let column = columns.get(name);
      if (column === undefined) {
        if ((columns.size + 1) * records.length > MAX_ELEMENTS) throw badInput("Too many distinct columns");
        column = Array.from({ length: records.length }, () => Number.NaN);
        columns.set(name, column);
      }
      column[row] = value;
    }
  });
  return lazyFrame(columns, records);
}

/** Columns are read when they are asked for: records may hold lists, which only some estimators take. */
function lazyFrame(
  columns: ReadonlyMap<string, unknown[]>,
  records: readonly Readonly<Record<string, unknown>>[],
): Table {
  let read: readonly Column[] | undefined;
  return {
    kind: "table",
    rows: records.length,
    names: [...columns.keys()],
    records,
    get columns() {
      read ??= [...columns].map(([name, data]) =>
        readColumn(data, undefined, `column ${JSON.stringify(name)}`),
      );
      return read;
    },
  };
}

function readFrame(frame: Frame): Matrix {
  const names: string[] = [];
  const columns: Column[] = [];
  const dtypes = new Map(Object.entries(frame.dtypes ?? {}));
  const entries = frame.columns instanceof Map ? [...frame.columns] : Object.entries(frame.columns);
  for (const [name, data] of entries) {
    names.push(name);
    columns.push(readColumn(data, dtypes.get(name), `column ${JSON.stringify(name)}`));
  }
  const rows = columns[0]?.data.length ?? 0;
  columns.forEach((column, i) => {
    if (column.data.length !== rows) {
      throw badInput(
        `Column ${JSON.stringify(names[i])} has ${column.data.length} values, the first has ${rows}`,
      );
    }
  });
  return { kind: "table", columns, rows, names };
}

function readTensor(tensor: Tensor): Matrix {
  const { shape, data } = tensor;
  if (!shape.every((n) => Number.isSafeInteger(n) && n >= 0))
    throw badInput(`Impossible shape [${shape.join(", ")}]`);
  const size = shape.reduce((a, b) => a * b, 1);
  if (size > MAX_ELEMENTS) throw badInput(`More than ${MAX_ELEMENTS} elements`);
  if (size !== data.length)
    throw badInput(`Shape [${shape.join(", ")}] wants ${size} values, data has ${data.length}`);
  if (shape.length > 2) throw badInput(`Found array with dim ${shape.length}, while dim <= 2 is required`);
  if (shape.length === 0) throw badInput("Expected 2D array, got scalar array instead");
  const column = readColumn(data, tensor.dtype, "data");
  const rows = shape[0] ?? 0;
  const cols = shape[1];
  if (cols === undefined) return { kind: "series", column, rows };
  if (column.numeric) return { kind: "dense", data: column.data, rows, cols, dtype: column.dtype };
  const columns = Array.from({ length: cols }, (_, col): Column => {
    const cells = Array.from({ length: rows }, (_unused, row) => column.data[row * cols + col] ?? null);
    return { numeric: false, data: cells, dtype: column.dtype };
  });
  return { kind: "table", columns, rows };
}

function readCsr(csr: Csr): Matrix {
  const [rows, cols] = csr.shape;
  if (
    !Number.isSafeInteger(rows) ||
    !Number.isSafeInteger(cols) ||
    rows < 0 ||
    cols < 0 ||
    rows > MAX_ELEMENTS ||
    cols > 2 ** 31 - 1
  ) {
    throw badInput(`Impossible shape [${rows}, ${cols}]`);
  }
  if (csr.indptr.length !== rows + 1)
    throw badInput(`indptr has ${csr.indptr.length} entries, not ${rows + 1}`);
  if (csr.indices.length !== csr.data.length) throw badInput("indices and data differ in length");
  const column = readColumn(csr.data, csr.dtype, "data");
  if (!column.numeric) throw badInput("A sparse matrix holds numbers only");
  const indptr = Int32Array.from(csr.indptr);
  const indices = Int32Array.from(csr.indices);
  checkCsr(csr, indptr, indices, cols);
  return { kind: "sparse", indptr, indices, data: column.data, rows, cols, dtype: column.dtype };
}

function checkCsr(csr: Csr, indptr: Int32Array, indices: Int32Array, cols: number): void {
  let previous = 0;
  for (const [i, at] of indptr.entries()) {
    if (at !== csr.indptr[i] || at < previous || at > indices.length || (i === 0 && at !== 0)) {
      throw badInput(`indptr[${i}] = ${csr.indptr[i]} is out of order`);
    }
    previous = at;
  }
  if (previous !== indices.length)
    throw badInput(`indptr ends at ${previous}, but there are ${indices.length} entries`);
  for (const [k, col] of indices.entries()) {
    if (col !== csr.indices[k] || col < 0 || col >= cols)
      throw badInput(`indices[${k}] = ${csr.indices[k]} is out of range`);
  }
}

const TYPED: ReadonlyMap<string, NumericDType> = new Map([
  ["Float64Array", "float64"],
  ["Float32Array", "float32"],
  ["Int32Array", "int32"],
  ["Int16Array", "int16"],
  ["Int8Array", "int8"],
  ["Uint32Array", "uint32"],
  ["Uint16Array", "uint16"],
  ["Uint8Array", "uint8"],
  ["Uint8ClampedArray", "uint8"],
  ["BigInt64Array", "int64"],
  ["BigUint64Array", "uint64"],
]);

/** One column of whatever the caller has, with or without a dtype. */
export function readColumn(data: ArrayLike<unknown>, dtype: DType | undefined, what: string): Column {
  if (data instanceof Float64Array && (dtype === undefined || dtype === "float64")) {
    return { numeric: true, data, dtype: "float64" };
  }
  if (data instanceof Float32Array && (dtype === undefined || dtype === "float32")) {
    return { numeric: true, data, dtype: "float32" };
  }
  const known = dtype ?? TYPED.get(Object.prototype.toString.call(data).slice(8, -1)) ?? inferDType(data);
  if (isNumeric(known)) return { numeric: true, data: toFloats(data, known, what), dtype: known };
  if (known === "category") {
    const inferred = inferDType(data);
    if (isNumeric(inferred)) return readColumn(data, inferred, what);
  }
  const cells = Array.from(data, (value) => toCell(value, what));
  return { numeric: false, data: cells, dtype: known === "category" ? "object" : known };
}

/** Numbers → float64 (a missing one among them is not-a-number), booleans → bool, all else → object. */
function inferDType(data: ArrayLike<unknown>): DType {
  let numbers = 0;
  let booleans = 0;
  let bigints = 0;
  for (let i = 0; i < data.length; i++) {
    const type = typeof data[i];
    if (type === "number") numbers++;
    else if (type === "boolean") booleans++;
    else if (type === "bigint") bigints++;
    else return "object";
  }
  if (booleans > 0) return booleans === data.length ? "bool" : "object";
  return bigints > 0 && numbers === 0 ? "int64" : "float64";
}

function toFloats(data: ArrayLike<unknown>, dtype: NumericDType, what: string): Floats {
  const out = floatsFor(dtype, data.length);
  const whole = dtype !== "float64" && dtype !== "float32";
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    const number = typeof value === "number" ? value : toNumber(value, what);
    if (whole && !Number.isSafeInteger(number)) {
      throw badInput(`${what} holds ${String(value)}, which is no ${dtype} that can be held exactly`);
    }
    out[i] = number;
  }
  return out;
}

function toNumber(value: unknown, what: string): number {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value === null || value === undefined) return Number.NaN;
  if (typeof value === "bigint" && value === BigInt(Number(value)) && Number.isSafeInteger(Number(value)))
    return Number(value);
  throw badInput(`${what} holds a ${typeof value} where a number is expected`);
}

function toCell(value: unknown, what: string): Cell {
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "bigint") return toNumber(value, what);
  if (value === null || value === undefined) return null;
  throw badInput(`${what} holds a ${typeof value}, which is no single value`);
}
