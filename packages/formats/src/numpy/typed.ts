import type { DType } from "./dtype.ts";
import type { NdArray } from "./array.ts";
import type { Value } from "../value.ts";

/** Elements in C order. 64-bit integers are bigint; `objects` are values of the graph. */
export type TypedData =
  | { readonly kind: "number"; readonly data: Float64Array }
  | { readonly kind: "bigint"; readonly data: BigInt64Array | BigUint64Array }
  | { readonly kind: "text"; readonly data: readonly string[] }
  | { readonly kind: "object"; readonly data: readonly Value[] };

/** Copies an array's elements out, in C order, whatever their byte order. Undefined for dtypes that are not plain. */
export function toTyped(array: NdArray): TypedData | undefined {
  const { dtype } = array;
  const order = array.fortran ? cOrder(array.shape) : undefined;
  if (array.objects !== undefined) {
    return { kind: "object", data: permute([...array.objects], order) };
  }
  if (array.source === undefined) return undefined;
  const bytes = array.source.view(0, array.source.size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = array.shape.reduce((product, size) => product * size, 1);
  if (dtype.kind === "S" || dtype.kind === "U")
    return { kind: "text", data: permute(texts(bytes, view, dtype, count), order) };
  if ((dtype.kind === "i" || dtype.kind === "u") && dtype.itemSize === 8)
    return wide(view, dtype, count, order);
  const read = reader(dtype);
  if (read === undefined) return undefined;
  if (dtype.kind === "f" && dtype.itemSize === 8 && dtype.littleEndian && order === undefined) {
    return { kind: "number", data: new Float64Array(new Uint8Array(bytes).buffer, 0, count) };
  }
  const data = new Float64Array(count);
  for (let i = 0; i < count; i++) data[i] = read(view, (order?.[i] ?? i) * dtype.itemSize);
  return { kind: "number", data };
}

function wide(view: DataView, dtype: DType, count: number, order: Uint32Array | undefined): TypedData {
  const data = dtype.kind === "i" ? new BigInt64Array(count) : new BigUint64Array(count);
  for (let i = 0; i < count; i++) {
    const at = (order?.[i] ?? i) * 8;
    data[i] =
      dtype.kind === "i"
        ? view.getBigInt64(at, dtype.littleEndian)
        : view.getBigUint64(at, dtype.littleEndian);
  }
  return { kind: "bigint", data };
}

type Read = (view: DataView, at: number) => number;

function reader({ kind, itemSize, littleEndian: le }: DType): Read | undefined {
  switch (`${kind}${itemSize}`) {
    case "b1":
    case "u1":
      return (view, at) => view.getUint8(at);
    case "i1":
      return (view, at) => view.getInt8(at);
    case "i2":
      return (view, at) => view.getInt16(at, le);
    case "u2":
      return (view, at) => view.getUint16(at, le);
    case "i4":
      return (view, at) => view.getInt32(at, le);
    case "u4":
      return (view, at) => view.getUint32(at, le);
    case "f2":
      return (view, at) => half(view.getUint16(at, le));
    case "f4":
      return (view, at) => view.getFloat32(at, le);
    case "f8":
      return (view, at) => view.getFloat64(at, le);
    default:
      return undefined;
  }
}

/** IEEE 754 binary16. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function texts(bytes: Uint8Array, view: DataView, dtype: DType, count: number): string[] {
  const out: string[] = [];
  for (let i = 0; i < count; i++) {
    const at = i * dtype.itemSize;
    out.push(dtype.kind === "S" ? byteText(bytes, at, dtype.itemSize) : wideText(view, at, dtype));
  }
  return out;
}

function byteText(bytes: Uint8Array, at: number, size: number): string {
  return Buffer.from(bytes.subarray(at, at + size))
    .toString("latin1")
    .replace(/\0+$/u, "");
}

function wideText(view: DataView, at: number, dtype: DType): string {
  let text = "";
  for (let i = 0; i < dtype.itemSize; i += 4) {
    const code = view.getUint32(at + i, dtype.littleEndian);
    text += code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
  }
  return text.replace(/\0+$/u, "");
}

function permute<T>(items: T[], order: Uint32Array | undefined): T[] {
  if (order === undefined) return items;
  const out: T[] = [];
  for (const from of order) {
    const item = items[from];
    if (item !== undefined) out.push(item);
  }
  return out;
}

/** For each element in C order, where it stands in Fortran order. */
function cOrder(shape: readonly number[]): Uint32Array | undefined {
  if (shape.length < 2) return undefined;
  const count = shape.reduce((a, b) => a * b, 1);
  const out = new Uint32Array(count);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((a, b) => a * b, 1));
  for (let i = 0; i < count; i++) {
    let rest = i;
    let from = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] ?? 1;
      from += (rest % size) * (strides[axis] ?? 0);
      rest = Math.floor(rest / size);
    }
    out[i] = from;
  }
  return out;
}
