import { SandboxError } from "../error.ts";
import { requireBoundedJson } from "./json-bounds.ts";

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

/** Puts frames together from pieces of any size. Memory never exceeds two frames of the allowed length. */
export class FrameReader {
  readonly #limit: number;
  readonly #values: number;
  /** Grows with what comes, not with what is announced; one buffer, because a piece may be a single byte. */
  #held: Buffer = Buffer.alloc(0);
  #size = 0;
  #wanted: { readonly length: number; readonly text: number } | undefined;

  /** @param limit bytes of a frame @param values of its JSON text */
  constructor(limit: number, values = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
    this.#values = values;
  }

  /**
   * @returns the frames that this piece completes
   * @throws {SandboxError} `exceeded` for a frame over the limits, `protocol` for what is no frame
   */
  push(piece: Buffer): Frame[] {
    this.#append(piece);
    const frames: Frame[] = [];
    for (;;) {
      if (this.#wanted === undefined) {
        if (this.#size < HEADER_BYTES) return frames;
        this.#wanted = this.#checked(this.#take(HEADER_BYTES));
      }
      const { length, text } = this.#wanted;
      if (this.#size < length) return frames;
      const body = this.#take(length);
      this.#wanted = undefined;
      frames.push({ message: parse(body.subarray(0, text), this.#values), payload: body.subarray(text) });
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

  #append(piece: Buffer): void {
    const size = this.#size + piece.byteLength;
    if (size > this.#held.byteLength) {
      const grown = Buffer.allocUnsafe(Math.max(size, 2 * this.#size));
      this.#held.copy(grown, 0, 0, this.#size);
      this.#held = grown;
    }
    piece.copy(this.#held, this.#size);
    this.#size = size;
  }

  /** What is taken is never written again: the rest moves to a buffer of its own. */
  #take(count: number): Buffer {
    const taken = this.#held.subarray(0, count);
    const rest = Buffer.from(this.#held.subarray(count, this.#size));
    this.#held = rest;
    this.#size = rest.byteLength;
    return taken;
  }
}

function parse(body: Buffer, values: number): unknown {
  requireBoundedJson(body, values);
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (cause) {
    throw new SandboxError("protocol", "the worker sent what is no JSON", { cause });
  }
}
