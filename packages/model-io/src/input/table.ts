import type { DType, Scalar } from "@modelkeep/estimators/data";
import { invalidInput } from "../errors.ts";
import { orderedEntries } from "./ordered-json.ts";

export interface Column {
  readonly values: readonly unknown[];
  /** pandas' name of the column's dtype. */
  readonly dtype: DType;
}

/** What pandas would hold: columns of one length in order. */
export interface Table {
  readonly columns: ReadonlyMap<string, Column>;
  readonly rows: number;
  /** False when the input named no columns: their names are then `0`, `1`, … */
  readonly named: boolean;
  /** True when it came as JSON or CSV, whose values are cast to the schema; false for typed data, which is checked. */
  readonly fromText: boolean;
}

/** The dtype that pandas infers for values from JSON. */
export function inferDType(values: readonly unknown[]): DType {
  let seen: "bool" | "int64" | "float64" | "empty" = "empty";
  let missing = false;
  for (const value of values) {
    if (value === null || value === undefined) missing = true;
    else if (typeof value === "boolean") {
      if (seen !== "empty" && seen !== "bool") return "object";
      seen = "bool";
    } else if (typeof value === "number" || typeof value === "bigint") {
      if (seen === "bool") return "object";
      // Python's whole numbers have no negative zero: `-0.0` is a float.
      if (typeof value === "bigint" || (Number.isInteger(value) && !Object.is(value, -0)))
        seen = seen === "float64" ? "float64" : "int64";
      else seen = "float64";
    } else return "object";
  }
  if (seen === "empty" || (missing && seen === "bool")) return "object";
  return missing ? "float64" : seen;
}

/** A column as pandas makes it of JSON values: a missing number is NaN. */
export function inferColumn(values: readonly unknown[]): Column {
  const dtype = inferDType(values);
  return { dtype, values: dtype === "float64" ? values.map((value) => Number(value ?? Number.NaN)) : values };
}

/** `dataframe_records`: missing keys are missing values; columns in order of first appearance. */
export function tableOfRecords(records: unknown): Table {
  if (!Array.isArray(records)) throw invalidInput("Dataframe records format must be a list of records.");
  const columns = new Map<string, unknown[]>();
  for (const [row, record] of records.entries()) {
    if (!isRecord(record))
      throw invalidInput(`Dataframe records format must be a list of records; row ${row} is none.`);
    for (const [name, value] of orderedEntries(record)) {
      let column = columns.get(name);
      if (column === undefined)
        columns.set(name, (column = Array.from({ length: records.length }, () => null)));
      column[row] = value;
    }
  }
  return tableOf(columns, records.length, true);
}

/** `dataframe_split`: `{columns?, index?, data}`. */
export function tableOfSplit(split: unknown): Table {
  if (!isRecord(split)) throw invalidInput("Dataframe split format must be a dictionary.");
  const extra = Object.keys(split).filter((key) => !["columns", "index", "data"].includes(key));
  const { data } = split;
  if (!Array.isArray(data) || extra.length > 0) {
    throw invalidInput(
      "Dataframe split format must have 'data' field and optionally 'columns' and 'index' fields. " +
        `Got ${JSON.stringify(Object.keys(split))}.`,
    );
  }
  const rows = data.map((row: unknown) => (Array.isArray(row) ? row : [row]));
  const width = rows[0]?.length ?? 0;
  const names = columnNames(split["columns"], width);
  const ragged = rows.findIndex((row) => row.length !== names.length);
  if (ragged >= 0) {
    throw invalidInput(
      `Provided dataframe_split field is not a valid dataframe representation in 'split' format. Error: ` +
        `'${names.length} columns passed, passed data had ${rows[ragged]?.length ?? 0} columns'`,
    );
  }
  const columns = new Map(names.map((name, index) => [name, rows.map((row): unknown => row[index])]));
  if (columns.size !== names.length) throw invalidInput("Dataframe split format names a column twice.");
  return tableOf(columns, rows.length, Array.isArray(split["columns"]));
}

function columnNames(columns: unknown, width: number): string[] {
  if (columns === undefined || columns === null)
    return Array.from({ length: width }, (_, index) => String(index));
  if (!Array.isArray(columns)) throw invalidInput("Dataframe split format: 'columns' is no list.");
  return columns.map(String);
}

/** Values by column name, as pandas makes a frame of them. */
export function tableOf(
  columns: ReadonlyMap<string, readonly unknown[]>,
  rows: number,
  named: boolean,
): Table {
  return {
    columns: new Map([...columns].map(([name, values]) => [name, inferColumn(values)])),
    rows,
    named,
    fromText: true,
  };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @throws {ModelkeepError} `INVALID_INPUT` for a nested value where one element must stand */
export function requireScalar(value: unknown, where: string): Scalar {
  if (value === null || value === undefined) return null;
  if (typeof value === "number" || typeof value === "string") return value;
  if (typeof value === "boolean" || typeof value === "bigint") return value;
  throw invalidInput(`${where} holds a nested value where one element must stand`);
}
