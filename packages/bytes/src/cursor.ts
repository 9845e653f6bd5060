import { BytesError } from "./errors.ts";
import type { ByteSource } from "./source.ts";

/** Reads a source from front to back. Every method throws `truncated` rather than answer short. */
export class Cursor {
  readonly source: ByteSource;
  readonly end: number;
  offset: number;

  /** Reads `source` from `offset` up to `end` (default: all of it). */
  constructor(source: ByteSource, offset = 0, end = source.size) {
    if (end > source.size) throw new BytesError("malformed", `end ${end} lies behind ${source.name}`);
    this.source = source;
    this.offset = offset;
    this.end = end;
  }

  get remaining(): number {
    return this.end - this.offset;
  }

  /** @throws {BytesError} `truncated` */
  bytes(length: number): Uint8Array {
    if (length > this.remaining) {
      throw new BytesError(
        "truncated",
        `${length} bytes wanted at offset ${this.offset}, but ${this.source.name} holds ${this.remaining} more`,
        { source: this.source.name, offset: this.offset },
      );
    }
    const view = this.source.view(this.offset, length);
    this.offset += length;
    return view;
  }

  skip(length: number): void {
    if (length < 0 || length > this.remaining) {
      throw new BytesError("truncated", `cannot skip ${length} bytes at offset ${this.offset}`, {
        source: this.source.name,
        offset: this.offset,
      });
    }
    this.offset += length;
  }

  u8(): number {
    return viewOf(this.bytes(1)).getUint8(0);
  }

  u16(): number {
    return viewOf(this.bytes(2)).getUint16(0, true);
  }

  u32(): number {
    return viewOf(this.bytes(4)).getUint32(0, true);
  }

  /** @throws {BytesError} `malformed` above 2^53-1: no file is that long */
  u64(): number {
    const at = this.offset;
    const value = viewOf(this.bytes(8)).getBigUint64(0, true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new BytesError("malformed", `the 64-bit number ${value} is larger than any file`, {
        source: this.source.name,
        offset: at,
      });
    }
    return Number(value);
  }
}

/** A `DataView` over exactly these bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
