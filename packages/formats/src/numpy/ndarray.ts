import { bufferSource, type ByteSource } from "@modelkeep/bytes";
import type { CallValue, Value } from "../value.ts";
import { asDType, described, isGlobal } from "./dtype.ts";
import type { NdArray } from "./array.ts";

/** Elements of no bytes cost nothing in the file, but each would be made here. */
const MAX_EMPTY_ELEMENTS = 2 ** 20;

const MULTIARRAY = ["numpy.core.multiarray", "numpy._core.multiarray"];
const NUMERIC = ["numpy.core.numeric", "numpy._core.numeric"];

/** The array that a value is, whichever way it was written; undefined when it is none, or does not fit its own sizes. */
export function asNdArray(value: Value): NdArray | undefined {
  if (value.kind === "array") return fromArrayValue(value);
  if (value.kind !== "call" || value.args.kind !== "tuple") return undefined;
  if (isGlobal(value.callee, MULTIARRAY, "_reconstruct")) return fromReconstruct(value);
  if (isGlobal(value.callee, NUMERIC, "_frombuffer")) return fromBuffer(value.args.items);
  if (isGlobal(value.callee, MULTIARRAY, "scalar")) return fromScalar(value.args.items);
  return undefined;
}

function fromArrayValue(value: Extract<Value, { kind: "array" }>): NdArray | undefined {
  const dtype = described(value.dtype, value.fields);
  if (dtype === undefined) return undefined;
  const { shape, fortran } = value;
  if (value.data !== undefined) return sized({ dtype, shape, fortran, source: value.data });
  const items = value.objects === undefined ? undefined : objectItems(value.objects, shape);
  return items === undefined ? undefined : sized({ dtype, shape, fortran: false, objects: items });
}

/** Object elements as a list in C order, or as the inner pickle of an object array (`.npy`), itself such an array. */
function objectItems(value: Value, shape: readonly number[]): readonly Value[] | undefined {
  if (value.kind === "list") return value.items;
  const inner = value.kind === "array" ? undefined : asNdArray(value);
  const same =
    inner?.shape.length === shape.length && inner.shape.every((size, axis) => size === shape[axis]);
  return same ? inner.objects : undefined;
}

/** Classes that `_reconstruct` makes arrays of that are read like plain ones. Masked arrays are not: their mask matters. */
const ARRAY_CLASSES = new Set(["ndarray", "matrix", "memmap", "recarray", "record"]);
const ARRAY_MODULES = new Set(["numpy", "numpy.rec", "numpy.matrixlib.defmatrix"]);

function isArrayClass(value: Value | undefined): boolean {
  return value?.kind === "global" && ARRAY_MODULES.has(value.module) && ARRAY_CLASSES.has(value.name);
}

/** `_reconstruct(ndarray, (0,), b'b')` and `__setstate__((version, shape, dtype, fortran, data))`. */
function fromReconstruct(call: CallValue): NdArray | undefined {
  const [state] = call.states;
  const [type0] = call.args.kind === "tuple" ? call.args.items : [];
  if (!isArrayClass(type0) || state?.kind !== "tuple" || call.states.length !== 1) return undefined;
  const items = state.items.length === 5 ? state.items.slice(1) : state.items;
  const [shape, type, order, data] = items;
  if (
    shape === undefined ||
    type === undefined ||
    data === undefined ||
    (order?.kind !== "bool" && order?.kind !== "int")
  ) {
    return undefined;
  }
  return assemble(type, shape, Boolean(order.value), data);
}

/** `_frombuffer(buffer, dtype, shape, order)`, protocol 5. */
function fromBuffer([data, type, shape, order]: readonly Value[]): NdArray | undefined {
  if (data === undefined || type === undefined || shape === undefined || order?.kind !== "str")
    return undefined;
  return assemble(type, shape, order.value === "F", data);
}

/** `scalar(dtype, bytes)`: an array without dimensions. */
function fromScalar([type, data]: readonly Value[]): NdArray | undefined {
  if (type === undefined || data === undefined) return undefined;
  return assemble(type, { kind: "tuple", items: [], offset: 0 }, false, data);
}

function assemble(type: Value, shape: Value, fortran: boolean, data: Value): NdArray | undefined {
  const dtype = asDType(type);
  const sizes = shapeOf(shape);
  if (dtype === undefined || sizes === undefined) return undefined;
  // NumPy lists objects in C order even where the array is in Fortran order (multiarray/methods.c, `_getlist_pkl`).
  if (data.kind === "list") return sized({ dtype, shape: sizes, fortran: false, objects: data.items });
  const source = bytesOf(data);
  return source === undefined ? undefined : sized({ dtype, shape: sizes, fortran, source });
}

/** Protocols below 3 write bytes as `_codecs.encode(text, 'latin1')`. */
function bytesOf(value: Value): ByteSource | undefined {
  if (value.kind === "bytes") return value.source;
  const text = value.kind === "str" ? value.value : encodedText(value);
  // oxlint-disable-next-line no-control-regex -- all of Latin-1 is meant; Python raises for anything else
  if (text === undefined || /[^\x00-\xff]/u.test(text)) return undefined;
  return bufferSource(Buffer.from(text, "latin1"), "<latin1 text>");
}

function encodedText(value: Value): string | undefined {
  if (value.kind !== "call" || value.args.kind !== "tuple") return undefined;
  if (isGlobal(value.callee, ["builtins", "__builtin__"], "bytes") && value.args.items.length === 0)
    return "";
  if (!isGlobal(value.callee, ["_codecs"], "encode")) return undefined;
  const [text, encoding] = value.args.items;
  const latin = encoding?.kind === "str" && /^(?:latin1|latin-1)$/u.test(encoding.value);
  return text?.kind === "str" && latin ? text.value : undefined;
}

function shapeOf(value: Value): number[] | undefined {
  if (value.kind !== "tuple" || value.items.length > 64) return undefined;
  const out: number[] = [];
  for (const item of value.items) {
    if (item.kind !== "int" || typeof item.value !== "number" || item.value < 0) return undefined;
    out.push(item.value);
  }
  return out;
}

function sized(array: NdArray): NdArray | undefined {
  const count = array.shape.reduce((a, b) => a * b, 1);
  if (array.dtype.kind === "O") return array.objects?.length === count ? array : undefined;
  if (array.dtype.itemSize === 0 && count > MAX_EMPTY_ELEMENTS) return undefined;
  return array.source?.size === count * array.dtype.itemSize ? array : undefined;
}

export type { NdArray } from "./array.ts";
export { toTyped, type TypedData } from "./typed.ts";
