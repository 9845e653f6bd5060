import { SandboxError } from "../error.ts";

const HEADER_BYTES = 4;

/** A message as it goes over the pipe: four bytes of length, big-endian, then JSON. */
export function encodeFrame(message: unknown, limit: number): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  if (body.byteLength > limit) {
    throw new SandboxError(
      "exceeded",
      `the request has ${body.byteLength} bytes, more than ${limit}: send fewer rows`,
    );
  }
  const frame = Buffer.allocUnsafe(HEADER_BYTES + body.byteLength);
  frame.writeUInt32BE(body.byteLength, 0);
  body.copy(frame, HEADER_BYTES);
  return frame;
}

/** Puts frames together from pieces of any size. Memory never exceeds one frame of the allowed length. */
export class FrameReader {
  readonly #limit: number;
  #pieces: Buffer[] = [];
  #held = 0;
  #wanted: number | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * @returns the messages that this piece completes
   * @throws {SandboxError} `exceeded` for a frame over the limit, `protocol` for what is no JSON
   */
  push(piece: Buffer): unknown[] {
    this.#pieces.push(piece);
    this.#held += piece.byteLength;
    const messages: unknown[] = [];
    for (;;) {
      if (this.#wanted === undefined) {
        if (this.#held < HEADER_BYTES) return messages;
        this.#wanted = this.#checked(this.#take(HEADER_BYTES).readUInt32BE(0));
      }
      if (this.#held < this.#wanted) return messages;
      const body = this.#take(this.#wanted);
      this.#wanted = undefined;
      messages.push(parse(body));
    }
  }

  #checked(length: number): number {
    if (length <= this.#limit) return length;
    throw new SandboxError(
      "exceeded",
      `the worker announced an answer of ${length} bytes, more than ${this.#limit}`,
    );
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
