import { SandboxError } from "../error.ts";

/** Length of all that follows it, and length of the JSON text. */
const HEADER_BYTES = 8;
const TEXT_LENGTH_BYTES = 4;

/** A message: JSON data, and the bytes that it points into (`at` and `size` of a part, in bytes). */
export interface Frame {
  readonly message: unknown;
  readonly payload: Buffer;
}

/**
 * A message as it goes over the pipe: two lengths of four bytes, big-endian, JSON text, raw bytes.
 * @param limit bytes of the whole frame
 * @throws {SandboxError} `exceeded`
 */
export function encodeFrame(message: unknown, payload: readonly Uint8Array[], limit: number): Buffer {
  const text = Buffer.from(JSON.stringify(message));
  const length = payload.reduce((sum, part) => sum + part.byteLength, TEXT_LENGTH_BYTES + text.byteLength);
  if (length > limit) {
    throw new SandboxError(
      "exceeded",
      `the request has ${length} bytes, more than ${limit}: send fewer rows`,
    );
  }
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header.writeUInt32BE(length, 0);
  header.writeUInt32BE(text.byteLength, TEXT_LENGTH_BYTES);
  return Buffer.concat([header, text, ...payload]);
}

/** Puts frames together from pieces of any size. Memory never exceeds one frame of the allowed length. */
export class FrameReader {
  readonly #limit: number;
  #pieces: Buffer[] = [];
  #held = 0;
  #wanted: { readonly length: number; readonly text: number } | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * @returns the frames that this piece completes
   * @throws {SandboxError} `exceeded` for a frame over the limit, `protocol` for what is no frame
   */
  push(piece: Buffer): Frame[] {
    this.#pieces.push(piece);
    this.#held += piece.byteLength;
    const frames: Frame[] = [];
    for (;;) {
      if (this.#wanted === undefined) {
        if (this.#held < HEADER_BYTES) return frames;
        this.#wanted = this.#checked(this.#take(HEADER_BYTES));
      }
      const { length, text } = this.#wanted;
      if (this.#held < length) return frames;
      const body = this.#take(length);
      this.#wanted = undefined;
      frames.push({ message: parse(body.subarray(0, text)), payload: body.subarray(text) });
    }
  }

  #checked(header: Buffer): { length: number; text: number } {
    const length = header.readUInt32BE(0);
    const text = header.readUInt32BE(TEXT_LENGTH_BYTES);
    if (length > this.#limit) {
      throw new SandboxError(
        "exceeded",
        `the worker announced an answer of ${length} bytes, more than ${this.#limit}`,
      );
    }
    if (text > length - TEXT_LENGTH_BYTES)
      throw new SandboxError("protocol", "the worker announced a text longer than its frame");
    return { length: length - TEXT_LENGTH_BYTES, text };
  }

  #take(count: number): Buffer {
    const all =
      this.#pieces.length === 1 ? (this.#pieces[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#pieces);
    this.#pieces = [all.subarray(count)];
    this.#held -= count;
    return all.subarray(0, count);
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (cause) {
    throw new SandboxError("protocol", "the worker sent what is no JSON", { cause });
  }
}
