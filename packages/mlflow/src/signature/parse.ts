import { MlflowError } from "../error.ts";
import { isJsonObject, type JsonObject } from "../json/read.ts";
import {
  type ColumnSpec,
  type ColumnType,
  type InputSchema,
  type ParamSpec,
  type Property,
  SCALAR_TYPES,
  type ScalarType,
  type Signature,
  type TensorSpec,
} from "./types.ts";

const MAX_DEPTH = 32;
const MAX_ENTRIES = 100_000;

/**
 * Reads `signature` of a MLmodel: `inputs` and `params` are JSON texts (mlflow/types/schema.py `Schema.to_json`).
 * @param signature the document's member; undefined or null when the model has none
 * @throws {MlflowError} `malformed` names the place
 */
export function parseSignature(signature: unknown): Signature {
  if (signature === undefined || signature === null) return { inputs: undefined, params: undefined };
  if (!isJsonObject(signature)) throw fault("signature", "is no mapping");
  const inputs = entries(signature["inputs"], "signature.inputs");
  const params = entries(signature["params"], "signature.params");
  const outputs = entries(signature["outputs"], "signature.outputs");
  return {
    inputs: schemaOf(inputs, "signature.inputs"),
    outputs: schemaOf(outputs, "signature.outputs"),
    params: params?.map((entry, index) => paramSpec(entry, `signature.params[${index}]`)),
  };
}

function entries(text: unknown, where: string): JsonObject[] | undefined {
  if (text === undefined || text === null) return undefined;
  if (typeof text !== "string") throw fault(where, "is no JSON text");
  const list = parseJson(text, where);
  if (!Array.isArray(list) || list.length > MAX_ENTRIES) throw fault(where, "is no list of usual length");
  return list.map((entry: unknown, index) => {
    if (!isJsonObject(entry)) throw fault(`${where}[${index}]`, "is no object");
    return entry;
  });
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MlflowError("malformed", `${where} in MLmodel is no JSON: log the model again`, { cause });
  }
}

function schemaOf(list: readonly JsonObject[] | undefined, where: string): InputSchema | undefined {
  return list === undefined || list.length === 0 ? undefined : inputSchema(list, where);
}

function inputSchema(list: readonly JsonObject[], where: string): InputSchema {
  const isTensor = list.map((entry) => entry["type"] === "tensor");
  if (isTensor.every(Boolean)) {
    const tensors = list.map((entry, index) => tensorSpec(entry, `${where}[${index}]`));
    checkNames(tensors, where);
    return { kind: "tensors", tensors };
  }
  if (isTensor.some(Boolean)) throw fault(where, "mixes tensors and columns");
  const columns = list.map((entry, index) => columnSpec(entry, `${where}[${index}]`));
  checkNames(columns, where);
  return { kind: "columns", columns };
}

function checkNames(specs: readonly { readonly name: string | undefined }[], where: string): void {
  const names = specs.map((spec) => spec.name).filter((name) => name !== undefined);
  if (names.length !== 0 && names.length !== specs.length) throw fault(where, "names only some inputs");
  if (new Set(names).size !== names.length) throw fault(where, "names one twice");
}

function columnSpec(entry: JsonObject, where: string): ColumnSpec {
  return { name: optionalText(entry["name"], `${where}.name`), ...property(entry, where, 0) };
}

function property(entry: JsonObject, where: string, depth: number): Property {
  // Older files say `optional: true`, newer ones `required: false`.
  const required = entry["required"] ?? entry["optional"] !== true;
  return { type: columnType(entry, where, depth), required: required === true };
}

function columnType(entry: JsonObject, where: string, depth: number): ColumnType {
  if (depth > MAX_DEPTH) throw fault(where, "nests too deep");
  const type = entry["type"];
  switch (type) {
    case "array":
      return { kind: "array", items: columnType(member(entry, "items", where), `${where}.items`, depth + 1) };
    case "map":
      return {
        kind: "map",
        values: columnType(member(entry, "values", where), `${where}.values`, depth + 1),
      };
    case "object":
      return { kind: "object", properties: properties(member(entry, "properties", where), where, depth) };
    case "any":
      return { kind: "any" };
    default:
      if (!isScalarType(type)) throw fault(where, `has the unknown type ${JSON.stringify(type)}`);
      return { kind: "scalar", type };
  }
}

function properties(entry: JsonObject, where: string, depth: number): ReadonlyMap<string, Property> {
  return new Map(
    Object.entries(entry).map(([name, value]) => {
      if (!isJsonObject(value)) throw fault(`${where}.${name}`, "is no object");
      return [name, property(value, `${where}.${name}`, depth + 1)];
    }),
  );
}

function tensorSpec(entry: JsonObject, where: string): TensorSpec {
  const spec = member(entry, "tensor-spec", where);
  const dtype = spec["dtype"];
  const shape = spec["shape"];
  if (typeof dtype !== "string") throw fault(`${where}.tensor-spec.dtype`, "is no text");
  if (!Array.isArray(shape) || shape.length > 32) throw fault(`${where}.tensor-spec.shape`, "is no list");
  return {
    name: optionalText(entry["name"], `${where}.name`),
    dtype,
    shape: shape.map((length: unknown) => {
      if (typeof length === "number" && Number.isSafeInteger(length) && length >= -1) return length;
      throw fault(`${where}.tensor-spec.shape`, "holds what is no length");
    }),
  };
}

function paramSpec(entry: JsonObject, where: string): ParamSpec {
  const name = optionalText(entry["name"], `${where}.name`);
  if (name === undefined || !("default" in entry)) throw fault(where, "has no name or no default");
  const shape = entry["shape"] ?? null;
  const isList = Array.isArray(shape) && shape.length === 1 && shape[0] === -1;
  if (shape !== null && !isList) throw fault(`${where}.shape`, "is neither null nor [-1]");
  // Older files call it `dtype`.
  const type = columnType({ ...entry, type: entry["type"] ?? entry["dtype"] }, where, 0);
  return { name, type, default: entry["default"], isList };
}

function member(entry: JsonObject, name: string, where: string): JsonObject {
  const value = entry[name];
  if (!isJsonObject(value)) throw fault(`${where}.${name}`, "is no object");
  return value;
}

// MLflow writes a number as a column's name for frames without names: its text form is the name then.
function optionalText(value: unknown, where: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  throw fault(where, "is no text");
}

function isScalarType(value: unknown): value is ScalarType {
  return SCALAR_TYPES.some((type) => type === value);
}

function fault(where: string, what: string): MlflowError {
  return new MlflowError(
    "malformed",
    `${where} in MLmodel ${what}: log the model again with a valid signature`,
  );
}
