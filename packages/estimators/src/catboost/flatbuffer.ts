import { malformed } from "../error.ts";

/** Everything a hostile file could make long is bounded by the file itself: a vector lies inside it or is refused. */
export class Flatbuffer {
  readonly #view: DataView;

  /** @param bytes the buffer, beginning with the offset of its root table */
  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  root(): Table {
    return new Table(this, this.u32(0));
  }

  u32(at: number): number {
    return this.view(at, 4).getUint32(0, true);
  }

  /** @throws {EstimatorError} `malformed` when it leaves the buffer */
  view(at: number, length: number): DataView {
    if (at < 0 || at + length > this.#view.byteLength)
      throw malformed(`the CatBoost model points outside itself, to byte ${at}`);
    return new DataView(this.#view.buffer, this.#view.byteOffset + at, length);
  }
}

/** One table: its fields by their number in the schema (FlatBuffers internals: vtable, then offsets). */
export class Table {
  readonly #buffer: Flatbuffer;
  readonly #at: number;
  readonly #vtable: DataView;

  constructor(buffer: Flatbuffer, at: number) {
    this.#buffer = buffer;
    this.#at = at;
    const start = at - buffer.view(at, 4).getInt32(0, true);
    this.#vtable = buffer.view(start, buffer.view(start, 2).getUint16(0, true));
  }

  #field(index: number): number | undefined {
    const at = 4 + 2 * index;
    const offset = at + 2 <= this.#vtable.byteLength ? this.#vtable.getUint16(at, true) : 0;
    return offset === 0 ? undefined : this.#at + offset;
  }

  int(index: number, missing: number): number {
    const at = this.#field(index);
    return at === undefined ? missing : this.#buffer.view(at, 4).getInt32(0, true);
  }

  byte(index: number, missing: number): number {
    const at = this.#field(index);
    return at === undefined ? missing : this.#buffer.view(at, 1).getInt8(0);
  }

  double(index: number, missing: number): number {
    const at = this.#field(index);
    return at === undefined ? missing : this.#buffer.view(at, 8).getFloat64(0, true);
  }

  table(index: number): Table | undefined {
    const at = this.#field(index);
    return at === undefined ? undefined : new Table(this.#buffer, at + this.#buffer.u32(at));
  }

  text(index: number): string | undefined {
    const bytes = this.#vector(index, 1);
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  }

  /** Members of a vector of scalars; `[]` when there is none. */
  numbers(index: number, size: 2 | 4 | 8, read: (view: DataView, at: number) => number): number[] {
    const view = this.#vector(index, size);
    const count = (view?.byteLength ?? 0) / size;
    return Array.from({ length: count }, (_, i) => (view === undefined ? 0 : read(view, i * size)));
  }

  /** How many members a vector has. */
  count(index: number, size = 4): number {
    return (this.#vector(index, size)?.byteLength ?? 0) / size;
  }

  tables(index: number): Table[] {
    const field = this.#field(index);
    if (field === undefined) return [];
    const start = field + this.#buffer.u32(field) + 4;
    return Array.from({ length: this.count(index) }, (_, i) => {
      const at = start + 4 * i;
      return new Table(this.#buffer, at + this.#buffer.u32(at));
    });
  }

  #vector(index: number, size: number): DataView | undefined {
    const field = this.#field(index);
    if (field === undefined) return undefined;
    const at = field + this.#buffer.u32(field);
    return this.#buffer.view(at + 4, this.#buffer.u32(at) * size);
  }
}
