import type { DType, Input, Scalar, Tensor } from "@modelkeep/estimators/data";
import type { ColumnSpec, InputSchema, TensorSpec } from "@modelkeep/mlflow";
import { ModelkeepError } from "@modelkeep/findings";
import { invalidInput } from "../errors.ts";
import type { Parsed } from "../input/scoring.ts";
import { type Column, type Table, tableOf } from "../input/table.ts";
import { castColumn } from "./cast.ts";
import { checkColumn } from "./check.ts";
import { enforceTensor } from "./tensor.ts";

/**
 * Input made to fit a model's signature, as `mlflow.pyfunc` does before it calls the model: names, number, order and
 * types of columns, or shape and dtype of tensors.
 * @param schema undefined when the model has none: then the input goes on as it is
 * @throws {ModelkeepError} `INVALID_INPUT` with MLflow's message
 */
export function enforceInput(parsed: Parsed, schema: InputSchema | undefined): Input {
  if (schema === undefined) return unchecked(parsed);
  return schema.kind === "tensors"
    ? enforceTensors(parsed, schema.tensors)
    : enforceColumns(parsed, schema.columns);
}

function unchecked(parsed: Parsed): Input {
  if (parsed.kind === "table") return toInput(parsed.table);
  if (parsed.kind === "tensor") return parsed.tensor;
  throw namedTensors();
}

function enforceTensors(parsed: Parsed, specs: readonly TensorSpec[]): Input {
  const [spec] = specs;
  if (spec === undefined || specs.length > 1 || spec.name !== undefined) throw namedTensors();
  if (parsed.kind === "tensors") {
    throw invalidInput("the model's signature is one tensor without a name, but the input names several");
  }
  if (parsed.kind === "tensor") return enforceTensor(parsed.tensor, spec, parsed.fromText);
  return enforceTensor(tensorOfTable(parsed.table), spec, parsed.table.fromText);
}

function namedTensors(): Error {
  return new ModelkeepError(
    "UNSUPPORTED_MODEL",
    "the native engine takes no tensors by name, which no scikit-learn model does either: use engine sandbox",
  );
}

function enforceColumns(parsed: Parsed, specs: readonly ColumnSpec[]): Input {
  const table = tableFor(parsed, specs);
  const named = specs.every((spec) => spec.name !== undefined);
  if (!named) return toInput(enforceUnnamed(table, specs));
  requireColumns(table, specs);
  const columns = new Map<string, Column>();
  for (const spec of specs) {
    const name = spec.name ?? "";
    const column = table.columns.get(name);
    if (column !== undefined) columns.set(name, fitted(name, column, spec, table.fromText));
  }
  return toInput({ ...table, columns, named: true });
}

/** A tensor as pandas' `DataFrame(array)`; a single column takes its name from the schema. */
function tableFor(parsed: Parsed, specs: readonly ColumnSpec[]): Table {
  if (parsed.kind === "table") return parsed.table;
  if (parsed.kind === "tensors")
    throw invalidInput("the model's signature has columns, but the input has tensors");
  const { data, shape, dtype } = parsed.tensor;
  if (shape.length > 2) throw invalidInput(`Must pass 2-d input. shape=(${shape.join(", ")})`);
  const [rows = 1, width = 1] = shape;
  const only = specs.length === 1 && shape.length < 2 ? specs[0]?.name : undefined;
  const columns = Array.from({ length: width }, (_, at): [string, Column] => {
    const values = Array.from({ length: rows }, (_row, row) => data[row * width + at]);
    return [only ?? String(at), { values, dtype: dtype ?? "object" }];
  });
  const bare = tableOf(new Map(), rows, only !== undefined);
  return { ...bare, columns: new Map(columns), fromText: parsed.fromText };
}

function requireColumns(table: Table, specs: readonly ColumnSpec[]): void {
  const present = table.named ? table.columns : new Map<string, Column>();
  const required = specs.filter((spec) => spec.required).map((spec) => spec.name ?? "");
  const known = new Set(specs.map((spec) => spec.name ?? ""));
  const missing = required.filter((name) => !present.has(name));
  if (missing.length === 0) return;
  const extra = [...table.columns.keys()].filter((name) => !known.has(name));
  const note = extra.length === 0 ? "" : ` Note that there were extra inputs: ${pythonList(extra)}.`;
  throw invalidInput(`Model is missing inputs ${pythonList(missing)}.${note}`);
}

function enforceUnnamed(table: Table, specs: readonly ColumnSpec[]): Table {
  const entries = [...table.columns].slice(0, specs.length);
  if (entries.length < specs.length) {
    throw invalidInput(
      `Model inference is missing inputs. The model signature declares ${specs.length} inputs  but the provided ` +
        `value only has ${entries.length} inputs. Note: the inputs were not named in the signature so we can only ` +
        "verify their count.",
    );
  }
  const columns = entries.map(([name, column], index): [string, Column] => {
    const spec = specs[index];
    return [name, spec === undefined ? column : fitted(name, column, spec, table.fromText)];
  });
  return { ...table, columns: new Map(columns) };
}

function fitted(name: string, column: Column, spec: ColumnSpec, fromText: boolean): Column {
  if (spec.type.kind === "any") return column;
  if (spec.type.kind !== "scalar") {
    throw new ModelkeepError(
      "UNSUPPORTED_MODEL",
      `the native engine takes no ${spec.type.kind} columns (${name}): use engine sandbox`,
    );
  }
  return fromText ? castColumn(name, column, spec.type.type) : checkColumn(name, column, spec.type.type);
}

/** A frame when columns have names, else one array, as scikit-learn sees a frame whose names are numbers. */
function toInput(table: Table): Input {
  if (!table.named) return tensorOfTable(table);
  const columns = new Map([...table.columns].map(([name, column]) => [name, column.values]));
  const dtypes: Record<string, DType> = Object.create(null);
  for (const [name, column] of table.columns) dtypes[name] = column.dtype;
  return { columns, dtypes };
}

function tensorOfTable(table: Table): Tensor {
  const columns = [...table.columns.values()];
  const data: Scalar[] = [];
  for (let row = 0; row < table.rows; row++) {
    for (const column of columns) data.push((column.values[row] ?? null) as Scalar);
  }
  return {
    data,
    shape: [table.rows, columns.length],
    dtype: commonDType(columns.map((column) => column.dtype)),
  };
}

/** What `DataFrame.to_numpy()` gives: the dtype of all columns, float64 for mixed numbers, else object. */
function commonDType(dtypes: readonly DType[]): DType {
  const [first = "float64"] = dtypes;
  if (dtypes.every((dtype) => dtype === first)) return first;
  return dtypes.every((dtype) => /^(?:u?int|float)\d+$/u.test(dtype)) ? "float64" : "object";
}

function pythonList(names: readonly string[]): string {
  return `[${names.map((name) => `'${name.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`).join(", ")}]`;
}
