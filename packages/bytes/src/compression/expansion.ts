import { BytesError } from "../errors.ts";

/** What decompression may cost. */
export interface ExpansionLimit {
  /** Bytes that may come out. Inflating stops when one more would. */
  readonly maxBytes: number;
}

/** What a decompressor gave. `consumed` counts input bytes, so that the caller sees what trails. */
export interface Expanded {
  readonly bytes: Uint8Array;
  readonly consumed: number;
}

/** Decompressed data is held in memory, so no limit may be larger than this. */
export const MAX_EXPANDED_IN_MEMORY = 4 * 2 ** 30;

export function tooLarge(method: string, limit: ExpansionLimit): BytesError {
  return new BytesError("limit", `${method} data expands to more than the ${limit.maxBytes} bytes allowed`);
}

/** A growing output that stops at its limit; for decoders written here. */
export class ExpansionSink {
  readonly #limit: ExpansionLimit;
  readonly #method: string;
  #bytes: Uint8Array;
  #length = 0;

  constructor(method: string, limit: ExpansionLimit, expected = 64 * 1024) {
    this.#method = method;
    this.#limit = limit;
    this.#bytes = new Uint8Array(Math.max(16, Math.min(expected, limit.maxBytes, 64 * 2 ** 20)));
  }

  get length(): number {
    return this.#length;
  }

  /** The buffer that `reserve` made room in; look it up again after each `reserve`. */
  get buffer(): Uint8Array {
    return this.#bytes;
  }

  /** Makes room for `count` more bytes. @throws {BytesError} `limit` */
  reserve(count: number): void {
    const wanted = this.#length + count;
    if (wanted > this.#limit.maxBytes) throw tooLarge(this.#method, this.#limit);
    if (wanted <= this.#bytes.byteLength) return;
    const grown = new Uint8Array(
      Math.min(Math.max(wanted, this.#bytes.byteLength * 2), this.#limit.maxBytes),
    );
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }

  push(byte: number): void {
    if (this.#length === this.#bytes.byteLength || this.#length >= this.#limit.maxBytes) this.reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.byteLength);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.byteLength;
  }

  /**
   * Repeats `count` bytes from `distance` back (LZ77; the ranges may overlap).
   * The caller has checked that `distance` lies within the output and its window.
   */
  copyBack(distance: number, count: number): void {
    this.reserve(count);
    const bytes = this.#bytes;
    let to = this.#length;
    const end = to + count;
    if (distance >= count) {
      bytes.copyWithin(to, to - distance, to - distance + count);
    } else {
      for (; to < end; to++) bytes[to] = bytes[to - distance] ?? 0;
    }
    this.#length = end;
  }

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}
