import { type ByteSource, viewOf } from "@modelkeep/bytes";
import { FormatError } from "../context.ts";
import { asciiText } from "./short-text.ts";

/** How much of the source is looked at in one go: parsing costs few reads, skipped payloads cost none. */
const WINDOW_BYTES = 256 * 1024;
/** And at first, also behind a payload: often only a few opcodes stand there, and then comes the next one. */
const FIRST_WINDOW_BYTES = 8 * 1024;
/** Protocol 0 writes a whole array as one line; beyond this, JavaScript's strings end. */
const MAX_LINE_BYTES = 256 * 2 ** 20;
/** `sys.maxsize` */
const MAX_LENGTH = 2n ** 63n - 1n;
const NEWLINE = 10;
const NO_FRAME = -1;

/** A payload in the source that was stepped over. */
export interface Span {
  readonly start: number;
  readonly length: number;
}

/**
 * The unpickler's input: moves forward over a source through a window, and keeps the frame.
 *
 * The C unpickler treats FRAME as a hint for reading ahead; the Python one reads from the frame alone and raises
 * where an argument crosses its end; the C one loses bytes there when it reads from an object without `peek`. Such
 * places are reported through `ambiguous`, and reading goes on as if there were no frame.
 */
export class Input {
  readonly source: ByteSource;
  readonly #ambiguous: (message: string, offset: number) => void;
  #window: Buffer = Buffer.alloc(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  /** Offset of the window in the source. */
  #base: number;
  /** Where we stand in the window. */
  #at = 0;
  /** Up to here (in the window) reading needs no further look: the end of the window or of the frame. */
  #limit = 0;
  #frameEnd = NO_FRAME;
  #windowBytes = FIRST_WINDOW_BYTES;

  constructor(source: ByteSource, start: number, ambiguous: (message: string, offset: number) => void) {
    this.source = source;
    this.#base = start;
    this.#ambiguous = ambiguous;
  }

  /** Offset in the source of the next byte. */
  get position(): number {
    return this.#base + this.#at;
  }

  u8(): number {
    const at = this.#advance(1);
    return this.#view.getUint8(at);
  }

  // `#advance` may load another window, so it has to come before `#view` is looked up.
  u16(): number {
    const at = this.#advance(2);
    return this.#view.getUint16(at, true);
  }

  u32(): number {
    const at = this.#advance(4);
    return this.#view.getUint32(at, true);
  }

  i32(): number {
    const at = this.#advance(4);
    return this.#view.getInt32(at, true);
  }

  /** Big-endian, as BINFLOAT is. */
  f64(): number {
    const at = this.#advance(8);
    return this.#view.getFloat64(at, false);
  }

  /**
   * A length. @throws {FormatError} `malformed` above 2^63-1, where CPython raises
   * @returns above 2^53 a number that is no longer exact, but larger than any file
   */
  u64(): number {
    const offset = this.position;
    const at = this.#advance(8);
    const value = this.#view.getBigUint64(at, true);
    if (value > MAX_LENGTH) {
      throw new FormatError("malformed", `the length ${value} is larger than any file`, offset);
    }
    return Number(value);
  }

  /** Steps over `length` bytes. @throws {FormatError} `truncated` */
  span(length: number): Span {
    const start = this.position;
    if (this.#at + length <= this.#limit) this.#at += length;
    else {
      this.#cross(length);
      this.#require(length);
      this.#moveTo(start + length);
    }
    return { start, length };
  }

  /** The bytes of a payload that was stepped over; cheap while it lies in the window. */
  bytes(span: Span): Uint8Array {
    const from = span.start - this.#base;
    if (from >= 0 && from + span.length <= this.#window.byteLength) {
      return this.#window.subarray(from, from + span.length);
    }
    return this.source.view(span.start, span.length);
  }

  /** The text of a payload that was stepped over; undefined when it is not ASCII, or left the window. */
  ascii(span: Span): string | undefined {
    const from = span.start - this.#base;
    const end = from + span.length;
    return from >= 0 && end <= this.#window.byteLength ? asciiText(this.#window, from, end) : undefined;
  }

  get atEnd(): boolean {
    return this.position >= this.source.size;
  }

  /** The bytes up to the next newline, without it. At the end of the source, see `#unended`. */
  line(): Uint8Array {
    if (this.#at === this.#limit) this.#ready(1);
    const found = this.#window.subarray(this.#at, this.#limit).indexOf(NEWLINE);
    if (found === -1) return this.#longLine();
    const line = this.#window.subarray(this.#at, this.#at + found);
    this.#at += found + 1;
    return line;
  }

  /** @param size bytes from here on that the frame claims */
  openFrame(size: number): void {
    const start = this.position;
    if (this.#frameEnd !== NO_FRAME && start < this.#frameEnd) {
      this.#ambiguous("a frame begins before the one before has ended", start);
    }
    if (size > this.source.size - start) {
      this.#ambiguous(`a frame of ${size} bytes leaves the file`, start);
    }
    this.#frameEnd = Math.min(this.source.size, start + size);
    this.#bound();
  }

  /** Bytes of the open frame that were not read yet. */
  get unreadFrame(): number {
    return this.#frameEnd === NO_FRAME ? 0 : Math.max(0, this.#frameEnd - this.position);
  }

  /** Goes on at another offset, outside any frame. */
  jump(offset: number): void {
    this.#frameEnd = NO_FRAME;
    this.#moveTo(offset);
  }

  #advance(count: number): number {
    if (this.#at + count > this.#limit) this.#ready(count);
    const at = this.#at;
    this.#at += count;
    return at;
  }

  #ready(count: number): void {
    this.#cross(count);
    this.#require(count);
    if (this.#at + count > this.#window.byteLength) this.#load();
    this.#bound();
  }

  #require(count: number): void {
    const left = this.source.size - this.position;
    if (count <= left) return;
    throw new FormatError(
      "truncated",
      `the pickle ends within an opcode: ${count} bytes wanted, ${left} left`,
      this.position,
    );
  }

  /** Leaves the frame when the next `count` bytes do. */
  #cross(count: number): void {
    const start = this.position;
    if (this.#frameEnd === NO_FRAME || start + count <= this.#frameEnd) return;
    if (start < this.#frameEnd) this.#ambiguous("an argument crosses the end of its frame", start);
    this.#frameEnd = NO_FRAME;
    this.#bound();
  }

  #moveTo(offset: number): void {
    this.#at = offset - this.#base;
    if (this.#at >= 0 && this.#at <= this.#window.byteLength) return this.#bound();
    this.#base = offset;
    this.#at = 0;
    this.#windowBytes = FIRST_WINDOW_BYTES;
    this.#setWindow(new Uint8Array(0));
  }

  #load(): void {
    this.#base = this.position;
    this.#at = 0;
    this.#setWindow(this.source.view(this.#base, Math.min(this.#windowBytes, this.source.size - this.#base)));
    this.#windowBytes = Math.min(2 * this.#windowBytes, WINDOW_BYTES);
  }

  #setWindow(window: Uint8Array): void {
    this.#window = Buffer.from(window.buffer, window.byteOffset, window.byteLength);
    this.#view = viewOf(window);
    this.#bound();
  }

  #bound(): void {
    const end = this.#window.byteLength;
    this.#limit =
      this.#frameEnd === NO_FRAME ? end : Math.max(this.#at, Math.min(end, this.#frameEnd - this.#base));
  }

  #longLine(): Uint8Array {
    const start = this.position;
    const end = this.#findNewline(start);
    this.#cross(end + 1 - start);
    const line = this.source.view(start, end - start);
    this.#moveTo(Math.min(end + 1, this.source.size));
    return line;
  }

  #findNewline(start: number): number {
    const stop = Math.min(this.source.size, start + MAX_LINE_BYTES);
    for (let at = start; at < stop; at += WINDOW_BYTES) {
      const found = this.source.view(at, Math.min(WINDOW_BYTES, stop - at)).indexOf(NEWLINE);
      if (found !== -1) return at + found;
    }
    if (stop < this.source.size) {
      throw new FormatError("budget", `a line of more than ${MAX_LINE_BYTES} bytes`, start);
    }
    return this.#unended(start);
  }

  /** A last line without newline: the C unpickler raises, the Python one drops the line's last byte and goes on. */
  #unended(start: number): number {
    this.#ambiguous("the pickle ends within a line", start);
    return Math.max(start, this.source.size - 1);
  }
}
