import type { ByteSource } from "@modelkeep/bytes";
import { FormatError } from "../context.ts";

/** Large enough that opcodes cost few reads, small enough that skipping a tensor does not read it. */
const WINDOW = 65_536;

/** A cursor over a source, reading through a window so that one opcode does not cost one disk read. */
export class PickleReader {
  readonly source: ByteSource;
  #window: Uint8Array = new Uint8Array(0);
  #windowStart = 0;
  /** Bytes from the start of the source. */
  pos: number;

  constructor(source: ByteSource, start: number) {
    this.source = source;
    this.pos = start;
  }

  /** Makes `count` (≤ 16) bytes at `pos` available; returns their index in the window. */
  #need(count: number): number {
    let at = this.pos - this.#windowStart;
    if (at < 0 || at + count > this.#window.length) {
      const length = Math.min(Math.max(WINDOW, count), this.source.size - this.pos);
      if (length < count) this.#truncated(count);
      this.#window = this.source.view(this.pos, length);
      this.#windowStart = this.pos;
      at = 0;
    }
    this.pos += count;
    return at;
  }

  #truncated(count: number): never {
    throw new FormatError("truncated", `the pickle ends where ${count} more bytes are needed`, this.pos);
  }

  atEnd(): boolean {
    return this.pos >= this.source.size;
  }

  u8(): number {
    const at = this.#need(1);
    return this.#window[at] ?? 0;
  }

  u16(): number {
    const at = this.#need(2);
    return (this.#window[at] ?? 0) | ((this.#window[at + 1] ?? 0) << 8);
  }

  i32(): number {
    const at = this.#need(4);
    const w = this.#window;
    return (w[at] ?? 0) | ((w[at + 1] ?? 0) << 8) | ((w[at + 2] ?? 0) << 16) | ((w[at + 3] ?? 0) << 24);
  }

  u32(): number {
    return this.i32() >>> 0;
  }

  /** @throws {FormatError} `malformed` above 2^53 */
  u64(): number {
    const low = this.u32();
    const high = this.u32();
    if (high >= 0x20_0000) throw new FormatError("malformed", "a length above 2^53", this.pos - 8);
    return high * 2 ** 32 + low;
  }

  f64(): number {
    const at = this.#need(8);
    return new DataView(this.#window.buffer, this.#window.byteOffset + at, 8).getFloat64(0);
  }

  bytes(length: number): Uint8Array {
    this.#check(length);
    const out = this.source.view(this.pos, length);
    this.pos += length;
    return out;
  }

  /** Moves past `length` bytes without reading them. Returns where they start. */
  skip(length: number): number {
    this.#check(length);
    const start = this.pos;
    this.pos += length;
    return start;
  }

  #check(length: number): void {
    if (length > this.source.size - this.pos) {
      throw new FormatError(
        "truncated",
        `${length} bytes announced, but the pickle ends after ${this.source.size - this.pos}`,
        this.pos,
      );
    }
  }

  /** Bytes up to the next newline, which is consumed and not returned. */
  line(max: number): Uint8Array {
    const length = Math.min(max + 1, this.source.size - this.pos);
    const view = this.source.view(this.pos, length);
    const end = view.indexOf(0x0a);
    if (end === -1) {
      const code = length > max ? "budget" : "truncated";
      throw new FormatError(code, `no newline within ${length} bytes of a text argument`, this.pos);
    }
    this.pos += end + 1;
    return view.subarray(0, end);
  }
}
