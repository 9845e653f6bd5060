import type { ByteSource } from "@modelkeep/bytes";
import type { ArrayValue, CallValue, Value } from "@modelkeep/formats";
import { constructedBy, countOf, positional, shapeOf } from "./call.ts";

/** A numeric array of a graph, in whichever of its forms, with its bytes. */
export interface ArrayView {
  readonly shape: readonly number[];
  readonly fortran: boolean;
  /** `<i4`, `<f8`, …; empty for a record, whose fields the caller knows. */
  readonly type: string;
  /** Text of a record's names, in order. */
  readonly names: readonly string[];
  readonly itemSize: number;
  readonly source: ByteSource;
}

const RECONSTRUCT = /^numpy\.(?:_core|core)\.multiarray\._reconstruct$/;
const FROM_BUFFER = /^numpy\.(?:_core|core)\.numeric\._frombuffer$/;

/**
 * Contracts that follow indices need the numbers themselves. An array whose bytes do not stand in the file as such
 * (protocols 0 to 2 write them as text) yields `undefined`; so does anything that is no array.
 */
export function arrayView(value: Value | undefined): ArrayView | undefined {
  if (value?.kind === "array") return fromArray(value);
  if (value?.kind !== "call") return undefined;
  const name = constructedBy(value) ?? "";
  if (RECONSTRUCT.test(name)) return fromState(value);
  return FROM_BUFFER.test(name) ? fromBuffer(value) : undefined;
}

function fromArray(value: ArrayValue): ArrayView | undefined {
  if (value.data === undefined) return undefined;
  const count = value.shape.reduce((product, length) => product * length, 1);
  const record = !/^[<>|=][a-zA-Z][0-9]*$/.test(value.dtype);
  return {
    shape: value.shape,
    fortran: value.fortran,
    type: record ? "" : value.dtype,
    names: record ? recordNames(value.dtype) : [],
    itemSize: count === 0 ? 0 : value.data.size / count,
    source: value.data,
  };
}

/** Field names in a description as `.npy` writes it: `[('a', '<i8'), …]` or `{'names': ['a', …], …}`. */
function recordNames(description: string): string[] {
  const list = /'names':\s*\[([^\]]*)\]/.exec(description);
  if (list !== null) return Array.from((list[1] ?? "").matchAll(/'([^']*)'/g), ([, name]) => name ?? "");
  return Array.from(description.matchAll(/\(\s*'([^']*)'\s*,/g), ([, name]) => name ?? "").filter(
    (name) => name !== "",
  );
}

function fromState(call: CallValue): ArrayView | undefined {
  const state = call.states[0];
  const [, shape, dtype, fortran, data] = state?.kind === "tuple" ? state.items : [];
  const order = fortran?.kind === "bool" ? fortran.value : countOf(fortran) === 1;
  return view(shape, dtype, data, order);
}

function fromBuffer(call: CallValue): ArrayView | undefined {
  const [buffer, dtype, shape, order] = positional(call) ?? [];
  return view(shape, dtype, buffer, order?.kind === "str" && order.value === "F");
}

function view(
  shape: Value | undefined,
  dtype: Value | undefined,
  data: Value | undefined,
  fortran: boolean,
): ArrayView | undefined {
  const lengths = shapeOf(shape);
  const source = bytesOf(data);
  const described = describeType(dtype);
  if (lengths === undefined || source === undefined || described === undefined) return undefined;
  const count = lengths.reduce((product, length) => product * length, 1);
  return { shape: lengths, fortran, ...described, itemSize: count === 0 ? 0 : source.size / count, source };
}

/** The content of bytes, in whichever way a pickle wrote them; `undefined` when the value is no bytes. */
export function bytesOf(value: Value | undefined): ByteSource | undefined {
  const name = constructedBy(value);
  if (value?.kind !== "call" || (name !== "builtins.bytes" && name !== "builtins.bytearray"))
    return rawBytes(value);
  const [first] = positional(value) ?? [];
  return first === undefined ? latin1Source("") : rawBytes(first);
}

function rawBytes(value: Value | undefined): ByteSource | undefined {
  if (value?.kind === "bytes") return value.source;
  if (value?.kind !== "call" || constructedBy(value) !== "_codecs.encode") return undefined;
  const [text] = positional(value) ?? [];
  return text?.kind === "str" ? latin1Source(text.value) : undefined;
}

/** Protocols 0 to 2 write bytes as text in which each character is one byte. */
function latin1Source(text: string): ByteSource {
  const bytes = Buffer.from(text, "latin1");
  return {
    name: "<latin1>",
    size: bytes.length,
    view: (at, length) => bytes.subarray(at, at + length),
    close() {},
  };
}

function describeType(dtype: Value | undefined): { type: string; names: string[] } | undefined {
  if (dtype?.kind !== "call" || constructedBy(dtype) !== "numpy.dtype") return undefined;
  const [name] = positional(dtype) ?? [];
  const state = dtype.states[0];
  const [, order, , names] = state?.kind === "tuple" ? state.items : [];
  if (names?.kind === "tuple") {
    return { type: "", names: names.items.map((item) => (item.kind === "str" ? item.value : "")) };
  }
  if (name?.kind !== "str") return undefined;
  const mark = order?.kind === "str" && order.value !== "=" ? order.value : "<";
  return { type: `${mark}${name.value}`, names: [] };
}

/** Reads integers one after another without copying the array. */
export interface Integers {
  readonly length: number;
  at(index: number): number;
}

const WIDTHS: ReadonlyMap<string, number> = new Map([
  ["i1", 1],
  ["u1", 1],
  ["i2", 2],
  ["u2", 2],
  ["i4", 4],
  ["u4", 4],
  ["i8", 8],
  ["u8", 8],
]);

/** Elements of a one-dimensional integer array; `undefined` for other types. */
export function integersOf(value: Value | undefined): Integers | undefined {
  const array = arrayView(value);
  const width = WIDTHS.get(array?.type.slice(1) ?? "");
  // With more dimensions, the order in which native code walks them need not be the order of the bytes.
  if (array === undefined || width === undefined || array.shape.length !== 1) return undefined;
  const length = array.shape.reduce((product, count) => product * count, 1);
  if (length * width !== array.source.size) return undefined;
  const bytes = array.source.view(0, array.source.size);
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { length, at: (index) => readInteger(data, index * width, array.type) };
}

function readInteger(data: DataView, at: number, type: string): number {
  const little = !type.startsWith(">");
  switch (type.slice(1)) {
    case "i1":
      return data.getInt8(at);
    case "u1":
      return data.getUint8(at);
    case "i2":
      return data.getInt16(at, little);
    case "u2":
      return data.getUint16(at, little);
    case "i4":
      return data.getInt32(at, little);
    case "u4":
      return data.getUint32(at, little);
    case "u8":
      return Number(data.getBigUint64(at, little));
    default:
      return Number(data.getBigInt64(at, little));
  }
}

/** The shape of an array or of a sparse matrix. */
export function shapeOfArray(value: Value | undefined): readonly number[] | undefined {
  const array = arrayView(value);
  if (array !== undefined) return array.shape;
  if (value?.kind !== "call" || !(constructedBy(value) ?? "").startsWith("scipy.sparse.")) return undefined;
  const state = value.states[0];
  if (state?.kind !== "dict") return undefined;
  const entry = state.entries.findLast(([key]) => key.kind === "str" && key.value === "_shape");
  return shapeOf(entry?.[1]);
}
