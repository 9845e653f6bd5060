import { FormatError } from "../context.ts";

/** CPython refuses longer decimal text since 3.11 (and in later 3.8–3.10): `sys.get_int_max_str_digits()`. */
const MAX_DIGITS = 4300;
/** No model holds a larger integer; beyond, conversions cost more than they are worth. */
export const MAX_LONG_BYTES = 2 ** 20;

/** A number read from text. `ambiguous` says why readers differ, if they do. */
export interface Numeral<T> {
  readonly value: T;
  readonly ambiguous?: string;
}

/** What every pickler writes: an optional minus and decimal digits without leading zeros. */
const PLAIN_INT = /^-?(?:0|[1-9][0-9]*)$/;
/** All that `strtol(…, 0)`, `int(text, 0)` or `int(text, 10)` may take. */
const LENIENT_INT =
  /^[\s\0]*([+-]?)(0[xX]_?[0-9a-fA-F](?:_?[0-9a-fA-F])*|0[oO]_?[0-7](?:_?[0-7])*|0[bB]_?[01](?:_?[01])*|[0-9](?:_?[0-9])*)(?:[\s\0][\s\S]*)?$/;

/**
 * The integer of an INT, LONG, GET or PUT line, without its newline.
 *
 * CPython's two unpicklers take base 0 or 10, octal, underscores, white space and NUL differently, and differently
 * from version to version: only the plain spelling means the same to all.
 *
 * @throws {FormatError} `malformed` where every reader raises, `budget` above CPython's own limit of digits
 */
export function readIntText(text: string, offset: number): Numeral<bigint | number> {
  if (text.length > MAX_DIGITS) {
    throw new FormatError("budget", `an integer of ${text.length} characters (limit ${MAX_DIGITS})`, offset);
  }
  if (PLAIN_INT.test(text)) return { value: text.length < 16 ? Number(text) || 0 : BigInt(text) };
  const match = LENIENT_INT.exec(text);
  if (match === null) {
    throw new FormatError("malformed", `${JSON.stringify(text.slice(0, 40))} is no integer`, offset);
  }
  const digits = BigInt((match[2] ?? "0").replaceAll("_", ""));
  const value = match[1] === "-" ? -digits : digits;
  return { value, ambiguous: `unpicklers read the integer ${JSON.stringify(text.slice(0, 40))} differently` };
}

const PLAIN_FLOAT = /^-?(?:[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?|inf|nan)$/;
const LENIENT_FLOAT =
  /^[\s\0]*([+-]?)((?:[0-9](?:_?[0-9])*\.?(?:[0-9](?:_?[0-9])*)?|\.[0-9](?:_?[0-9])*)(?:e[+-]?[0-9](?:_?[0-9])*)?|inf(?:inity)?|nan)(?:[\s\0][\s\S]*)?$/i;

/**
 * The number of a FLOAT line, without its newline. Infinities count as ambiguous where digits overflow: the C
 * unpickler raises there, the Python one goes on.
 * @throws {FormatError} `malformed`
 */
export function readFloatText(text: string, offset: number): Numeral<number> {
  if (text.length > MAX_DIGITS) {
    throw new FormatError("budget", `a float of ${text.length} characters (limit ${MAX_DIGITS})`, offset);
  }
  const match = LENIENT_FLOAT.exec(text);
  if (match === null) {
    throw new FormatError("malformed", `${JSON.stringify(text.slice(0, 40))} is no float`, offset);
  }
  const value = floatOf((match[2] ?? "").toLowerCase()) * (match[1] === "-" ? -1 : 1);
  const overflows = !Number.isFinite(value) && !/^-?(?:inf|nan)$/.test(text);
  if (PLAIN_FLOAT.test(text) && !overflows) return { value };
  return { value, ambiguous: `unpicklers read the float ${JSON.stringify(text.slice(0, 40))} differently` };
}

function floatOf(digits: string): number {
  if (digits.startsWith("inf")) return Number.POSITIVE_INFINITY;
  return digits === "nan" ? Number.NaN : Number(digits.replaceAll("_", ""));
}

/**
 * Two's complement, little-endian, as LONG1 and LONG4 hold it; no bytes are 0.
 * @throws {FormatError} `budget` above 1 MiB
 */
export function decodeLong(bytes: Uint8Array, offset: number): bigint {
  if (bytes.byteLength > MAX_LONG_BYTES) {
    throw new FormatError(
      "budget",
      `an integer of ${bytes.byteLength} bytes (limit ${MAX_LONG_BYTES})`,
      offset,
    );
  }
  if (bytes.byteLength === 0) return 0n;
  const unsigned = BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
  return BigInt.asIntN(bytes.byteLength * 8, unsigned);
}
