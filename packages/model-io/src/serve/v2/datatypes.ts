import type { DType, Scalar } from "@modelkeep/estimators/data";
import { invalidInput } from "../../errors.ts";

/** One tensor type of the Open Inference Protocol. */
export interface Datatype {
  readonly name: string;
  /** NumPy's name of what it becomes here. FP16 becomes float32, which holds each of its values. */
  readonly dtype: DType;
  /** Bytes of one element in the binary extension; 0 for BYTES, whose elements say their length themselves. */
  readonly bytes: number;
  readonly read: (view: DataView, at: number) => Scalar;
  readonly write: (view: DataView, at: number, value: Scalar) => void;
  /** Whether a value of a JSON document fits without loss. */
  readonly fits: (value: unknown) => boolean;
}

const float = (value: unknown): boolean => typeof value === "number";
const whole =
  (low: bigint, high: bigint) =>
  (value: unknown): boolean =>
    (typeof value === "bigint" || Number.isSafeInteger(value)) &&
    BigInt(value as number) >= low &&
    BigInt(value as number) <= high;

function integer(
  name: string,
  bytes: number,
  read: (view: DataView, at: number) => number | bigint,
  write: (view: DataView, at: number, value: number) => void,
): Datatype {
  const bits = bytes * 8;
  const signed = !name.startsWith("U");
  const low = signed ? -(2n ** BigInt(bits - 1)) : 0n;
  const high = 2n ** BigInt(signed ? bits - 1 : bits) - 1n;
  const dtype = `${signed ? "int" : "uint"}${bits}` as DType;
  return {
    name,
    dtype,
    bytes,
    read,
    write: (v, at, value) => write(v, at, Number(value)),
    fits: whole(low, high),
  };
}

const LIST: readonly Datatype[] = [
  {
    name: "BOOL",
    dtype: "bool",
    bytes: 1,
    read: (v, at) => v.getUint8(at) !== 0,
    write: (v, at, value) => v.setUint8(at, value === true || value === 1 ? 1 : 0),
    fits: (value) => typeof value === "boolean",
  },
  integer(
    "UINT8",
    1,
    (v, at) => v.getUint8(at),
    (v, at, n) => v.setUint8(at, n),
  ),
  integer(
    "UINT16",
    2,
    (v, at) => v.getUint16(at, true),
    (v, at, n) => v.setUint16(at, n, true),
  ),
  integer(
    "UINT32",
    4,
    (v, at) => v.getUint32(at, true),
    (v, at, n) => v.setUint32(at, n, true),
  ),
  integer(
    "UINT64",
    8,
    (v, at) => v.getBigUint64(at, true),
    (v, at, n) => v.setBigUint64(at, BigInt(n), true),
  ),
  integer(
    "INT8",
    1,
    (v, at) => v.getInt8(at),
    (v, at, n) => v.setInt8(at, n),
  ),
  integer(
    "INT16",
    2,
    (v, at) => v.getInt16(at, true),
    (v, at, n) => v.setInt16(at, n, true),
  ),
  integer(
    "INT32",
    4,
    (v, at) => v.getInt32(at, true),
    (v, at, n) => v.setInt32(at, n, true),
  ),
  integer(
    "INT64",
    8,
    (v, at) => v.getBigInt64(at, true),
    (v, at, n) => v.setBigInt64(at, BigInt(n), true),
  ),
  {
    name: "FP16",
    dtype: "float32",
    bytes: 2,
    read: (v, at) => half(v.getUint16(at, true)),
    // Nothing answers in FP16.
    write: () => undefined,
    fits: float,
  },
  {
    name: "FP32",
    dtype: "float32",
    bytes: 4,
    read: (v, at) => v.getFloat32(at, true),
    write: (v, at, value) => v.setFloat32(at, Number(value), true),
    fits: float,
  },
  {
    name: "FP64",
    dtype: "float64",
    bytes: 8,
    read: (v, at) => v.getFloat64(at, true),
    write: (v, at, value) => v.setFloat64(at, Number(value), true),
    fits: float,
  },
  {
    name: "BYTES",
    dtype: "object",
    bytes: 0,
    read: () => null,
    write: () => undefined,
    fits: (value) => typeof value === "string",
  },
];
const BY_NAME: ReadonlyMap<string, Datatype> = new Map(LIST.map((one) => [one.name, one]));

/** IEEE 754 binary16 → number. */
export function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** @throws {ModelkeepError} `INVALID_INPUT` names what there is */
export function datatype(name: unknown, where: string): Datatype {
  const found = typeof name === "string" ? BY_NAME.get(name) : undefined;
  if (found !== undefined) return found;
  const known = [...BY_NAME.keys()].join(", ");
  throw invalidInput(
    `${where} has the datatype ${JSON.stringify(name)?.slice(0, 40)}, which is none of ${known}`,
  );
}

const OF_DTYPE: ReadonlyMap<string, string> = new Map([
  ...LIST.filter((one) => one.name !== "FP16").map((one): [string, string] => [one.dtype, one.name]),
  ["str", "BYTES"],
]);

/** The protocol's name for a dtype of NumPy, for answers and metadata. */
export function datatypeOf(dtype: string): string {
  return OF_DTYPE.get(dtype) ?? (dtype === "float16" ? "FP16" : "BYTES");
}
