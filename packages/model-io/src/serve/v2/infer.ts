import type { Output } from "@modelkeep/estimators/data";
import { isUtf8 } from "node:buffer";
import { invalidInput } from "../../errors.ts";
import { parsePythonJson } from "../../input/python-json.ts";
import type { Reply } from "../http/reply.ts";
import { Rejection } from "../http/rejection.ts";
import type { ServedModel } from "../served-model.ts";
import { type InferRequest, modelInput, parseInfer, type WantedOutput } from "./request.ts";
import { outputName } from "./metadata.ts";
import { inferReply, type OutTensor, outputTensors } from "./response.ts";

/** Header that tells where the JSON of a request with binary tensors ends. */
const HEADER_LENGTH = "inference-header-content-length";

/**
 * Answers one `/v2/models/{name}/infer`. An output may be asked for by the name of a method (`predict_proba`).
 * @throws {ModelkeepError}
 */
export async function infer(
  served: ServedModel,
  name: string,
  headers: NodeJS.Dict<string | string[]>,
  body: Buffer,
): Promise<Reply> {
  const request = read(headers, body);
  const { model } = served;
  const input = modelInput(request.inputs, model.signature.inputs);
  const known = new Map<string, Promise<Output>>();
  const call = (method: string | undefined): Promise<Output> => {
    const key = method ?? "predict";
    const called = known.get(key) ?? served.output(input, paramsOf(request), method);
    known.set(key, called);
    return called;
  };
  const outputs =
    request.outputs.length === 0
      ? outputTensors(outputName(model.signature.outputs), await call(undefined), request.binaryOutput)
      : await chosen(request, served, call);
  return inferReply({ modelName: name, modelVersion: model.version, id: request.id, outputs });
}

function read(headers: NodeJS.Dict<string | string[]>, body: Buffer): InferRequest {
  const announced = headers[HEADER_LENGTH];
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity")
    throw new Rejection(
      415,
      "encoding",
      `the content-encoding ${String(encoding).slice(0, 40)} is not read: send none`,
    );
  const length = announced === undefined ? body.length : Number(announced);
  if (!Number.isSafeInteger(length) || length < 0 || length > body.length)
    throw invalidInput(`the header ${HEADER_LENGTH} does not fit the request`);
  const json = body.subarray(0, length);
  if (!isUtf8(json)) throw invalidInput("the request is no UTF-8 text");
  return parseInfer(parsePythonJson(json.toString("utf8")), body.subarray(length));
}

/** What the protocol itself uses is no parameter of the model. */
const OWN = new Set([
  "binary_data_output",
  "sequence_id",
  "sequence_start",
  "sequence_end",
  "priority",
  "timeout",
]);

function paramsOf(request: InferRequest): Readonly<Record<string, unknown>> | undefined {
  const params = Object.entries(request.parameters).filter(([name]) => !OWN.has(name));
  return params.length === 0 ? undefined : Object.fromEntries(params);
}

type Call = (method: string | undefined) => Promise<Output>;

async function chosen(request: InferRequest, served: ServedModel, call: Call): Promise<OutTensor[]> {
  const found: OutTensor[] = [];
  for (const output of request.outputs) found.push(await one(output, request, served, call));
  return found;
}

async function one(
  { name, binary }: WantedOutput,
  request: InferRequest,
  served: ServedModel,
  call: Call,
): Promise<OutTensor> {
  const { methods, signature } = served.model;
  const method = name !== "predict" && methods.includes(name) ? name : undefined;
  const shown = method ?? outputName(signature.outputs);
  const tensors = outputTensors(shown, await call(method), binary ?? request.binaryOutput);
  const found = tensors.find(
    (tensor) => tensor.name === name || (name === "predict" && tensor.name === shown),
  );
  if (found !== undefined) return found;
  const names = [...new Set([...tensors.map((tensor) => tensor.name), ...methods])];
  throw invalidInput(`there is no output ${JSON.stringify(name).slice(0, 60)}: there is ${names.join(", ")}`);
}
