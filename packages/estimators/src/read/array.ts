import { type DType as NpDType } from "@modelkeep/formats/numpy/dtype";
import { asNdArray, type NdArray, toTyped } from "@modelkeep/formats/numpy/ndarray";
import type { Value } from "@modelkeep/formats/value";
import type { Cell } from "../core/matrix.ts";
import type { DType, NumericDType } from "../data.ts";
import { malformed, unsupported } from "../error.ts";

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

const NAMES: ReadonlyMap<string, NumericDType> = new Map([
  ["f8", "float64"],
  ["f4", "float32"],
  ["i8", "int64"],
  ["i4", "int32"],
  ["i2", "int16"],
  ["i1", "int8"],
  ["u8", "uint64"],
  ["u4", "uint32"],
  ["u2", "uint16"],
  ["u1", "uint8"],
  ["b1", "bool"],
]);

function nameOf(dtype: NpDType): NumericDType | undefined {
  return NAMES.get(`${dtype.kind}${dtype.itemSize}`);
}

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
  const array = asNdArray(unwrapScalar(value));
  if (array !== undefined) return numbersOf(array, where);
  const scalar = plainScalar(value);
  if (typeof scalar === "number" || typeof scalar === "boolean") {
    return {
      data: Float64Array.of(Number(scalar)),
      shape: [],
      dtype: value.kind === "float" ? "float64" : "int64",
    };
  }
  if (value.kind === "list" || value.kind === "tuple") {
    return { data: numbersOfList(value.items, where), shape: [value.items.length], dtype: "float64" };
  }
  throw malformed(`${where} is a ${value.kind}, not a numeric array`);
}

function numbersOfList(items: readonly Value[], where: string): Float64Array {
  return Float64Array.from(items, (item) => {
    const scalar = readScalar(item, where);
    if (typeof scalar === "number" || typeof scalar === "boolean") return Number(scalar);
    throw malformed(`${where} holds a ${item.kind} where a number is expected`);
  });
}

function numbersOf(array: NdArray, where: string): Numbers {
  const { shape } = array;
  const typed = toTyped(array);
  if (typed?.kind === "object") return { data: numbersOfList(typed.data, where), shape, dtype: "float64" };
  const dtype = nameOf(array.dtype);
  if (typed === undefined || typed.kind === "text" || dtype === undefined) {
    throw malformed(`${where} holds ${array.dtype.text}, which are no numbers that are read here`);
  }
  const data = typed.kind === "number" ? typed.data : Float64Array.from(typed.data, exact);
  // Any byte but 0 is true to NumPy.
  return { data: dtype === "bool" ? data.map((v) => (v === 0 ? 0 : 1)) : data, shape, dtype };
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
  const { shape } = array;
  if (array.dtype.kind === "O" || array.dtype.kind === "U") {
    const typed = toTyped(array);
    if (typed?.kind === "object")
      return { data: typed.data.map((item) => cellOf(item, where)), shape, dtype: "object" };
    if (typed?.kind === "text") return { data: typed.data, shape, dtype: "str" };
  }
  const { data, dtype } = numbersOf(array, where);
  return { data: dtype === "bool" ? Array.from(data, (v) => v !== 0) : Array.from(data), shape, dtype };
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
  const inner = unwrapScalar(value);
  const array = asNdArray(inner);
  if (array === undefined || array.shape.length > 0) return undefined;
  return readCells(inner, where).data[0];
}

const SCALAR_TYPES = /^(?:float(?:16|32|64)|u?int(?:8|16|32|64)|bool_?|str_)$/u;

/** skops writes a NumPy scalar as its type called with an array of rank 0: that array. */
function unwrapScalar(value: Value): Value {
  if (value.kind !== "call" || value.via !== "SKOPS" || value.callee.kind !== "global") return value;
  if (value.callee.module !== "numpy" || !SCALAR_TYPES.test(value.callee.name)) return value;
  const [only, second] = value.args.kind === "tuple" ? value.args.items : [];
  return only?.kind === "array" && second === undefined ? only : value;
}

function plainScalar(value: Value): Cell | undefined {
  if (value.kind === "none") return null;
  if (value.kind === "bool" || value.kind === "float" || value.kind === "str") return value.value;
  if (value.kind === "int") return typeof value.value === "bigint" ? exact(value.value) : value.value;
  return undefined;
}

/** An array of objects with its shape, in C order; numbers as Python ints. */
export function readObjects(
  value: Value,
  where: string,
): { items: readonly Value[]; shape: readonly number[] } {
  if (value.kind === "list" || value.kind === "tuple")
    return { items: value.items, shape: [value.items.length] };
  const array = asNdArray(value);
  if (array === undefined) throw malformed(`${where} is a ${value.kind}, not an array`);
  const typed = toTyped(array);
  if (typed?.kind === "object") return { items: typed.data, shape: array.shape };
  const { data, shape } = numbersOf(array, where);
  return { items: Array.from(data, (v): Value => ({ kind: "int", value: v })), shape };
}
