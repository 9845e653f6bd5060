import type { ColumnType, InputSchema, ParamSpec, ScalarType } from "@modelkeep/mlflow";
import type { SecureModel } from "../model.ts";

type Schema = Readonly<Record<string, unknown>>;

/** A model and where it answers. */
export interface Described {
  readonly name: string;
  readonly model: SecureModel;
  /** `""` where the paths of a single model are its own, else `/models/NAME`. */
  readonly prefixes: readonly string[];
}

/**
 * An OpenAPI 3.1 document of what a server answers, made from the models' schema signatures.
 * @param version of the server
 */
export function openApi(models: readonly Described[], version: string, secured: boolean): object {
  const paths = Object.assign(Object.create(null), SERVER_PATHS);
  const schemas: Record<string, Schema> = Object.create(null);
  Object.assign(schemas, SHARED);
  for (const { name, model, prefixes } of models) {
    const key = name.replaceAll(/[^\w.-]/gu, "-");
    schemas[`${key}.request`] = requestSchema(model);
    schemas[`${key}.response`] = responseSchema(model.signature.outputs);
    for (const prefix of prefixes) paths[`${prefix}/invocations`] = { post: invocation(name, key, model) };
    paths[`/v2/models/${encodeURIComponent(name)}`] = { get: operation(`Metadata of ${name}`) };
    paths[`/v2/models/${encodeURIComponent(name)}/ready`] = { get: operation(`Whether ${name} is ready`) };
    paths[`/v2/models/${encodeURIComponent(name)}/infer`] = { post: inference(name) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Modelkeep scoring server", version },
    ...(secured ? { security: [{ bearer: [] }, { basic: [] }] } : {}),
    paths,
    components: {
      schemas,
      ...(secured
        ? {
            securitySchemes: {
              bearer: { type: "http", scheme: "bearer" },
              basic: { type: "http", scheme: "basic" },
            },
          }
        : {}),
    },
  };
}

const reference = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const jsonOf = (schema: Schema): Schema => ({ "application/json": { schema } });
const answers = (description: string, schema: Schema): Schema => ({ description, content: jsonOf(schema) });

function operation(summary: string): Schema {
  return { summary, responses: { "200": answers("OK", { type: "object" }) } };
}

const TEXT: Schema = { description: "OK", content: { "text/plain": { schema: { type: "string" } } } };
const plain = (summary: string): Schema => ({ get: { summary, responses: { "200": TEXT } } });

const SERVER_PATHS: Schema = {
  "/ping": plain("Whether the server is alive"),
  "/health": plain("Whether the server is alive"),
  "/version": plain("The server's version"),
  "/metrics": plain("Metrics in Prometheus' text format"),
  "/ready": { get: operation("Whether the server takes requests, and why not") },
  "/models": { get: operation("What is served") },
  "/v2": { get: operation("The server, in the Open Inference Protocol") },
  "/v2/health/live": { get: operation("Whether the server is alive") },
  "/v2/health/ready": { get: operation("Whether the server takes requests") },
};

const SHARED: Readonly<Record<string, Schema>> = {
  error: {
    type: "object",
    required: ["error_code", "message"],
    properties: { error_code: { type: "string" }, message: { type: "string" } },
  },
  "v2.error": { type: "object", required: ["error"], properties: { error: { type: "string" } } },
  "v2.tensor": {
    type: "object",
    required: ["name", "shape", "datatype"],
    properties: {
      name: { type: "string" },
      shape: { type: "array", items: { type: "integer", minimum: 0 } },
      datatype: {
        enum: "BOOL UINT8 UINT16 UINT32 UINT64 INT8 INT16 INT32 INT64 FP16 FP32 FP64 BYTES".split(" "),
      },
      parameters: { type: "object" },
      data: { type: "array" },
    },
  },
  "v2.request": {
    type: "object",
    required: ["inputs"],
    properties: {
      id: { type: "string" },
      parameters: { type: "object" },
      inputs: { type: "array", minItems: 1, items: { $ref: "#/components/schemas/v2.tensor" } },
      outputs: {
        type: "array",
        items: { type: "object", required: ["name"], properties: { name: { type: "string" } } },
      },
    },
  },
  "v2.response": {
    type: "object",
    required: ["model_name", "outputs"],
    properties: {
      model_name: { type: "string" },
      model_version: { type: "string" },
      id: { type: "string" },
      outputs: { type: "array", items: { $ref: "#/components/schemas/v2.tensor" } },
    },
  },
};

function invocation(name: string, key: string, model: SecureModel): Schema {
  const failed = answers("What is wrong", reference("error"));
  return {
    summary: `Predict with ${name}`,
    description: `${model.className}, ${model.engine} engine${model.version === undefined ? "" : `, version ${model.version}`}`,
    requestBody: {
      required: true,
      content: {
        "application/json": { schema: reference(`${key}.request`) },
        "text/csv": { schema: { type: "string" } },
        "application/vnd.apache.arrow.stream": { schema: { type: "string", format: "binary" } },
      },
    },
    responses: {
      "200": {
        ...answers("Predictions", reference(`${key}.response`)),
        headers: {
          "x-modelkeep-version": {
            description: "registered version that answered",
            schema: { type: "string" },
          },
          "x-modelkeep-digest": { description: "digest of the model's files", schema: { type: "string" } },
        },
      },
      "400": failed,
      "413": failed,
      "415": TEXT,
      "503": failed,
    },
  };
}

function inference(name: string): Schema {
  return {
    summary: `Predict with ${name}, in the Open Inference Protocol`,
    requestBody: { required: true, content: jsonOf(reference("v2.request")) },
    responses: {
      "200": answers("Tensors", reference("v2.response")),
      "400": answers("What is wrong", reference("v2.error")),
    },
  };
}

function requestSchema(model: SecureModel): Schema {
  const { inputs, params } = model.signature;
  const shared = params === undefined || params.length === 0 ? {} : { params: paramsSchema(params) };
  const form = (name: string, schema: Schema): Schema => ({
    type: "object",
    required: [name],
    properties: { [name]: schema, ...shared },
  });
  if (inputs?.kind === "tensors" && inputs.tensors.length === 1 && inputs.tensors[0] !== undefined) {
    const schema = tensorSchema(inputs.tensors[0].shape, inputs.tensors[0].dtype);
    return { oneOf: [form("inputs", schema), form("instances", schema)] };
  }
  const record = recordSchema(inputs);
  const rows = { type: "array", items: record };
  return {
    oneOf: [
      form("dataframe_split", splitSchema(inputs)),
      form("dataframe_records", rows),
      form("inputs", {}),
      form("instances", {}),
    ],
  };
}

function recordSchema(inputs: InputSchema | undefined): Schema {
  if (inputs?.kind !== "columns" || inputs.columns[0]?.name === undefined) return { type: "object" };
  const named = inputs.columns.map(({ name = "", type, required }) => ({ name, type, required }));
  return {
    type: "object",
    required: named.filter((column) => column.required).map((column) => column.name),
    properties: Object.fromEntries(named.map(({ name, type }) => [name, typeSchema(type)])),
  };
}

function splitSchema(inputs: InputSchema | undefined): Schema {
  const names = inputs?.kind === "columns" ? inputs.columns.map(({ name }) => name) : [];
  const known = names.every((name) => name !== undefined) && names.length > 0;
  return {
    type: "object",
    required: ["data"],
    properties: {
      columns: { type: "array", items: { type: "string" }, ...(known ? { examples: [names] } : {}) },
      index: { type: "array" },
      data: { type: "array", items: { type: "array" } },
    },
  };
}

function paramsSchema(params: readonly ParamSpec[]): Schema {
  const entries = params.map((param): [string, Schema] => {
    const one = typeSchema(param.type);
    const schema = param.isList ? { type: "array", items: one } : one;
    return [param.name, { ...schema, default: param.default }];
  });
  return { type: "object", properties: Object.fromEntries(entries) };
}

function responseSchema(outputs: InputSchema | undefined): Schema {
  const [tensor] = outputs?.kind === "tensors" ? outputs.tensors : [];
  const predictions =
    outputs?.kind === "tensors" && outputs.tensors.length === 1 && tensor !== undefined
      ? tensorSchema(tensor.shape, tensor.dtype)
      : {};
  return { type: "object", required: ["predictions"], properties: { predictions } };
}

function tensorSchema(shape: readonly number[], dtype: string): Schema {
  const [length, ...rest] = shape;
  if (length === undefined) return elementSchema(dtype);
  const bounds = length < 0 ? {} : { minItems: length, maxItems: length };
  return { type: "array", items: tensorSchema(rest, dtype), ...bounds };
}

function elementSchema(dtype: string): Schema {
  if (/^u?int/u.test(dtype)) return { type: "integer" };
  if (dtype.startsWith("float")) return { type: "number" };
  return dtype === "bool" ? { type: "boolean" } : {};
}

const OF_TYPE: Readonly<Record<ScalarType, Schema>> = {
  boolean: { type: "boolean" },
  integer: { type: "integer", format: "int32" },
  long: { type: "integer", format: "int64" },
  float: { type: ["number", "null"], format: "float" },
  double: { type: ["number", "null"], format: "double" },
  string: { type: ["string", "null"] },
  binary: { type: "string", contentEncoding: "base64" },
  datetime: { type: "string", format: "date-time" },
};

function typeSchema(type: ColumnType): Schema {
  switch (type.kind) {
    case "scalar":
      return OF_TYPE[type.type];
    case "array":
      return { type: "array", items: typeSchema(type.items) };
    case "map":
      return { type: "object", additionalProperties: typeSchema(type.values) };
    case "object": {
      const entries = [...type.properties];
      return {
        type: "object",
        required: entries.filter(([, property]) => property.required).map(([name]) => name),
        properties: Object.fromEntries(entries.map(([name, property]) => [name, typeSchema(property.type)])),
      };
    }
    case "any":
      break;
  }
  return {};
}
