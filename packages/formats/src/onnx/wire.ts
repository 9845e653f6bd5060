import type { ByteSource } from "@modelkeep/bytes";
import { FormatError } from "../context.ts";

const WINDOW_BYTES = 65_536;
const MAX_VARINT_BYTES = 10;
const TWO_32 = 2 ** 32;

/** A 64-bit number as two unsigned halves: numbers beyond 2^53 occur as negative ones. */
export interface Varint {
  readonly low: number;
  readonly high: number;
}

/** Reads protobuf's wire format (protobuf.dev/programming-guides/encoding) strictly: one spelling for each number. */
export class Wire {
  readonly source: ByteSource;
  offset = 0;
  #window: Uint8Array = new Uint8Array(0);
  #start = 0;

  constructor(source: ByteSource) {
    this.source = source;
  }

  /** @throws {FormatError} `truncated` when the message ends before */
  byte(end: number): number {
    if (this.offset >= end) throw new FormatError("truncated", "an ONNX message is cut off", this.offset);
    let value = this.#window[this.offset - this.#start];
    if (value === undefined) {
      this.#start = this.offset;
      this.#window = this.source.view(this.offset, Math.min(WINDOW_BYTES, this.source.size - this.offset));
      value = this.#window[0] ?? 0;
    }
    this.offset += 1;
    return value;
  }

  /** @throws {FormatError} `ambiguous` for a longer spelling than needed, `malformed` above 64 bits */
  varint(end: number): Varint {
    const at = this.offset;
    let low = 0;
    let high = 0;
    for (let count = 0; count < MAX_VARINT_BYTES; count++) {
      const byte = this.byte(end);
      const bits = byte & 0x7f;
      if (count < 4) low += bits * 2 ** (7 * count);
      else if (count === 4) {
        low += (bits & 0x0f) * 2 ** 28;
        high += bits >> 4;
      } else high += bits * 2 ** (7 * count - 32);
      if (byte < 0x80) {
        if (byte === 0 && count > 0) throw new FormatError("ambiguous", "an overlong varint", at);
        if (high >= TWO_32) break;
        return { low, high };
      }
    }
    throw new FormatError("malformed", "a varint of more than 64 bits", at);
  }

  /** The length of what follows, which must lie within the message. */
  length(end: number): number {
    const at = this.offset;
    const { low, high } = this.varint(end);
    if (high > 0 || low > end - this.offset)
      throw new FormatError("truncated", `${high * TWO_32 + low} bytes wanted by an ONNX field`, at);
    return low;
  }

  skip(length: number, end: number): void {
    if (length > end - this.offset)
      throw new FormatError("truncated", "an ONNX field is cut off", this.offset);
    this.offset += length;
  }

  /** UTF-8 text. @throws {FormatError} `malformed`, `budget` when longer than `limit` bytes */
  text(length: number, limit: number): string {
    const at = this.offset;
    if (length > limit) throw new FormatError("budget", `a name of ${length} bytes`, at);
    this.offset += length;
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(this.source.view(at, length));
    } catch (cause) {
      throw new FormatError("malformed", "text that is not UTF-8", at, cause);
    }
  }
}

/** Whether every parser agrees on this as a 32-bit number: protobuf drops the upper half without a word. */
export function fitsInt32({ low, high }: Varint): boolean {
  const sign = low >= TWO_32 / 2;
  return high === (sign ? TWO_32 - 1 : 0);
}
