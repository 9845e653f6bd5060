import { invalidInput } from "../../errors.ts";

/** One FlatBuffers table of Arrow's metadata; whatever points outside the message is refused. */
export class Table {
  readonly #view: DataView;
  readonly #at: number;
  readonly #vtable: number;
  readonly #size: number;

  constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
    this.#vtable = at - inside(view, at, 4).getInt32(at, true);
    this.#size = inside(view, this.#vtable, 2).getUint16(this.#vtable, true);
  }

  /** The root table of a message. */
  static root(bytes: Uint8Array): Table {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new Table(view, inside(view, 0, 4).getUint32(0, true));
  }

  byte(index: number): number {
    const at = this.#field(index);
    return at === undefined ? 0 : inside(this.#view, at, 1).getUint8(at);
  }

  short(index: number): number {
    const at = this.#field(index);
    return at === undefined ? 0 : inside(this.#view, at, 2).getInt16(at, true);
  }

  int(index: number): number {
    const at = this.#field(index);
    return at === undefined ? 0 : inside(this.#view, at, 4).getInt32(at, true);
  }

  long(index: number): bigint {
    const at = this.#field(index);
    return at === undefined ? 0n : inside(this.#view, at, 8).getBigInt64(at, true);
  }

  table(index: number): Table | undefined {
    const at = this.#field(index);
    return at === undefined ? undefined : new Table(this.#view, at + this.#u32(at));
  }

  text(index: number): string {
    const { start, length } = this.#vector(index, 1);
    return new TextDecoder().decode(new Uint8Array(this.#view.buffer, this.#view.byteOffset + start, length));
  }

  tables(index: number): Table[] {
    const { start, length } = this.#vector(index, 4);
    return Array.from({ length }, (_, i) => new Table(this.#view, start + 4 * i + this.#u32(start + 4 * i)));
  }

  /** A vector of structs of two 64-bit numbers: lengths and counts, or offsets and lengths. */
  pairs(index: number): (readonly [first: number, second: number])[] {
    const { start, length } = this.#vector(index, 16);
    return Array.from({ length }, (_, i) => [
      Number(this.#view.getBigInt64(start + 16 * i, true)),
      Number(this.#view.getBigInt64(start + 16 * i + 8, true)),
    ]);
  }

  #field(index: number): number | undefined {
    const at = 4 + 2 * index;
    if (at + 2 > this.#size) return undefined;
    const offset = inside(this.#view, this.#vtable + at, 2).getUint16(this.#vtable + at, true);
    return offset === 0 ? undefined : this.#at + offset;
  }

  #u32(at: number): number {
    return inside(this.#view, at, 4).getUint32(at, true);
  }

  #vector(index: number, size: number): { readonly start: number; readonly length: number } {
    const field = this.#field(index);
    if (field === undefined) return { start: 0, length: 0 };
    const at = field + this.#u32(field);
    const length = this.#u32(at);
    inside(this.#view, at + 4, length * size);
    return { start: at + 4, length };
  }
}

function inside(view: DataView, at: number, length: number): DataView {
  if (at >= 0 && at + length <= view.byteLength) return view;
  throw invalidInput("the Arrow message points outside itself: it is damaged");
}
