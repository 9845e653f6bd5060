import type { DType, Frame, Input, Scalar, Tensor } from "@modelkeep/estimators/data";
import type { InputSchema } from "@modelkeep/mlflow";
import { invalidInput } from "../../errors.ts";
import { isRecord } from "../../input/table.ts";
import { type Datatype, datatype } from "./datatypes.ts";

const MAX_TENSORS = 10_000;
const MAX_ELEMENTS = 2 ** 26;
const MAX_DIMENSIONS = 32;

/** One tensor of a request. */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor & { readonly dtype: DType };
}

export interface WantedOutput {
  readonly name: string;
  /** Whether it goes back as bytes behind the JSON; undefined when the request as a whole says so. */
  readonly binary: boolean | undefined;
}

/** What an inference request says. */
export interface InferRequest {
  readonly id: string | undefined;
  readonly inputs: readonly NamedTensor[];
  readonly outputs: readonly WantedOutput[];
  readonly binaryOutput: boolean;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/**
 * Reads an inference request (Open Inference Protocol, and its binary tensor data extension).
 * @param document parsed JSON
 * @param binary what follows the JSON; its tensors are taken from it in order
 * @throws {ModelkeepError} `INVALID_INPUT`
 */
export function parseInfer(document: unknown, binary: Buffer): InferRequest {
  if (!isRecord(document)) throw invalidInput("an inference request is a JSON object");
  const { id, inputs, outputs = [] } = document;
  if (id !== undefined && typeof id !== "string") throw invalidInput("id is no text");
  if (!Array.isArray(inputs) || inputs.length === 0) throw invalidInput("inputs is no list of tensors");
  if (!Array.isArray(outputs)) throw invalidInput("outputs is no list");
  if (inputs.length > MAX_TENSORS || outputs.length > MAX_TENSORS)
    throw invalidInput("there are too many tensors");
  const parameters = parametersOf(document, "the request");
  const rest = new Binary(binary);
  const tensors = inputs.map((input: unknown, index) => tensorOf(input, `inputs[${index}]`, rest));
  rest.end();
  const names = new Set(tensors.map((one) => one.name));
  if (names.size !== tensors.length) throw invalidInput("inputs names a tensor twice");
  return {
    id,
    inputs: tensors,
    outputs: outputs.map((output: unknown, index) => wanted(output, `outputs[${index}]`)),
    binaryOutput: parameters["binary_data_output"] === true,
    parameters,
  };
}

function wanted(output: unknown, where: string): WantedOutput {
  if (!isRecord(output) || typeof output["name"] !== "string") throw invalidInput(`${where} has no name`);
  const binary = parametersOf(output, where)["binary_data"];
  return { name: output["name"], binary: typeof binary === "boolean" ? binary : undefined };
}

function parametersOf(
  holder: Readonly<Record<string, unknown>>,
  where: string,
): Readonly<Record<string, unknown>> {
  const parameters = holder["parameters"] ?? {};
  if (!isRecord(parameters)) throw invalidInput(`the parameters of ${where} are no object`);
  return parameters;
}

function tensorOf(input: unknown, where: string, binary: Binary): NamedTensor {
  if (!isRecord(input)) throw invalidInput(`${where} is no object`);
  const { name, shape } = input;
  if (typeof name !== "string" || name === "") throw invalidInput(`${where} has no name`);
  const type = datatype(input["datatype"], where);
  const count = elements(shape, where);
  const size = parametersOf(input, where)["binary_data_size"];
  const data =
    size === undefined ? fromJson(input["data"], type, count, where) : binary.take(size, type, count, where);
  return { name, tensor: { data, shape: shape as number[], dtype: type.dtype } };
}

function elements(shape: unknown, where: string): number {
  const lengths = Array.isArray(shape) ? shape : undefined;
  if (lengths === undefined || lengths.length === 0 || lengths.length > MAX_DIMENSIONS)
    throw invalidInput(`the shape of ${where} is no list of lengths`);
  let count = 1;
  for (const length of lengths) {
    if (!Number.isSafeInteger(length) || Number(length) < 0)
      throw invalidInput(
        `the shape of ${where} holds ${JSON.stringify(length)?.slice(0, 40)}, which is no length`,
      );
    count *= Number(length);
    if (count > MAX_ELEMENTS) throw invalidInput(`${where} has more than ${MAX_ELEMENTS} elements`);
  }
  return count;
}

/** `data` is flat, or nested as the shape says (the protocol allows both). */
function fromJson(data: unknown, type: Datatype, count: number, where: string): Scalar[] {
  if (!Array.isArray(data)) throw invalidInput(`${where} has no data`);
  const flat: Scalar[] = [];
  flatten(data, flat, count, 0, where);
  if (flat.length !== count)
    throw invalidInput(`${where} has ${flat.length} elements, its shape asks for ${count}`);
  const wrong = flat.find((value) => !type.fits(value));
  if (wrong === undefined) return flat;
  throw invalidInput(`${where} holds ${JSON.stringify(wrong)?.slice(0, 40)}, which is no ${type.name}`);
}

function flatten(
  data: readonly unknown[],
  flat: Scalar[],
  count: number,
  depth: number,
  where: string,
): void {
  if (depth > MAX_DIMENSIONS) throw invalidInput(`the data of ${where} nests too deep`);
  for (const item of data) {
    if (Array.isArray(item)) flatten(item, flat, count, depth + 1, where);
    else if (flat.length >= count)
      throw invalidInput(`${where} has more than the ${count} elements of its shape`);
    else flat.push(item as Scalar);
  }
}

/** The bytes behind the JSON. Each tensor takes its part; all must be taken. */
class Binary {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  take(size: unknown, type: Datatype, count: number, where: string): Scalar[] {
    if (!Number.isSafeInteger(size) || Number(size) < 0 || this.#at + Number(size) > this.#bytes.length)
      throw invalidInput(`the binary_data_size of ${where} does not fit the request`);
    const part = this.#bytes.subarray(this.#at, this.#at + Number(size));
    this.#at += Number(size);
    if (type.bytes === 0) return texts(part, count, where);
    if (part.length !== count * type.bytes)
      throw invalidInput(`${where} has ${part.length} bytes, its shape asks for ${count * type.bytes}`);
    const view = new DataView(part.buffer, part.byteOffset, part.byteLength);
    return Array.from({ length: count }, (_, index) => type.read(view, index * type.bytes));
  }

  end(): void {
    if (this.#at !== this.#bytes.length)
      throw invalidInput(`${this.#bytes.length - this.#at} bytes at the end belong to no tensor`);
  }
}

/** BYTES: each element is its length in four bytes, little-endian, and then itself. */
function texts(part: Buffer, count: number, where: string): string[] {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const found: string[] = [];
  let at = 0;
  while (at < part.length && found.length < count) {
    const length = at + 4 <= part.length ? part.readUInt32LE(at) : Number.POSITIVE_INFINITY;
    const end = at + 4 + length;
    if (end > part.length) throw invalidInput(`${where} ends inside an element`);
    try {
      found.push(decoder.decode(part.subarray(at + 4, end)));
    } catch {
      throw invalidInput(`${where} holds an element that is no UTF-8 text`);
    }
    at = end;
  }
  if (found.length !== count || at !== part.length)
    throw invalidInput(`${where} has not the ${count} elements of its shape`);
  return found;
}

/**
 * The tensors as a model's input: columns where its signature has named columns, or where there are several tensors;
 * else the one array.
 * @throws {ModelkeepError} `INVALID_INPUT`
 */
export function modelInput(tensors: readonly NamedTensor[], schema: InputSchema | undefined): Input {
  const [first] = tensors;
  if (first === undefined) throw invalidInput("there is no tensor");
  const columns = schema?.kind === "columns" ? schema.columns.map(({ name }) => name) : [];
  const named = columns[0] !== undefined;
  const isColumn = tensors.some((one) => columns.includes(one.name));
  if (tensors.length === 1 && !(named && isColumn)) {
    if (!named || first.tensor.shape.length < 2) return first.tensor;
    throw invalidInput(
      `the model takes its columns by name: send one tensor for each of ${columns.slice(0, 20).join(", ")}`,
    );
  }
  return frameOf(tensors);
}

function frameOf(tensors: readonly NamedTensor[]): Frame {
  const columns = new Map<string, ArrayLike<unknown>>();
  const dtypes: Record<string, DType> = Object.create(null);
  for (const { name, tensor } of tensors) {
    const [, width = 1, ...more] = tensor.shape;
    if (width !== 1 || more.length > 0)
      throw invalidInput(`${name} is a column: its shape must be [rows] or [rows, 1]`);
    columns.set(name, tensor.data);
    dtypes[name] = tensor.dtype;
  }
  return { columns, dtypes };
}
