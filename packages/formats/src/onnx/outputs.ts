import { bufferSource, type ByteSource } from "@modelkeep/bytes";
import { FormatError } from "../context.ts";
import { type Varint, Wire } from "./wire.ts";

/** What a `ZipMap` node makes of a matrix: for each row a map from label to number. */
export interface ZipMap {
  /** The tensor that it reads. */
  readonly input: string;
  readonly labels: readonly (string | bigint)[];
}

export interface OnnxOutputs {
  /** Names of the graph's outputs, in order. */
  readonly outputs: readonly string[];
  /** Those outputs that a `ZipMap` of the graph makes. */
  readonly maps: ReadonlyMap<string, ZipMap>;
}

interface Field {
  readonly number: number;
  readonly value: Varint;
  /** The content of a length-delimited field. */
  readonly content: Uint8Array;
}

const LENGTH_DELIMITED = 2;
const FIXED_BYTES = new Map([
  [1, 8],
  [5, 4],
]);
const NONE = new Uint8Array(0);
const NUMBER: Varint = { low: 0, high: 0 };
// Field numbers of onnx.proto: see schema.ts.
const MODEL_GRAPH = 7;
const GRAPH = { node: 1, output: 12 };
const NODE = { input: 1, output: 2, opType: 4, attribute: 5, domain: 7 };
const ATTRIBUTE = { name: 1, ints: 8, strings: 9 };
const NAME = 1;

/**
 * Names of what a model gives, and how its maps are made.
 * @param model bytes that the reader of this format explained
 */
export function readOutputs(model: ByteSource): OnnxOutputs {
  const outputs: string[] = [];
  const maps = new Map<string, ZipMap>();
  for (const graph of contents(model.view(0, model.size), MODEL_GRAPH)) {
    for (const { number, content } of fieldsOf(graph)) {
      if (number === GRAPH.output) outputs.push(textIn(content, NAME));
      if (number !== GRAPH.node) continue;
      if (textIn(content, NODE.opType) !== "ZipMap" || textIn(content, NODE.domain) !== "ai.onnx.ml")
        continue;
      maps.set(textIn(content, NODE.output), {
        input: textIn(content, NODE.input),
        labels: labelsOf(content),
      });
    }
  }
  return { outputs, maps };
}

function labelsOf(node: Uint8Array): (string | bigint)[] {
  for (const attribute of contents(node, NODE.attribute)) {
    const name = textIn(attribute, ATTRIBUTE.name);
    if (name === "classlabels_strings") return contents(attribute, ATTRIBUTE.strings).map(textOf);
    if (name === "classlabels_int64s") return integersOf(attribute);
  }
  return [];
}

function integersOf(attribute: Uint8Array): bigint[] {
  const found: bigint[] = [];
  for (const { number, value, content } of fieldsOf(attribute)) {
    if (number !== ATTRIBUTE.ints) continue;
    if (content === NONE) found.push(signed(value));
    const wire = new Wire(bufferSource(content));
    while (wire.offset < content.byteLength) found.push(signed(wire.varint(content.byteLength)));
  }
  return found;
}

function signed({ low, high }: Varint): bigint {
  return BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low));
}

function textIn(message: Uint8Array, number: number): string {
  const [first = NONE] = contents(message, number);
  return textOf(first);
}

function textOf(content: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
}

function contents(message: Uint8Array, number: number): Uint8Array[] {
  return [...fieldsOf(message)].filter((field) => field.number === number).map(({ content }) => content);
}

function* fieldsOf(message: Uint8Array): Generator<Field> {
  const wire = new Wire(bufferSource(message));
  const end = message.byteLength;
  while (wire.offset < end) {
    const { low } = wire.varint(end);
    const number = Math.floor(low / 8);
    const wireType = low % 8;
    const fixed = FIXED_BYTES.get(wireType);
    if (fixed !== undefined) {
      wire.skip(fixed, end);
      yield { number, value: NUMBER, content: NONE };
    } else if (wireType === LENGTH_DELIMITED) {
      const length = wire.length(end);
      const content = message.subarray(wire.offset, wire.offset + length);
      wire.skip(length, end);
      yield { number, value: NUMBER, content };
    } else if (wireType === 0) yield { number, value: wire.varint(end), content: NONE };
    else throw new FormatError("malformed", `a field of the wire type ${wireType}`, wire.offset);
  }
}
