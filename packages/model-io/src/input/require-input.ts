import type { DType, Input } from "@modelkeep/estimators/data";
import { invalidInput } from "../errors.ts";
import { isCsr, isFrame } from "./typed.ts";
import { isRecord } from "./table.ts";

const DTYPES: ReadonlySet<string> = new Set<DType>([
  "float64",
  "float32",
  "int64",
  "int32",
  "int16",
  "int8",
  "uint64",
  "uint32",
  "uint16",
  "uint8",
  "bool",
  "str",
  "object",
  "category",
]);

const FORMS =
  "give {data, shape}, {columns}, {indptr, indices, data, shape}, an array of texts or an array of records";

/**
 * The first look at typed input, of callers that no compiler checks: its form, its arrays and the names of its dtypes.
 * What the values must be, the signature or the model itself says later.
 * @throws {ModelkeepError} `INVALID_INPUT`
 */
export function requireInput(input: unknown): asserts input is Input {
  if (Array.isArray(input)) return;
  if (!isRecord(input)) throw invalidInput(`the input is ${nameOf(input)}: ${FORMS}`);
  if (isCsr(input)) return requireCsr(input);
  if ("data" in input) return requireTensor(input);
  if (isFrame(input) || input["columns"] instanceof Map) return requireFrame(input);
  throw invalidInput(
    `the input is an object of ${Object.keys(input).slice(0, 5).join(", ") || "nothing"}: ${FORMS}`,
  );
}

function requireTensor(input: Readonly<Record<string, unknown>>): void {
  requireArray(input["data"], "data");
  const shape = input["shape"];
  if (!Array.isArray(shape)) throw invalidInput(`shape is ${nameOf(shape)}: give an array of whole numbers`);
  requireDType(input["dtype"], "dtype");
}

function requireCsr(input: Readonly<Record<string, unknown>>): void {
  for (const name of ["indptr", "indices"]) requireArray(input[name], name);
  requireTensor(input);
}

function requireFrame(input: Readonly<Record<string, unknown>>): void {
  const columns =
    input["columns"] instanceof Map ? [...input["columns"]] : Object.entries(input["columns"] ?? {});
  for (const [name, values] of columns) requireArray(values, `the column ${String(name)}`);
  const dtypes = input["dtypes"];
  if (dtypes === undefined) return;
  if (!isRecord(dtypes))
    throw invalidInput(`dtypes is ${nameOf(dtypes)}: give an object of names and dtypes`);
  for (const [name, dtype] of Object.entries(dtypes)) requireDType(dtype, `the dtype of ${name}`);
}

function requireArray(value: unknown, what: string): void {
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) return;
  throw invalidInput(`${what} is ${nameOf(value)}: give an array or a typed array`);
}

function requireDType(value: unknown, what: string): void {
  if (value === undefined || (typeof value === "string" && DTYPES.has(value))) return;
  throw invalidInput(
    `${what} is ${JSON.stringify(value)?.slice(0, 60)}: choose one of ${[...DTYPES].join(", ")}`,
  );
}

function nameOf(value: unknown): string {
  if (value === null) return "null";
  return value === undefined ? "not given" : `a ${typeof value}`;
}
