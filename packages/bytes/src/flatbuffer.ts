import { BytesError } from "./errors.ts";

/**
 * One table of a FlatBuffers buffer, its fields by their number in the schema (flatbuffers.dev, "Internals"). Whatever
 * points outside the buffer is refused, and nothing is longer than the buffer itself, so that hostile bytes cost no more
 * than honest ones of their size.
 */
export class FlatTable {
  readonly #view: DataView;
  readonly #at: number;
  readonly #vtable: number;
  readonly #size: number;

  private constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
    this.#vtable = at - inside(view, at, 4).getInt32(at, true);
    this.#size = inside(view, this.#vtable, 2).getUint16(this.#vtable, true);
  }

  /**
   * The root table of a buffer that begins with its offset.
   * @throws {BytesError} `malformed`, as every reading method
   */
  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new FlatTable(view, inside(view, 0, 4).getUint32(0, true));
  }

  byte(index: number, missing = 0): number {
    const at = this.#field(index, 1);
    return at === undefined ? missing : this.#view.getUint8(at);
  }

  short(index: number, missing = 0): number {
    const at = this.#field(index, 2);
    return at === undefined ? missing : this.#view.getInt16(at, true);
  }

  int(index: number, missing = 0): number {
    const at = this.#field(index, 4);
    return at === undefined ? missing : this.#view.getInt32(at, true);
  }

  long(index: number, missing = 0n): bigint {
    const at = this.#field(index, 8);
    return at === undefined ? missing : this.#view.getBigInt64(at, true);
  }

  double(index: number, missing = 0): number {
    const at = this.#field(index, 8);
    return at === undefined ? missing : this.#view.getFloat64(at, true);
  }

  table(index: number): FlatTable | undefined {
    const at = this.#field(index, 4);
    return at === undefined ? undefined : this.#follow(at);
  }

  /** A string, read as UTF-8; undefined when there is none. */
  text(index: number): string | undefined {
    const bytes = this.vector(index, 1);
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  }

  tables(index: number): FlatTable[] {
    const offsets = this.vector(index, 4);
    if (offsets === undefined) return [];
    const start = offsets.byteOffset - this.#view.byteOffset;
    return Array.from({ length: offsets.byteLength / 4 }, (_, i) => this.#follow(start + 4 * i));
  }

  /** The bytes of a vector whose members have `size` bytes each; undefined when there is none. */
  vector(index: number, size: number): DataView | undefined {
    const field = this.#field(index, 4);
    if (field === undefined) return undefined;
    const at = field + this.#view.getUint32(field, true);
    const length = inside(this.#view, at, 4).getUint32(at, true) * size;
    inside(this.#view, at + 4, length);
    return new DataView(this.#view.buffer, this.#view.byteOffset + at + 4, length);
  }

  #follow(at: number): FlatTable {
    return new FlatTable(this.#view, at + inside(this.#view, at, 4).getUint32(at, true));
  }

  #field(index: number, length: number): number | undefined {
    const at = 4 + 2 * index;
    if (at + 2 > this.#size) return undefined;
    const offset = inside(this.#view, this.#vtable + at, 2).getUint16(this.#vtable + at, true);
    if (offset === 0) return undefined;
    inside(this.#view, this.#at + offset, length);
    return this.#at + offset;
  }
}

function inside(view: DataView, at: number, length: number): DataView {
  if (at >= 0 && at + length <= view.byteLength) return view;
  throw new BytesError("malformed", `the table points outside its buffer, to byte ${at}`, { offset: at });
}
