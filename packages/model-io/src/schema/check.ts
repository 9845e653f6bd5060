import type { DType } from "@modelkeep/estimators/data";
import type { ScalarType } from "@modelkeep/mlflow";
import { ModelkeepError } from "@modelkeep/findings";
import { schemaMismatch } from "../errors.ts";
import { type Column, inferColumn } from "../input/table.ts";

/** NumPy's dtype of each of MLflow's types. */
const NUMPY: ReadonlyMap<ScalarType, DType> = new Map<ScalarType, DType>([
  ["boolean", "bool"],
  ["integer", "int32"],
  ["long", "int64"],
  ["float", "float32"],
  ["double", "float64"],
]);

const MISSING_HINT =
  " Hint: the type mismatch is likely caused by missing values. Integer columns in python can not represent missing" +
  " values and are therefore encoded as floats. Declare integer columns as doubles (float64) whenever they may have" +
  " missing values.";

/**
 * A typed column checked against the signature's type: only lossless conversions (mlflow/models/utils.py
 * `_enforce_mlflow_datatype`).
 * @throws {ModelkeepError} `INVALID_INPUT` with MLflow's message
 */
export function checkColumn(name: string, given: Column, type: ScalarType): Column {
  if (type === "binary" || type === "datetime") {
    throw new ModelkeepError(
      "UNSUPPORTED_MODEL",
      `the native engine has no ${type} columns (${name}): use engine sandbox`,
    );
  }
  const isText = given.dtype === "object" || given.dtype === "str";
  if (type === "string") {
    if (isText) return given;
    throw unsafe(name, given.dtype, "<U0");
  }
  if (type === "boolean" && given.dtype === "object") return given;
  const column = given.dtype === "object" ? inferColumn(given.values) : given;
  const target = NUMPY.get(type) ?? "object";
  if (column.dtype === target) return column;
  if (isUpcast(column.dtype, target) || isZeroOrOne(column, target)) return converted(column, target);
  throw unsafe(name, column.dtype, target, hintFor(column, target));
}

interface Kind {
  readonly kind: "f" | "i" | "u" | "b";
  readonly bytes: number;
}

function kindOf(dtype: DType): Kind | undefined {
  if (dtype === "bool") return { kind: "b", bytes: 1 };
  const match = /^(float|int|uint)(\d+)$/u.exec(dtype);
  if (match === null) return undefined;
  const kind = match[1] === "float" ? "f" : match[1] === "int" ? "i" : "u";
  return { kind, bytes: Number(match[2]) / 8 };
}

function isUpcast(from: DType, to: DType): boolean {
  const [source, target] = [kindOf(from), kindOf(to)];
  if (source === undefined || target === undefined) return false;
  if (source.kind === target.kind) return source.bytes <= target.bytes;
  if (source.kind === "u" && target.kind === "i") return source.bytes < target.bytes;
  return (source.kind === "i" || source.kind === "u") && to === "float64" && source.bytes <= 6;
}

function isZeroOrOne(column: Column, target: DType): boolean {
  const floating = target === "float32" || target === "float64";
  return (
    column.dtype === "int64" &&
    floating &&
    column.values.every((value) => Number(value) === 0 || Number(value) === 1)
  );
}

function converted(column: Column, dtype: DType): Column {
  if (dtype === "float32") return { dtype, values: column.values.map((value) => Math.fround(Number(value))) };
  if (dtype === "float64") return { dtype, values: column.values.map(Number) };
  return { dtype, values: column.values };
}

function hintFor(column: Column, target: DType): string {
  const integers = column.values.every((value) => Number.isNaN(value) || Number.isInteger(value));
  const missing = column.values.some((value) => Number.isNaN(value));
  return column.dtype === "float64" && kindOf(target)?.kind === "i" && missing && integers
    ? MISSING_HINT
    : "";
}

function unsafe(name: string, from: string, to: string, hint = ""): Error {
  return schemaMismatch(
    `Incompatible input types for column ${name}. Can not safely convert ${from} to ${to}.${hint}`,
  );
}
