import { MESSAGES } from "./schema.ts";

/** One field of a message of onnx.proto. */
export interface Field {
  readonly name: string;
  /** A scalar type of protobuf, or the name of a message. */
  readonly type: string;
  readonly repeated: boolean;
  /** Fields of which at most one may stand. */
  readonly oneof: string | undefined;
}

/** Field number → field. */
export type Message = ReadonlyMap<number, Field>;

/** Message name → its fields. */
export const ONNX_MESSAGES: ReadonlyMap<string, Message> = new Map(MESSAGES.map(messageOf));

function messageOf(line: string): [string, Message] {
  const [name = "", fields = ""] = line.split(": ");
  return [name, new Map(fields.split("; ").map(fieldOf))];
}

function fieldOf(text: string): [number, Field] {
  const [number = "", name = "", typeAndOneof = ""] = text.split(" ");
  const [type = "", oneof] = typeAndOneof.split("@");
  const field = { name, type, repeated: number.endsWith("*"), oneof };
  return [Number.parseInt(number, 10), field];
}

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

/** Wire type of each scalar; messages, text and bytes are length-delimited. */
const WIRE_TYPES = new Map([
  ["double", FIXED64],
  ["float", FIXED32],
  ["int64", VARINT],
  ["uint64", VARINT],
  ["int32", VARINT],
  ["enum", VARINT],
]);

export function wireTypeOf(type: string): number {
  return WIRE_TYPES.get(type) ?? LENGTH;
}
