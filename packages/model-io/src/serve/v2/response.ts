import type { Output, OutputTensor, Scalar } from "@modelkeep/estimators/data";
import { ModelkeepError } from "@modelkeep/findings";
import { isCsr, isFrame, isTensor } from "../../input/typed.ts";
import { toPredictions } from "../../output/predictions.ts";
import { stringifyPythonJson } from "../../output/python-json.ts";
import { inferDType } from "../../input/table.ts";
import type { Reply } from "../http/reply.ts";
import { datatype, datatypeOf } from "./datatypes.ts";

/** One tensor of an answer. */
export interface OutTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly data: ArrayLike<Scalar>;
  readonly binary: boolean;
}

/** A method's answer as tensors: a frame is one for each column, several outputs are several. */
export function outputTensors(name: string, output: Output, binary: boolean): OutTensor[] {
  if (isTensor(output)) return [tensor(name, output as OutputTensor, binary)];
  if (isCsr(output)) return [dense(name, output, binary)];
  if (isFrame(output)) {
    const columns = output.columns instanceof Map ? [...output.columns] : Object.entries(output.columns);
    return columns.map(([column, values]) => {
      const data = values as ArrayLike<Scalar>;
      const dtype = output.dtypes?.[column] ?? inferDType(Array.from(data));
      return tensor(column, { data, shape: [data.length], dtype }, binary);
    });
  }
  return output.map((one, index) => tensor(`${name}_${index}`, one, binary));
}

function dense(name: string, output: Extract<Output, { indptr: unknown }>, binary: boolean): OutTensor {
  const rows = toPredictions(output);
  const data = Array.isArray(rows) ? (rows.flat() as Scalar[]) : [];
  return tensor(
    name,
    { data, shape: output.shape, dtype: output.dtype === "float32" ? "float32" : "float64" },
    binary,
  );
}

function tensor(name: string, { data, shape, dtype }: OutputTensor, binary: boolean): OutTensor {
  const type = dtype === "object" ? objectType(data, name) : datatypeOf(dtype);
  return { name, datatype: type, shape, data, binary };
}

/** Objects of one kind have a datatype; missing ones and mixtures have none. */
function objectType(data: ArrayLike<Scalar>, name: string): string {
  const kinds = new Set(Array.from(data, (value) => (value === null ? "null" : typeof value)));
  const [kind = "string"] = kinds;
  if (kinds.size <= 1) {
    if (kind === "string") return "BYTES";
    if (kind === "boolean") return "BOOL";
    if (kind === "number") return "FP64";
  }
  throw new ModelkeepError(
    "UNSUPPORTED_MODEL",
    `${name} holds objects of several kinds, which this protocol has no tensor for: use /invocations`,
  );
}

export interface InferResponse {
  readonly modelName: string;
  readonly modelVersion: string | undefined;
  readonly id: string | undefined;
  readonly outputs: readonly OutTensor[];
}

/** The answer as JSON, or as JSON with bytes behind it where a tensor is to be binary. */
export function inferReply(response: InferResponse): Reply {
  const parts: Buffer[] = [];
  const outputs = response.outputs.map(({ name, datatype: type, shape, data, binary }) => {
    if (!binary) return { name, datatype: type, shape, data: Array.from(data) };
    const bytes = encode(data, type);
    parts.push(bytes);
    return { name, datatype: type, shape, parameters: { binary_data_size: bytes.length } };
  });
  const text = stringifyPythonJson({
    model_name: response.modelName,
    ...(response.modelVersion === undefined ? {} : { model_version: response.modelVersion }),
    ...(response.id === undefined ? {} : { id: response.id }),
    outputs,
  });
  if (parts.length === 0) return { status: 200, type: "application/json", body: text };
  const header = Buffer.from(text);
  return {
    status: 200,
    type: "application/octet-stream",
    body: Buffer.concat([header, ...parts]),
    headers: ["inference-header-content-length", String(header.length)],
  };
}

function encode(data: ArrayLike<Scalar>, name: string): Buffer {
  const type = datatype(name, "an output");
  if (type.bytes === 0) {
    const texts = Array.from(data, (value) => Buffer.from(String(value)));
    return Buffer.concat(
      texts.flatMap((text) => {
        const length = Buffer.alloc(4);
        length.writeUInt32LE(text.length);
        return [length, text];
      }),
    );
  }
  const bytes = Buffer.alloc(data.length * type.bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let index = 0; index < data.length; index++) type.write(view, index * type.bytes, data[index] ?? null);
  return bytes;
}
