import type { Frame, Output, OutputTensor, Scalar } from "@modelkeep/estimators/data";
import type { ZipMap } from "@modelkeep/formats/onnx/outputs";
import { ModelkeepError } from "@modelkeep/findings";
import { invalidInput } from "../../errors.ts";
import { nested, type Predictions, toPredictions } from "../../output/predictions.ts";
import type { OrtTensor } from "./api.ts";
import { elementType } from "./types.ts";

/** One output of a model: a tensor, or the matrix that a map is made of. */
export interface Answered {
  readonly name: string;
  readonly tensor: OutputTensor;
  readonly map: ZipMap | undefined;
}

/** A tensor of onnxruntime as plain data: whole numbers and truth values as the other engines give them. */
export function tensorOf(name: string, { type, data, dims }: OrtTensor): OutputTensor {
  const element = elementType(`output ${name}`, { isTensor: true, type });
  const dtype = element === "string" ? "object" : element;
  return { data: scalars(element, data), shape: dims, dtype };
}

function scalars(element: string, data: OrtTensor["data"]): ArrayLike<Scalar> {
  if (element === "bool") return Array.from(data as ArrayLike<number>, (value) => value !== 0);
  if (element !== "int64" && element !== "uint64") return data as ArrayLike<Scalar>;
  return Array.from(data as ArrayLike<bigint>, (value) =>
    Number.isSafeInteger(Number(value)) ? Number(value) : value,
  );
}

/**
 * What a model answers to a frame: a frame with a column for each output, flattened (`_OnnxModelWrapper.predict`).
 * @throws {ModelkeepError} `INVALID_INPUT` when the columns differ in length, where pandas refuses as well
 */
export function frameOf(answered: readonly Answered[]): Frame {
  const columns = new Map<string, ArrayLike<unknown>>();
  const dtypes: Record<string, OutputTensor["dtype"]> = Object.create(null);
  for (const { name, tensor, map } of answered) {
    columns.set(name, map === undefined ? tensor.data : recordsOf(tensor, map));
    dtypes[name] = map === undefined ? tensor.dtype : "object";
  }
  const lengths = new Map([...columns].map(([name, values]) => [name, values.length]));
  if (new Set(lengths.values()).size > 1) {
    const shown = [...lengths].map(([name, length]) => `${name} has ${length}`).join(", ");
    throw invalidInput(
      `All arrays must be of the same length: the outputs do not make a frame (${shown}). Send an array (inputs) instead of a frame.`,
    );
  }
  return { columns, dtypes };
}

/** What a model answers to arrays, as data: its only output, or all in order. Maps are the matrix that they are made of. */
export function outputOf(answered: readonly Answered[]): Output {
  const tensors = answered.map(({ tensor }) => tensor);
  const [only] = tensors;
  return only !== undefined && tensors.length === 1 ? only : tensors;
}

/** What a model answers, as the scoring server shows it: records of a frame, or arrays by output. */
export function predictionsOf(answered: readonly Answered[], isFrame: boolean): Predictions {
  if (isFrame) return toPredictions(frameOf(answered));
  return Object.fromEntries(
    answered.map(({ name, tensor, map }) => [
      name,
      map === undefined ? nested(tensor.data, tensor.shape) : recordsOf(tensor, map),
    ]),
  );
}

/** A map from label to number for each row, in the labels' order (onnxruntime: `std::map`). */
function recordsOf({ data, shape }: OutputTensor, { labels }: ZipMap): Readonly<Record<string, Scalar>>[] {
  const width = shape.at(-1) ?? 0;
  if (labels.length !== width || shape.length > 2)
    throw new ModelkeepError("UNSUPPORTED_MODEL", `a map of ${labels.length} labels for ${width} numbers`);
  const order = labels.map((label, at) => ({ label, at })).toSorted((a, b) => compare(a.label, b.label));
  return Array.from({ length: shape.length === 2 ? (shape[0] ?? 0) : 1 }, (_, row) =>
    Object.fromEntries(order.map(({ label, at }) => [String(label), data[row * width + at] ?? null])),
  );
}

function compare(a: string | bigint, b: string | bigint): number {
  if (typeof a === "string" && typeof b === "string") return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : Number(a > b);
}
