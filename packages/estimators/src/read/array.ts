import type { Value } from "@modelkeep/formats/value";
import type { Cell } from "../core/matrix.ts";
import type { DType, NumericDType } from "../data.ts";
import { malformed, unsupported } from "../error.ts";
import { asNdArray, type NdArray, type NpDType } from "./ndarray.ts";

/** A numeric array in C order. Whatever its dtype, every value is held exactly. */
export interface Numbers {
  readonly data: Float64Array;
  readonly shape: readonly number[];
  readonly dtype: NumericDType;
}

/** An array of single values in C order. */
export interface Cells {
  readonly data: readonly Cell[];
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** A structured array, read by field. */
export interface Records {
  readonly rows: number;
  has(field: string): boolean;
  /** @throws {EstimatorError} `malformed` when there is no such numeric field */
  column(field: string): Float64Array;
}

/** Reads one number of a given type at a byte offset. */
type Getter = (view: DataView, at: number, little: boolean) => number;

const GETTERS: ReadonlyMap<string, { readonly get: Getter; readonly dtype: NumericDType }> = new Map([
  ["f8", { get: (v, at, le) => v.getFloat64(at, le), dtype: "float64" }],
  ["f4", { get: (v, at, le) => v.getFloat32(at, le), dtype: "float32" }],
  ["i8", { get: (v, at, le) => exact(v.getBigInt64(at, le)), dtype: "int64" }],
  ["i4", { get: (v, at, le) => v.getInt32(at, le), dtype: "int32" }],
  ["i2", { get: (v, at, le) => v.getInt16(at, le), dtype: "int16" }],
  ["i1", { get: (v, at) => v.getInt8(at), dtype: "int8" }],
  ["u8", { get: (v, at, le) => exact(v.getBigUint64(at, le)), dtype: "uint64" }],
  ["u4", { get: (v, at, le) => v.getUint32(at, le), dtype: "uint32" }],
  ["u2", { get: (v, at, le) => v.getUint16(at, le), dtype: "uint16" }],
  ["u1", { get: (v, at) => v.getUint8(at), dtype: "uint8" }],
  ["b1", { get: (v, at) => (v.getUint8(at) === 0 ? 0 : 1), dtype: "bool" }],
] satisfies [string, { get: Getter; dtype: NumericDType }][]);

function exact(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number))
    throw unsupported(`The whole number ${value} is too large to be held exactly`);
  return number;
}

/**
 * A numeric array, or a number as an array of rank 0, or a list of numbers.
 * @throws {EstimatorError} `malformed` for anything else
 */
export function readNumbers(value: Value, where: string): Numbers {
  const array = asNdArray(value);
  if (array !== undefined) return numbersOf(array, where);
  const scalar = plainScalar(value);
  if (typeof scalar === "number" || typeof scalar === "boolean") {
    return {
      data: Float64Array.of(Number(scalar)),
      shape: [],
      dtype: value.kind === "float" ? "float64" : "int64",
    };
  }
  if (value.kind === "list" || value.kind === "tuple") return numbersOfList(value.items, where);
  throw malformed(`${where} is a ${value.kind}, not a numeric array`);
}

function numbersOfList(items: readonly Value[], where: string): Numbers {
  const data = Float64Array.from(items, (item) => {
    const scalar = readScalar(item, where);
    if (typeof scalar === "number" || typeof scalar === "boolean") return Number(scalar);
    throw malformed(`${where} holds a ${item.kind} where a number is expected`);
  });
  return { data, shape: [items.length], dtype: "float64" };
}

function numbersOf(array: NdArray, where: string): Numbers {
  if (array.objects !== undefined) {
    const { data } = numbersOfList(array.objects, where);
    return { data: toC(data, array), shape: array.shape, dtype: "float64" };
  }
  const type = GETTERS.get(`${array.dtype.kind}${array.dtype.itemSize}`);
  if (type === undefined)
    throw malformed(`${where} holds ${array.dtype.kind}${array.dtype.itemSize}, not numbers`);
  const data = readColumn(bytesOf(array, where), array.dtype, 0, array.dtype.itemSize, sizeOf(array.shape));
  return { data: toC(data, array), shape: array.shape, dtype: type.dtype };
}

function bytesOf(array: NdArray, where: string): Uint8Array {
  const bytes = array.bytes ?? new Uint8Array();
  if (bytes.length !== sizeOf(array.shape) * array.dtype.itemSize)
    throw malformed(`${where} has ${bytes.length} bytes for shape (${array.shape.join(", ")})`);
  return bytes;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

function readColumn(
  bytes: Uint8Array,
  dtype: NpDType,
  offset: number,
  stride: number,
  count: number,
): Float64Array {
  const type = GETTERS.get(`${dtype.kind}${dtype.itemSize}`);
  if (type === undefined) throw malformed(`${dtype.kind}${dtype.itemSize} is no numeric type`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = dtype.byteOrder !== ">";
  const out = new Float64Array(count);
  for (let i = 0; i < count; i++) out[i] = type.get(view, offset + i * stride, little);
  return out;
}

/** Elements of a Fortran-ordered array in C order. */
function toC<T extends Float64Array | readonly unknown[]>(data: T, array: NdArray): T {
  if (!array.fortran || array.shape.length < 2) return data;
  const { shape } = array;
  const out = data.slice() as T;
  const index = shape.map(() => 0);
  const strides = shape.map((_, d) => sizeOf(shape.slice(0, d)));
  for (let i = 0; i < data.length; i++) {
    const from = index.reduce((sum, at, d) => sum + at * strides[d]!, 0);
    (out as unknown[])[i] = data[from];
    for (let d = shape.length - 1; d >= 0; d--) {
      index[d]!++;
      if (index[d]! < shape[d]!) break;
      index[d] = 0;
    }
  }
  return out;
}

/** Labels, categories or names: an array of anything single, or a list. */
export function readCells(value: Value, where: string): Cells {
  const array = asNdArray(value);
  if (array === undefined) {
    if (value.kind !== "list" && value.kind !== "tuple")
      throw malformed(`${where} is a ${value.kind}, not an array`);
    return {
      data: value.items.map((item) => cellOf(item, where)),
      shape: [value.items.length],
      dtype: "object",
    };
  }
  const { dtype, shape } = array;
  if (array.objects !== undefined)
    return {
      data: toC(
        array.objects.map((item) => cellOf(item, where)),
        array,
      ),
      shape,
      dtype: "object",
    };
  if (dtype.kind === "U") return { data: toC(texts(array, where), array), shape, dtype: "str" };
  const numbers = numbersOf(array, where);
  const data = numbers.dtype === "bool" ? Array.from(numbers.data, (v) => v !== 0) : Array.from(numbers.data);
  return { data, shape, dtype: numbers.dtype };
}

function texts(array: NdArray, where: string): string[] {
  const bytes = bytesOf(array, where);
  const size = array.dtype.itemSize;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: sizeOf(array.shape) }, (_, i) => {
    let text = "";
    for (let at = i * size; at < (i + 1) * size; at += 4) {
      const code = view.getUint32(at, array.dtype.byteOrder !== ">");
      if (code > 0x10ffff) throw malformed(`${where} holds a code point beyond Unicode`);
      text += String.fromCodePoint(code);
    }
    return text.replace(/\0+$/u, "");
  });
}

function cellOf(value: Value, where: string): Cell {
  const scalar = readScalar(value, where);
  if (scalar === undefined) throw unsupported(`${where} holds a ${value.kind}, which is no single value`);
  return scalar;
}

/** None, a Python or NumPy scalar, or a text; undefined for anything else. */
export function readScalar(value: Value, where: string): Cell | undefined {
  const plain = plainScalar(value);
  if (plain !== undefined) return plain;
  const array = asNdArray(value);
  if (array === undefined || array.shape.length > 0) return undefined;
  return readCells(value, where).data[0];
}

function plainScalar(value: Value): Cell | undefined {
  switch (value.kind) {
    case "none":
      return null;
    case "bool":
    case "float":
    case "str":
      return value.value;
    case "int":
      return typeof value.value === "bigint" ? exact(value.value) : value.value;
    default:
      return undefined;
  }
}

/** @throws {EstimatorError} `malformed` for what is no structured vector */
export function readRecords(value: Value, where: string): Records {
  const array = asNdArray(value);
  const fields = array?.dtype.fields;
  if (array === undefined || fields === undefined || array.shape.length !== 1)
    throw malformed(`${where} is no structured array`);
  const bytes = bytesOf(array, where);
  const rows = array.shape[0] ?? 0;
  const byName = new Map(fields.map((field) => [field.name, field]));
  return {
    rows,
    has: (name) => byName.has(name),
    column(name) {
      const field = byName.get(name);
      if (field === undefined) throw malformed(`${where} has no field ${name}`);
      if (!GETTERS.has(`${field.dtype.kind}${field.dtype.itemSize}`))
        throw malformed(`${where}.${name} is not numeric`);
      if (field.offset < 0 || field.offset + field.dtype.itemSize > array.dtype.itemSize)
        throw malformed(`${where}.${name} lies outside of its record`);
      return readColumn(bytes, field.dtype, field.offset, array.dtype.itemSize, rows);
    },
  };
}

/** An array of objects with its shape, in C order. */
export function readObjects(
  value: Value,
  where: string,
): { items: readonly Value[]; shape: readonly number[] } {
  const array = asNdArray(value);
  if (array?.objects !== undefined) {
    if (array.objects.length !== sizeOf(array.shape))
      throw malformed(`${where} has ${array.objects.length} objects for shape (${array.shape.join(", ")})`);
    return { items: toC(array.objects, array), shape: array.shape };
  }
  if (array !== undefined) {
    const { data, shape } = readNumbers(value, where);
    return { items: Array.from(data, (v): Value => ({ kind: "int", value: v })), shape };
  }
  if (value.kind === "list" || value.kind === "tuple")
    return { items: value.items, shape: [value.items.length] };
  throw malformed(`${where} is a ${value.kind}, not an array`);
}
