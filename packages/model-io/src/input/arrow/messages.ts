import { FlatTable } from "@modelkeep/bytes/flatbuffer";
import { invalidInput } from "../../errors.ts";

/** Numbers of `MessageHeader` (apache/arrow format/Message.fbs). */
export const SCHEMA = 1;
export const DICTIONARY = 2;
export const RECORDS = 3;

/** One encapsulated message. */
export interface Message {
  readonly kind: number;
  readonly header: FlatTable;
  /** What its buffers lie in. */
  readonly body: Uint8Array;
}

const FILE_MAGIC = "ARROW1";
const CONTINUATION = 0xffffffff;
const MAX_MESSAGES = 100_000;

/**
 * The messages of an IPC stream, or of a file, which is a stream between magic words and a footer
 * (apache/arrow docs/source/format/Columnar.rst, "IPC Streaming Format" and "IPC File Format").
 * @throws {ModelkeepError} `INVALID_INPUT`
 */
export function readMessages(bytes: Uint8Array): Message[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isFile = new TextDecoder().decode(bytes.subarray(0, 6)) === FILE_MAGIC;
  const messages: Message[] = [];
  for (let at = isFile ? 8 : 0; at + 8 <= bytes.length; ) {
    if (view.getUint32(at, true) !== CONTINUATION) throw damaged("no message begins where one should");
    const length = view.getUint32(at + 4, true);
    if (length === 0) return messages;
    const start = at + 8 + length;
    if (start > bytes.length) throw damaged("it is cut off");
    const root = FlatTable.root(bytes.subarray(at + 8, start));
    const header = root.table(2);
    const size = Number(root.long(3));
    if (header === undefined || size < 0 || start + size > bytes.length) throw damaged("it is cut off");
    if (messages.length >= MAX_MESSAGES) throw damaged(`it has more than ${MAX_MESSAGES} messages`);
    messages.push({ kind: root.byte(1), header, body: bytes.subarray(start, start + size) });
    at = start + size;
  }
  // A stream may end without its end mark, but not with a part of a message.
  if (isFile || messages.length === 0) throw damaged("it has no messages, or no end");
  return messages;
}

export function damaged(what: string): Error {
  return invalidInput(`the input is no Arrow IPC stream or file: ${what}`);
}
