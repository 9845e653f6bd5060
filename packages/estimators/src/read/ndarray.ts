import type { CallValue, Value } from "@modelkeep/formats/value";

/** A NumPy dtype: kind character, bytes an element, byte order, and the fields of a structured one. */
export interface NpDType {
  readonly kind: string;
  readonly itemSize: number;
  readonly byteOrder: string;
  readonly fields?: readonly NpField[];
}

export interface NpField {
  readonly name: string;
  readonly offset: number;
  readonly dtype: NpDType;
}

/** An array as it stands in a graph: raw elements, or objects. */
export interface NdArray {
  readonly dtype: NpDType;
  readonly shape: readonly number[];
  readonly fortran: boolean;
  readonly bytes?: Uint8Array;
  readonly objects?: readonly Value[];
}

const RECONSTRUCT = /^numpy\.(?:core|_core)\.multiarray$/u;
const FROM_BUFFER = /^numpy\.(?:core|_core)\.numeric$/u;

/** The array that a value is, in any of the ways in which one is pickled; undefined for anything else. */
export function asNdArray(value: Value): NdArray | undefined {
  if (value.kind === "array") return fromRaw(value);
  if (value.kind !== "call" || value.callee.kind !== "global") return undefined;
  const { module, name } = value.callee;
  if (RECONSTRUCT.test(module) && name === "_reconstruct") return fromReconstruct(value);
  if (RECONSTRUCT.test(module) && name === "scalar") return fromScalar(value);
  if (FROM_BUFFER.test(module) && name === "_frombuffer") return fromBuffer(value);
  return undefined;
}

function fromRaw(value: Extract<Value, { kind: "array" }>): NdArray | undefined {
  const { shape, fortran } = value;
  if (value.objects !== undefined) {
    const items =
      value.objects.kind === "list" || value.objects.kind === "tuple" ? value.objects.items : undefined;
    return items && { dtype: simpleType("O8", "|"), shape, fortran, objects: items };
  }
  const match = /^([<>|=])([biufUSO])(\d+)$/u.exec(value.dtype);
  if (match === null || value.data === undefined) return undefined;
  const dtype = simpleType(`${match[2]}${match[3]}`, match[1] ?? "|");
  return { dtype, shape, fortran, bytes: value.data.view(0, value.data.size) };
}

function fromReconstruct(value: CallValue): NdArray | undefined {
  const state = value.states[0];
  if (value.states.length !== 1 || state?.kind !== "tuple") return undefined;
  const [, shapeValue, dtypeValue, order, data] = state.items;
  const dtype = dtypeValue && readDType(dtypeValue);
  const shape = shapeValue && readShape(shapeValue);
  if (dtype === undefined || shape === undefined || data === undefined) return undefined;
  const fortran = (order?.kind === "bool" && order.value) || (order?.kind === "int" && order.value !== 0);
  if (data.kind === "list") return { dtype, shape, fortran, objects: data.items };
  const bytes = readBytes(data);
  return bytes && { dtype, shape, fortran, bytes };
}

function fromScalar(value: CallValue): NdArray | undefined {
  const [dtypeValue, data] = itemsOf(value.args);
  const dtype = dtypeValue && readDType(dtypeValue);
  const bytes = data && readBytes(data);
  return dtype && bytes && { dtype, shape: [], fortran: false, bytes };
}

function fromBuffer(value: CallValue): NdArray | undefined {
  const [data, dtypeValue, shapeValue, order] = itemsOf(value.args);
  const dtype = dtypeValue && readDType(dtypeValue);
  const shape = shapeValue && readShape(shapeValue);
  const bytes = data && readBytes(data);
  if (order?.kind !== "str") return undefined;
  return dtype && shape && bytes && { dtype, shape, fortran: order.value === "F", bytes };
}

function itemsOf(value: Value): readonly Value[] {
  return value.kind === "tuple" || value.kind === "list" ? value.items : [];
}

function readShape(value: Value): number[] | undefined {
  const shape = itemsOf(value).map((item) => (item.kind === "int" ? Number(item.value) : Number.NaN));
  const size = shape.reduce((a, b) => a * b, 1);
  return value.kind === "tuple" && Number.isSafeInteger(size) && shape.every((n) => n >= 0)
    ? shape
    : undefined;
}

/** Bytes, or what protocols 0 to 2 write for them: `_codecs.encode(text, "latin1")`, `bytes()`. */
function readBytes(value: Value): Uint8Array | undefined {
  if (value.kind === "bytes") return value.source.view(0, value.source.size);
  if (value.kind !== "call" || value.callee.kind !== "global") return undefined;
  const [text, encoding] = itemsOf(value.args);
  if (
    value.callee.module === "_codecs" &&
    value.callee.name === "encode" &&
    text?.kind === "str" &&
    encoding?.kind === "str"
  ) {
    return encoding.value === "latin1" ? Uint8Array.from(Buffer.from(text.value, "latin1")) : undefined;
  }
  return value.callee.name === "bytes" && text === undefined ? new Uint8Array() : undefined;
}

function simpleType(code: string, byteOrder: string): NpDType {
  const kind = code[0] ?? "?";
  const count = Number(code.slice(1));
  return { kind, itemSize: kind === "U" ? 4 * count : kind === "O" ? 8 : count, byteOrder };
}

/** `numpy.dtype(code, …)` with the state that BUILD gives it. */
function readDType(value: Value): NpDType | undefined {
  if (value.kind !== "call" || value.callee.kind !== "global") return undefined;
  if (value.callee.module !== "numpy" || value.callee.name !== "dtype") return undefined;
  const [code] = itemsOf(value.args);
  const state = value.states[0];
  if (code?.kind !== "str" || !/^[biufUSOV]\d+$/u.test(code.value)) return undefined;
  const [, order, subarray, , fields, size] = state === undefined ? [] : itemsOf(state);
  if (subarray !== undefined && subarray.kind !== "none") return undefined;
  const plain = simpleType(code.value, order?.kind === "str" ? order.value : "|");
  if (fields?.kind !== "dict") return plain;
  const read = fields.entries.map(([key, field]) => readField(key, field));
  if (read.includes(undefined) || size?.kind !== "int") return undefined;
  return { ...plain, itemSize: Number(size.value), fields: read.filter((field) => field !== undefined) };
}

function readField(key: Value, field: Value): NpField | undefined {
  const [dtypeValue, offset] = itemsOf(field);
  const dtype = dtypeValue && readDType(dtypeValue);
  if (key.kind !== "str" || dtype === undefined || offset?.kind !== "int") return undefined;
  return { name: key.value, dtype, offset: Number(offset.value) };
}
