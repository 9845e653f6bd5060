import Bunzip from "seek-bzip";
import { BytesError } from "../errors.ts";
import { type Expanded, type ExpansionLimit, ExpansionSink } from "./expansion.ts";

/**
 * One bzip2 stream; block and stream CRCs are verified.
 * @throws {BytesError} `truncated`, `malformed`, `limit`
 */
export function bunzip2(input: Uint8Array, limit: ExpansionLimit): Expanded {
  const sink = new ExpansionSink("bzip2", limit, input.byteLength * 4);
  const reader = new CountingInput(input);
  try {
    Bunzip.decode(reader, { writeByte: (byte: number) => sink.push(byte) }, false);
  } catch (cause) {
    if (cause instanceof BytesError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BytesError("malformed", `bzip2 data is damaged: ${reason}`, { offset: reader.position, cause });
  }
  return { bytes: sink.finish(), consumed: reader.position };
}

/** The stream that seek-bzip reads from; unlike its own it ends with an error instead of endless zeros. */
class CountingInput {
  readonly #bytes: Uint8Array;
  position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  readByte(): number {
    const byte = this.#bytes[this.position];
    if (byte === undefined) {
      throw new BytesError("truncated", "bzip2 data ends too soon", { offset: this.position });
    }
    this.position++;
    return byte;
  }

  read(target: Uint8Array, offset: number, length: number): number {
    for (let i = 0; i < length; i++) target[offset + i] = this.readByte();
    return length;
  }
}
