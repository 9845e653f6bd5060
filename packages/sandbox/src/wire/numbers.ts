/** Typed arrays that hold what NumPy's numeric dtypes hold. */
export type Numbers =
  | Float64Array
  | Float32Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint32Array
  | Uint16Array
  | Uint8Array
  | BigInt64Array
  | BigUint64Array;

/** How the elements of one dtype look as bytes, little-endian. */
interface Packer {
  pack(data: ArrayLike<unknown>): Numbers;
  /** @throws {RangeError} when the bytes are no whole number of elements */
  read(bytes: ArrayBuffer): Numbers;
}

/** By NumPy's name of the dtype. A typed array of the right type is taken as it is. */
export const PACKERS: ReadonlyMap<string, Packer> = new Map<string, Packer>([
  [
    "float64",
    { pack: (d) => as(Float64Array, d) ?? Float64Array.from(d, Number), read: (b) => new Float64Array(b) },
  ],
  [
    "float32",
    { pack: (d) => as(Float32Array, d) ?? Float32Array.from(d, Number), read: (b) => new Float32Array(b) },
  ],
  [
    "int64",
    { pack: (d) => as(BigInt64Array, d) ?? BigInt64Array.from(d, whole), read: (b) => new BigInt64Array(b) },
  ],
  [
    "uint64",
    {
      pack: (d) => as(BigUint64Array, d) ?? BigUint64Array.from(d, whole),
      read: (b) => new BigUint64Array(b),
    },
  ],
  ["int32", { pack: (d) => as(Int32Array, d) ?? Int32Array.from(d, Number), read: (b) => new Int32Array(b) }],
  ["int16", { pack: (d) => as(Int16Array, d) ?? Int16Array.from(d, Number), read: (b) => new Int16Array(b) }],
  ["int8", { pack: (d) => as(Int8Array, d) ?? Int8Array.from(d, Number), read: (b) => new Int8Array(b) }],
  [
    "uint32",
    { pack: (d) => as(Uint32Array, d) ?? Uint32Array.from(d, Number), read: (b) => new Uint32Array(b) },
  ],
  [
    "uint16",
    { pack: (d) => as(Uint16Array, d) ?? Uint16Array.from(d, Number), read: (b) => new Uint16Array(b) },
  ],
  ["uint8", { pack: (d) => as(Uint8Array, d) ?? Uint8Array.from(d, Number), read: (b) => new Uint8Array(b) }],
  ["bool", { pack: (d) => Uint8Array.from(d, Number), read: (b) => new Uint8Array(b) }],
]);

function as<Type extends Numbers>(type: new (length: number) => Type, data: unknown): Type | undefined {
  return data instanceof type ? data : undefined;
}

function whole(value: unknown): bigint {
  return typeof value === "bigint" ? value : BigInt(Number(value));
}
