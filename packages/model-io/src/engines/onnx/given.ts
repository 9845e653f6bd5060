import type { Input, Tensor } from "@modelkeep/estimators/data";
import type { InputSchema, TensorSpec } from "@modelkeep/mlflow";
import { invalidInput, schemaMismatch } from "../../errors.ts";
import { tensorOfNested } from "../../input/nested.ts";
import type { Parsed } from "../../input/scoring.ts";
import { type Table, tableOfRecords } from "../../input/table.ts";
import { isCsr, parseTyped } from "../../input/typed.ts";
import { enforceColumns } from "../../schema/columns.ts";
import { enforceTensor, tensorOfCells } from "../../schema/tensor.ts";

/** What `mlflow.onnx` gets: a DataFrame, one array, or arrays by name. Its answer has a form for each. */
export type Given =
  | { readonly kind: "frame"; readonly table: Table }
  | { readonly kind: "tensor"; readonly tensor: Tensor }
  | { readonly kind: "tensors"; readonly tensors: ReadonlyMap<string, Tensor> };

/**
 * Input made to fit a signature, as `mlflow.pyfunc` does before it calls the wrapper (mlflow/models/utils.py
 * `_enforce_schema`), tensors by name included.
 * @throws {ModelkeepError} `INVALID_INPUT` with MLflow's message
 */
export function enforceGiven(parsed: Parsed, schema: InputSchema | undefined): Given {
  if (schema === undefined) return unchecked(parsed);
  if (schema.kind === "columns") return { kind: "frame", table: enforceColumns(parsed, schema.columns) };
  const named = schema.tensors.filter((spec): spec is NamedSpec => spec.name !== undefined);
  if (named.length > 0) return { kind: "tensors", tensors: byName(parsed, named) };
  const [spec] = schema.tensors;
  if (spec === undefined) throw schemaMismatch("the model's signature names no input");
  return { kind: "tensor", tensor: unnamed(parsed, spec) };
}

type NamedSpec = TensorSpec & { readonly name: string };

function unchecked(parsed: Parsed): Given {
  switch (parsed.kind) {
    case "table":
      return { kind: "frame", table: parsed.table };
    case "tensor":
      return { kind: "tensor", tensor: parsed.tensor };
    case "records":
      return { kind: "frame", table: tableOfRecords(parsed.records) };
    case "arrays":
      break;
  }
  return {
    kind: "tensors",
    tensors: new Map([...parsed.arrays].map(([name, value]) => [name, tensorOfNested(value)])),
  };
}

/** Typed input for the model itself, without a signature. */
export function givenOf(input: Input): Given {
  if (isCsr(input)) throw invalidInput("an ONNX model takes dense tensors: give data, shape and dtype");
  return unchecked(parseTyped(input));
}

function unnamed(parsed: Parsed, spec: TensorSpec): Tensor {
  if (parsed.kind === "tensor") return enforceTensor(parsed.tensor, spec, parsed.fromText);
  if (parsed.kind !== "table")
    throw schemaMismatch("the model's signature is one tensor without a name, but the input names several");
  const { table } = parsed;
  const columns = [...table.columns.values()];
  const [only] = columns;
  if (only === undefined || table.rows === 0) throw schemaMismatch("Input DataFrame is empty.");
  if (columns.length === 1) return enforceTensor(tensorOfCells(only, spec), spec, table.fromText);
  return enforceTensor(matrixOf(table), spec, table.fromText);
}

function byName(parsed: Parsed, specs: readonly NamedSpec[]): ReadonlyMap<string, Tensor> {
  const [only] = specs;
  if (parsed.kind === "tensor" && specs.length === 1 && only !== undefined)
    return new Map([[only.name, enforceTensor(parsed.tensor, only, parsed.fromText)]]);
  if (parsed.kind === "tensor")
    throw schemaMismatch(
      "This model contains a tensor-based model signature with input names, which suggests a dictionary input mapping " +
        "input name to tensor, or a pandas DataFrame input, but one array was found.",
    );
  if (parsed.kind === "arrays") {
    const { arrays } = parsed;
    requireNames(specs, arrays);
    return new Map(
      specs.map((spec) => [spec.name, enforceTensor(tensorOfNested(arrays.get(spec.name)), spec, true)]),
    );
  }
  const table = parsed.kind === "table" ? parsed.table : tableOfRecords(parsed.records);
  requireNames(specs, table.columns);
  return new Map(specs.map((spec) => [spec.name, ofColumn(table, spec)]));
}

function ofColumn(table: Table, spec: NamedSpec): Tensor {
  const column = table.columns.get(spec.name);
  if (column === undefined) throw missing([spec.name]);
  // pandas' columns are cast to the tensor's type, whatever they come from.
  return enforceTensor(tensorOfCells(column, spec), spec, true);
}

function requireNames(specs: readonly NamedSpec[], given: ReadonlyMap<string, unknown>): void {
  const absent = specs.filter(({ name }) => !given.has(name)).map(({ name }) => name);
  if (absent.length > 0) throw missing(absent);
}

function missing(names: readonly string[]): Error {
  const list = names.map((name) => `'${name}'`).join(", ");
  return schemaMismatch(`Model is missing inputs [${list}].`);
}

/** `DataFrame.values`: one matrix, of the dtype that all columns have in common. */
export function matrixOf(table: Table): Tensor {
  const columns = [...table.columns.values()];
  const data: Tensor["data"][number][] = [];
  for (let row = 0; row < table.rows; row++)
    for (const { values } of columns) data.push((values[row] ?? null) as Tensor["data"][number]);
  const dtypes = new Set(columns.map(({ dtype }) => dtype));
  const [first = "float64"] = dtypes;
  const numeric = [...dtypes].every((dtype) => /^(?:u?int|float)\d+$/u.test(dtype));
  return {
    data,
    shape: [table.rows, columns.length],
    dtype: dtypes.size <= 1 ? first : numeric ? "float64" : "object",
  };
}
