import type { DType, Input, Scalar, Tensor } from "@modelkeep/estimators/data";
import type { InputSchema, TensorSpec } from "@modelkeep/mlflow";
import { ModelkeepError } from "@modelkeep/findings";
import { schemaMismatch } from "../errors.ts";
import { nestedLists } from "../input/nested.ts";
import type { Parsed } from "../input/scoring.ts";
import { type Column, type Table, tableOf, tableOfRecords } from "../input/table.ts";
import { enforceColumns } from "./columns.ts";
import { enforceTensor, tensorOfCells } from "./tensor.ts";

/**
 * Input made to fit a model's signature, as `mlflow.pyfunc` does before it calls the model: names, number, order and
 * types of columns, or shape and dtype of tensors (mlflow/models/utils.py `_enforce_schema`).
 * @param schema undefined when the model has none: then the input goes on as it is
 * @throws {ModelkeepError} `INVALID_INPUT` with MLflow's message
 */
export function enforceInput(parsed: Parsed, schema: InputSchema | undefined): Input {
  if (schema === undefined) return unchecked(parsed);
  return schema.kind === "tensors"
    ? enforceTensors(parsed, schema.tensors)
    : toInput(enforceColumns(parsed, schema.columns));
}

/**
 * Whether the native engine can enforce a signature at all; asked when a model is opened, before any prediction.
 * @throws {ModelkeepError} `UNSUPPORTED_MODEL` names what it cannot
 */
export function requireNativeSchema(schema: InputSchema | undefined): void {
  if (schema === undefined) return;
  if (schema.kind === "tensors") {
    if (schema.tensors.length > 1 || schema.tensors[0]?.name !== undefined) throw namedTensors();
    return;
  }
  for (const { name = "", type } of schema.columns) {
    const kind = type.kind === "scalar" ? type.type : type.kind;
    if (type.kind !== "scalar" || kind === "binary" || kind === "datetime")
      throw new ModelkeepError(
        "UNSUPPORTED_MODEL",
        `the native engine takes no ${kind} columns (${name} in the signature): use engine sandbox`,
      );
  }
}

/** Names of the columns that a signature calls text: a reader of CSV must not take them for numbers. */
export function textColumns(schema: InputSchema | undefined): ReadonlySet<string> {
  if (schema?.kind !== "columns") return new Set();
  const texts = schema.columns.filter(({ type }) => type.kind === "scalar" && type.type === "string");
  return new Set(texts.map(({ name }) => name ?? ""));
}

function unchecked(parsed: Parsed): Input {
  switch (parsed.kind) {
    case "table":
      return toInput(parsed.table);
    case "tensor":
      return parsed.tensor;
    case "records":
      return toInput(tableOfRecords(parsed.records));
    case "arrays":
      break;
  }
  const lists = nestedLists(parsed.arrays);
  return toInput(tableOf(lists, [...lists.values()][0]?.length ?? 0, true));
}

function enforceTensors(parsed: Parsed, specs: readonly TensorSpec[]): Input {
  const [spec] = specs;
  if (spec === undefined || specs.length > 1 || spec.name !== undefined) throw namedTensors();
  if (parsed.kind === "tensor") return enforceTensor(parsed.tensor, spec, parsed.fromText);
  if (parsed.kind === "table") return enforceTensorOfTable(parsed.table, spec);
  throw schemaMismatch("the model's signature is one tensor without a name, but the input names several");
}

/** A DataFrame for one tensor: its columns side by side, or the lists in its only column one below the other. */
function enforceTensorOfTable(table: Table, spec: TensorSpec): Tensor {
  const columns = [...table.columns.values()];
  const [only] = columns;
  if (only === undefined || table.rows === 0) throw schemaMismatch("Input DataFrame is empty.");
  if (columns.length === 1) return enforceTensor(tensorOfCells(only, spec), spec, table.fromText);
  if (spec.shape.length !== 2 || spec.shape[0] !== -1 || spec.shape[1] !== columns.length) {
    throw schemaMismatch(
      "This model contains a model signature with an unnamed input. Since the input data is a pandas DataFrame " +
        "containing multiple columns, the input shape must be of the structure (-1, number_of_dataframe_columns). " +
        `Instead, the input DataFrame passed had ${columns.length} columns and an input shape of (${spec.shape.join(", ")})`,
    );
  }
  return enforceTensor(tensorOfTable(table), spec, table.fromText);
}

function namedTensors(): Error {
  return new ModelkeepError(
    "UNSUPPORTED_MODEL",
    "the native engine takes no tensors by name, which no scikit-learn model does either: use engine sandbox",
  );
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
  const columns: Column[] = [...table.columns.values()];
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
