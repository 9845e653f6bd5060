import type { IncomingMessage } from "node:http";
import { ModelkeepError } from "@modelkeep/findings";
import { Rejection } from "./rejection.ts";

export interface BodyLimits {
  /** Largest body of one request, bytes. */
  readonly each: number;
  /** Largest sum of all bodies in memory, bytes. */
  readonly together: number;
  /** Longest silence within a body, milliseconds. */
  readonly idle: number;
}

/** Reads bodies whole, and holds no more of all of them than it may. */
export class BodyReader {
  readonly #limits: BodyLimits;
  #held = 0;

  constructor(limits: BodyLimits) {
    this.#limits = limits;
  }

  /** Bytes of bodies in memory. */
  get held(): number {
    return this.#held;
  }

  /**
   * Reads a request's body.
   * @returns the bytes; `release` when they are no longer needed
   * @throws {ModelkeepError} `LIMIT_EXCEEDED` for one that is too large
   * @throws {Rejection} 503 when too much is in memory, 408 when the client falls silent
   */
  async read(request: IncomingMessage): Promise<{ bytes: Buffer; release: () => void }> {
    const announced = Number(request.headers["content-length"] ?? 0);
    if (announced > this.#limits.each) throw this.#tooLarge();
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    const pieces: Buffer[] = [];
    let size = 0;
    // What is announced is held from the start: many that arrive slowly together must not exceed the sum later.
    let reserved = 0;
    const reserve = (bytes: number): void => {
      if (bytes <= reserved) return;
      if (this.#held + bytes - reserved > this.#limits.together) throw crowded();
      this.#held += bytes - reserved;
      reserved = bytes;
    };
    const release = (): void => void (this.#held -= reserved);
    reserve(announced);
    const silence = setTimeout(() => reject(silent()), this.#limits.idle);
    const take = (piece: Buffer): void => {
      silence.refresh();
      size += piece.byteLength;
      if (size > this.#limits.each) return reject(this.#tooLarge());
      try {
        reserve(size);
      } catch (error) {
        return reject(error);
      }
      pieces.push(piece);
    };
    request.on("data", take);
    request.once("end", () => resolve(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, size)));
    request.once("error", reject);
    request.once("close", () => {
      if (!request.complete) reject(new ClientGone());
    });
    try {
      return { bytes: await promise, release };
    } catch (error) {
      release();
      request.off("data", take);
      request.pause();
      throw error;
    } finally {
      clearTimeout(silence);
    }
  }

  #tooLarge(): ModelkeepError {
    return new ModelkeepError(
      "LIMIT_EXCEEDED",
      `the request has more than ${this.#limits.each} bytes: send fewer rows`,
    );
  }
}

/** The client went away: there is nobody to answer. */
export class ClientGone extends Error {
  override readonly name = "ClientGone";

  constructor() {
    super("the client closed the connection");
  }
}

function crowded(): Rejection {
  return new Rejection(503, "memory", "the bodies of other requests fill the memory for them: try again", 1);
}

function silent(): Rejection {
  return new Rejection(408, "silence", "the request's body did not arrive in time: send it again");
}
