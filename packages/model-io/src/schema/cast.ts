import type { ScalarType } from "@modelkeep/mlflow";
import { ModelkeepError } from "@modelkeep/findings";
import { invalidInput } from "../errors.ts";
import { type Column } from "../input/table.ts";

const INT32 = 2 ** 31;
/** Python's `float(text)`, without underscores. */
const PYTHON_FLOAT = /^\s*[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|nan)\s*$/iu;

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

function toFloat(name: string, value: unknown, type: ScalarType): number {
  if (value === null || value === undefined) return Number.NaN;
  if (typeof value === "number") return value;
  if (typeof value === "boolean" || typeof value === "bigint") return Number(value);
  if (typeof value === "string" && PYTHON_FLOAT.test(value)) return pythonFloat(value.trim().toLowerCase());
  throw failed(name, value, type);
}

function pythonFloat(text: string): number {
  if (text.includes("nan")) return Number.NaN;
  if (text.includes("inf")) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text);
}

function toInteger(name: string, value: unknown, type: ScalarType): number | bigint {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  if (typeof value === "bigint" && BigInt.asIntN(64, value) === value) return value;
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "string" && /^\s*[+-]?\d{1,15}\s*$/u.test(value)) return Number(value);
  throw failed(name, value, type);
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
  const shown =
    value === undefined ? "a missing value" : (JSON.stringify(value)?.slice(0, 80) ?? typeof value);
  return invalidInput(
    `Incompatible input types for column ${name}. Can not safely convert ${shown} to ${type}.`,
  );
}
