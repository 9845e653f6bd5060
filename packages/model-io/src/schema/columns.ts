import type { Scalar, Tensor } from "@modelkeep/estimators/data";
import type { ColumnSpec, ScalarType } from "@modelkeep/mlflow";
import { ModelkeepError } from "@modelkeep/findings";
import { invalidInput, schemaMismatch } from "../errors.ts";
import { nestedLists } from "../input/nested.ts";
import type { Parsed } from "../input/scoring.ts";
import { type Column, inferColumn, type Table, tableOf, tableOfRecords } from "../input/table.ts";
import { castArray, castColumn } from "./cast.ts";
import { checkColumn } from "./check.ts";

/** How values become the signature's type: text is cast, typed data is only checked, as MLflow's server does. */
type Fit = (name: string, column: Column, type: ScalarType) => Column;

/**
 * Input as the columns that a signature names, in its order (mlflow/utils/proto_json_utils.py `_cast_schema_type` and
 * `cast_df_types_according_to_schema`, then mlflow/models/utils.py `_enforce_schema`).
 * @throws {ModelkeepError} `INVALID_INPUT` with MLflow's message
 */
export function enforceColumns(parsed: Parsed, specs: readonly ColumnSpec[]): Table {
  const named = specs.every((spec) => spec.name !== undefined);
  switch (parsed.kind) {
    case "table":
      return fitted(parsed.table, specs, named, parsed.table.fromText ? castColumn : checkColumn);
    case "tensor":
      return ofTensor(parsed.tensor, parsed.fromText, specs, named);
    case "arrays":
      return ofArrays(parsed, specs, named);
    case "records":
      break;
  }
  if (!named) throw unnamed("a list of records");
  return fitted(tableOfRecords(parsed.records), specs, named, (name, column, type) => {
    // pandas fills the gap with a 64-bit NaN, and MLflow does not convert that back to 32 bits.
    if (type === "float" && !parsed.records.every((record) => Object.hasOwn(record, name)))
      throw invalidInput(
        `Incompatible input types for column ${name}. Can not safely convert float64 to float32.`,
      );
    return castArray(name, column, type);
  });
}

function fitted(table: Table, specs: readonly ColumnSpec[], named: boolean, fit: Fit): Table {
  return named ? namedColumns(table, specs, fit) : countedColumns(table, specs, fit);
}

function ofArrays(
  { arrays, rowwise }: Parsed & { kind: "arrays" },
  specs: readonly ColumnSpec[],
  named: boolean,
): Table {
  const lists = scalarsOrLists(arrays);
  const table = tableOf(lists, [...lists.values()][0]?.length ?? 0, true);
  if (named) return namedColumns(table, specs, castArray);
  // Records without names in the signature become arrays of their own types, which are only checked.
  if (rowwise) return countedColumns(table, specs, checkOwnType);
  throw unnamed("an object");
}

/** NumPy makes one type of mixed values: only texts stay what they are. */
function checkOwnType(name: string, column: Column, type: ScalarType): Column {
  const isMixed = column.dtype === "object" && column.values.some((value) => typeof value !== "string");
  if (isMixed || column.values.some((value) => value === null || Number.isNaN(value)))
    throw invalidInput(`Incompatible input types for column ${name}. Its values have different types.`);
  return checkColumn(name, column.dtype === "object" ? { ...column, dtype: "str" } : column, type);
}

/** A value for each name is one row. */
function scalarsOrLists(arrays: ReadonlyMap<string, unknown>): ReadonlyMap<string, readonly unknown[]> {
  const isRow = [...arrays.values()].every((value) => typeof value !== "object" || value === null);
  return isRow ? new Map([...arrays].map(([name, value]) => [name, [value]])) : nestedLists(arrays);
}

function unnamed(what: string): Error {
  return invalidInput(
    "Failed to parse input data. This model contains an un-named model signature which expects a single " +
      `n-dimensional array or a single value as input, however, ${what} was found.`,
  );
}

/** One array: the only column by its name, else columns that are numbered. From text it is of the first column's type. */
function ofTensor(tensor: Tensor, fromText: boolean, specs: readonly ColumnSpec[], named: boolean): Table {
  const { shape } = tensor;
  if (shape.length > 2) throw schemaMismatch(`Must pass 2-d input. shape=(${shape.join(", ")})`);
  const only = named && specs.length === 1 ? specs[0]?.name : undefined;
  if (only !== undefined)
    return namedColumns(onlyColumn(tensor, only), specs, fromText ? castArray : checkColumn);
  const [first] = specs;
  if (fromText && shape[0] === 0) return fitted(tableOf(new Map(), 0, false), specs, named, checkColumn);
  const whole = fromText && first !== undefined ? castWhole(tensor, first) : tensor;
  return fitted(numbered(whole), specs, named, checkColumn);
}

function onlyColumn({ data, shape, dtype }: Tensor, name: string): Table {
  if (shape.length === 2) throw invalidInput(`the column ${name} is no flat list of values`);
  if (shape.length === 0) return numbered({ data, shape });
  const column = inferColumn(Array.from(data));
  const columns = new Map([[name, { ...column, dtype: dtype ?? column.dtype }]]);
  return { ...tableOf(new Map(), shape[0] ?? 0, true), columns };
}

function castWhole(tensor: Tensor, spec: ColumnSpec): Tensor {
  if (spec.type.kind !== "scalar") throw unsupported(spec);
  const column = inferColumn(Array.from(tensor.data));
  const { values, dtype } = castArray(spec.name ?? "0", column, spec.type.type);
  return { data: values as readonly Scalar[], shape: tensor.shape, dtype };
}

/** pandas' `DataFrame(array)`. */
function numbered({ data, shape, dtype }: Tensor): Table {
  const [rows = 1, width = 1] = shape;
  const columns = Array.from({ length: width }, (_, at): [string, Column] => {
    const values = Array.from({ length: rows }, (_row, row) => data[row * width + at]);
    return [String(at), { values, dtype: dtype ?? "object" }];
  });
  return { ...tableOf(new Map(), rows, false), columns: new Map(columns) };
}

function namedColumns(table: Table, specs: readonly ColumnSpec[], fit: Fit): Table {
  const present: ReadonlyMap<string, Column> = table.named ? table.columns : new Map();
  requireColumns(table, present, specs);
  const columns = new Map<string, Column>();
  for (const spec of specs) {
    const name = spec.name ?? "";
    const column = present.get(name);
    if (column !== undefined) columns.set(name, fitColumn(name, column, spec, fit));
  }
  return { ...table, columns, named: true };
}

function requireColumns(
  table: Table,
  present: ReadonlyMap<string, Column>,
  specs: readonly ColumnSpec[],
): void {
  const required = specs.filter((spec) => spec.required).map((spec) => spec.name ?? "");
  const known = new Set(specs.map((spec) => spec.name ?? ""));
  const missing = required.filter((name) => !present.has(name));
  if (missing.length === 0) return;
  const extra = [...table.columns.keys()].filter((name) => !known.has(name));
  const note = extra.length === 0 ? "" : ` Note that there were extra inputs: ${pythonList(extra)}.`;
  throw schemaMismatch(`Model is missing inputs ${pythonList(missing)}.${note}`);
}

/** A signature without names: only number, order and types count; what is too much is dropped. */
function countedColumns(table: Table, specs: readonly ColumnSpec[], fit: Fit): Table {
  const entries = [...table.columns].slice(0, specs.length);
  if (entries.length < specs.length) {
    throw schemaMismatch(
      `Model inference is missing inputs. The model signature declares ${specs.length} inputs  but the provided ` +
        `value only has ${entries.length} inputs. Note: the inputs were not named in the signature so we can only ` +
        "verify their count.",
    );
  }
  const columns = entries.map(([name, column], index): [string, Column] => {
    const spec = specs[index];
    return [name, spec === undefined ? column : fitColumn(name, column, spec, fit)];
  });
  return { ...table, columns: new Map(columns) };
}

function fitColumn(name: string, column: Column, spec: ColumnSpec, fit: Fit): Column {
  if (spec.type.kind !== "scalar") throw unsupported(spec);
  return fit(name, column, spec.type.type);
}

function unsupported({ name = "", type }: ColumnSpec): Error {
  return new ModelkeepError(
    "UNSUPPORTED_MODEL",
    `the native engine takes no ${type.kind} columns (${name}): use engine sandbox`,
  );
}

function pythonList(names: readonly string[]): string {
  return `[${names.map((name) => `'${name.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`).join(", ")}]`;
}
