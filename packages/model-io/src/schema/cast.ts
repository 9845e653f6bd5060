import type { ScalarType } from "@modelkeep/mlflow";
import { ModelkeepError } from "@modelkeep/findings";
import { invalidInput } from "../errors.ts";
import { type Column } from "../input/table.ts";

const INT32 = 2 ** 31;
/** Python's `float(text)`, without underscores, which pandas' reader of CSV does not know. */
const PYTHON_FLOAT = /^\s*[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|nan)\s*$/iu;
/** Python's `int(text)`, likewise. */
const PYTHON_INT = /^\s*[+-]?\d+\s*$/u;
/** More digits than any 64-bit number has. */
const MAX_DIGITS = 64;

/**
 * A column that came as text cast to the signature's type, as the scoring server does (`cast_df_types_according_to_schema`).
 * Where pandas would lose something without a word (1.5 to an integer, 2³² to 32 bits), this refuses.
 * @throws {ModelkeepError} `INVALID_INPUT`
 */
export function castColumn(name: string, column: Column, type: ScalarType): Column {
  switch (type) {
    case "double":
      return { dtype: "float64", values: column.values.map((value) => toFloat(name, value, type)) };
    case "float":
      return {
        dtype: "float32",
        values: column.values.map((value) => Math.fround(toFloat(name, value, type))),
      };
    case "long":
      return { dtype: "int64", values: column.values.map((value) => toInteger(name, value, type)) };
    case "integer":
      return { dtype: "int32", values: column.values.map((value) => toInt32(name, value)) };
    case "boolean":
      return { dtype: "bool", values: column.values.map((value) => toBoolean(name, value)) };
    case "string":
      return { dtype: "object", values: column.values };
    case "binary":
    case "datetime":
      break;
  }
  throw new ModelkeepError(
    "UNSUPPORTED_MODEL",
    `the native engine has no ${type} columns (${name}): use engine sandbox`,
  );
}

/**
 * A column that came as an array by name cast to the signature's type (`numpy.array(values, dtype)`). Numbers for text
 * are refused: JSON does not tell 1 from 1.0, which NumPy writes differently.
 * @throws {ModelkeepError} `INVALID_INPUT`
 */
export function castArray(name: string, column: Column, type: ScalarType): Column {
  if (type !== "string") return castColumn(name, column, type);
  const values = column.values.map((value) => {
    if (typeof value === "string") return value;
    if (typeof value === "boolean") return value ? "True" : "False";
    throw failed(name, value, type);
  });
  return { dtype: "str", values };
}

function toFloat(name: string, value: unknown, type: ScalarType): number {
  const float = floatOf(value);
  if (float === undefined) throw failed(name, value, type);
  return float;
}

/** Python's `float(value)` of what JSON can hold; undefined for what has none. */
export function floatOf(value: unknown): number | undefined {
  if (value === null || value === undefined) return Number.NaN;
  if (typeof value === "number") return value;
  if (typeof value === "boolean" || typeof value === "bigint") return Number(value);
  return typeof value === "string" && PYTHON_FLOAT.test(value)
    ? pythonFloat(value.trim().toLowerCase())
    : undefined;
}

function pythonFloat(text: string): number {
  if (text.includes("nan")) return Number.NaN;
  if (text.includes("inf")) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text);
}

function toInteger(name: string, value: unknown, type: ScalarType): number | bigint {
  const whole = integerOf(value);
  if (whole === undefined || BigInt.asIntN(64, BigInt(whole)) !== BigInt(whole))
    throw failed(name, value, type);
  return whole;
}

/** A whole number without loss: a fraction, which Python would cut off, has none. */
export function integerOf(value: unknown): number | bigint | undefined {
  // A whole number has no negative zero.
  if (typeof value === "number") return Number.isSafeInteger(value) ? value + 0 : undefined;
  if (typeof value === "bigint") return value;
  if (typeof value === "boolean") return Number(value);
  if (typeof value !== "string" || value.length > MAX_DIGITS || !PYTHON_INT.test(value)) return undefined;
  // `BigInt` knows no plus sign.
  const whole = BigInt(value.trim().replace("+", ""));
  return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole;
}

function toInt32(name: string, value: unknown): number {
  const number = Number(toInteger(name, value, "integer"));
  if (number >= -INT32 && number < INT32) return number;
  throw failed(name, value, "integer");
}

function toBoolean(name: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  if (value === 0 || value === 1) return value === 1;
  throw failed(name, value, "boolean");
}

function failed(name: string, value: unknown, type: ScalarType): Error {
  return invalidInput(
    `Incompatible input types for column ${name}. Can not safely convert ${shownValue(value)} to ${type}.`,
  );
}

function shownValue(value: unknown): string {
  if (value === undefined) return "a missing value";
  if (typeof value === "bigint") return String(value);
  return JSON.stringify(value)?.slice(0, 80) ?? typeof value;
}
