import type { FlatTable } from "@modelkeep/bytes/flatbuffer";
import type { DType } from "@modelkeep/estimators/data";
import { invalidInput } from "../../errors.ts";
import { damaged } from "./messages.ts";

/** Numbers of `Type` (apache/arrow format/Schema.fbs). */
const TYPES: readonly string[] = (
  "none null int float binary utf8 bool decimal date time timestamp interval list struct union fixed-size-binary " +
  "fixed-size-list map duration large-binary large-utf8 large-list run-end binary-view utf8-view"
).split(" ");

/** How one column's buffers are read. */
export interface Kind {
  readonly type: "null" | "int" | "float" | "bool" | "utf8" | "large-utf8";
  readonly dtype: DType;
  /** Bytes of one value, of offsets for text. */
  readonly size: number;
}

export interface Field {
  readonly name: string;
  readonly kind: Kind;
  /** Set when values are indices into a dictionary; `kind` is then that of the indices. */
  readonly dictionary: { readonly id: bigint; readonly kind: Kind } | undefined;
}

/** @throws {ModelkeepError} `INVALID_INPUT` names a column of another type */
export function fieldOf(field: FlatTable): Field {
  const name = field.text(0) ?? "";
  const kind = kindOf(name, field.byte(2), field.table(3));
  const encoding = field.table(4);
  if (field.tables(5).length > 0) throw refused(name, "nested");
  if (encoding === undefined) return { name, kind, dictionary: undefined };
  const index = encoding.table(1);
  // Indices are signed 32-bit numbers unless it says otherwise.
  const indices: Kind =
    index === undefined ? { type: "int", dtype: "int32", size: 4 } : kindOf(name, 2, index);
  return { name, kind: indices, dictionary: { id: encoding.long(0), kind } };
}

function kindOf(name: string, number: number, type: FlatTable | undefined): Kind {
  const word = TYPES[number] ?? "unknown";
  switch (word) {
    case "null":
      return { type: "null", dtype: "object", size: 0 };
    case "bool":
      return { type: "bool", dtype: "bool", size: 0 };
    case "utf8":
      return { type: "utf8", dtype: "object", size: 4 };
    case "large-utf8":
      return { type: "large-utf8", dtype: "object", size: 8 };
    case "int":
      return intOf(name, type);
    case "float": {
      const precision = type?.short(0) ?? 0;
      if (precision === 1) return { type: "float", dtype: "float32", size: 4 };
      if (precision === 2) return { type: "float", dtype: "float64", size: 8 };
      throw refused(name, "float16");
    }
    default:
      throw refused(name, word);
  }
}

function intOf(name: string, type: FlatTable | undefined): Kind {
  const bits = type?.int(0) ?? 0;
  if (bits !== 8 && bits !== 16 && bits !== 32 && bits !== 64) throw refused(name, `int${bits}`);
  return { type: "int", dtype: `${type?.byte(1) === 1 ? "int" : "uint"}${bits}`, size: bits / 8 };
}

function refused(name: string, type: string): Error {
  return invalidInput(
    `the Arrow column ${name} is of type ${type}: send whole numbers, floats, booleans or text`,
  );
}

/** Hands out the buffers of a record batch, in order. */
export class Buffers {
  readonly #body: Uint8Array;
  readonly #nodes: readonly (readonly [number, number])[];
  readonly #buffers: readonly (readonly [number, number])[];
  readonly #rows: number;
  #node = 0;
  #buffer = 0;

  constructor(batch: FlatTable, body: Uint8Array, rows: number) {
    this.#body = body;
    this.#rows = rows;
    this.#nodes = pairsIn(batch, 1);
    this.#buffers = pairsIn(batch, 2);
  }

  /** The values of the next column; a missing one is null. */
  column(kind: Kind): unknown[] {
    const node = this.#nodes[this.#node++];
    if (node?.[0] !== this.#rows) throw damaged("a column has another length than its batch");
    const rows = this.#rows;
    if (kind.type === "null") return Array.from({ length: rows }, () => null);
    const validity = this.#next();
    const isPresent = (row: number): boolean => validity.length === 0 || bit(validity, row);
    if (validity.length > 0 && validity.length * 8 < rows) throw damaged("a validity bitmap is too short");
    const value = this.#reader(kind);
    return Array.from({ length: rows }, (_, row) => (isPresent(row) ? value(row) : null));
  }

  #reader(kind: Kind): (row: number) => unknown {
    const data = this.#next();
    if (kind.type === "bool") {
      if (data.length * 8 < this.#rows) throw damaged("a column of booleans is too short");
      return (row) => bit(data, row);
    }
    if (kind.type === "utf8" || kind.type === "large-utf8") return this.#texts(kind, data);
    if (data.length < this.#rows * kind.size) throw damaged("a column of numbers is too short");
    return numberAt(new DataView(data.buffer, data.byteOffset, data.byteLength), kind);
  }

  #texts(kind: Kind, offsets: Uint8Array): (row: number) => string {
    const data = this.#next();
    const rows = this.#rows;
    if (rows > 0 && offsets.length < (rows + 1) * kind.size) throw damaged("a column of texts is too short");
    const view = new DataView(offsets.buffer, offsets.byteOffset, offsets.byteLength);
    const at = (row: number): number =>
      kind.size === 4 ? view.getInt32(row * 4, true) : Number(view.getBigInt64(row * 8, true));
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    let used = 0;
    return (row) => {
      const [start, end] = [at(row), at(row + 1)];
      // Offsets that go back would let a few bytes be read out many times over.
      if (start < used || end < start || end > data.length) throw damaged("a text lies outside its column");
      used = start;
      try {
        return decoder.decode(data.subarray(start, end));
      } catch {
        throw damaged("a text is no UTF-8");
      }
    };
  }

  #next(): Uint8Array {
    const [offset, length] = this.#buffers[this.#buffer++] ?? [-1, 0];
    if (offset < 0 || length < 0 || offset + length > this.#body.length)
      throw damaged("a buffer lies outside its message");
    return this.#body.subarray(offset, offset + length);
  }
}

/** A vector of structs of two 64-bit numbers: lengths and counts, or offsets and lengths. */
function pairsIn(batch: FlatTable, field: number): (readonly [first: number, second: number])[] {
  const view = batch.vector(field, 16);
  if (view === undefined) return [];
  return Array.from({ length: view.byteLength / 16 }, (_, i) => [
    Number(view.getBigInt64(16 * i, true)),
    Number(view.getBigInt64(16 * i + 8, true)),
  ]);
}

function bit(bytes: Uint8Array, row: number): boolean {
  return (((bytes[row >> 3] ?? 0) >> (row & 7)) & 1) === 1;
}

type Read = (view: DataView, at: number) => number | bigint;

const READS: ReadonlyMap<DType, Read> = new Map<DType, Read>([
  ["float64", (view, at) => view.getFloat64(at, true)],
  ["float32", (view, at) => view.getFloat32(at, true)],
  ["int64", (view, at) => view.getBigInt64(at, true)],
  ["uint64", (view, at) => view.getBigUint64(at, true)],
  ["int32", (view, at) => view.getInt32(at, true)],
  ["uint32", (view, at) => view.getUint32(at, true)],
  ["int16", (view, at) => view.getInt16(at, true)],
  ["uint16", (view, at) => view.getUint16(at, true)],
  ["int8", (view, at) => view.getInt8(at)],
  ["uint8", (view, at) => view.getUint8(at)],
]);

function numberAt(view: DataView, { dtype, size }: Kind): (row: number) => number | bigint {
  const read = READS.get(dtype);
  if (read === undefined) throw damaged(`a column of numbers is of type ${dtype}`);
  return (row) => read(view, row * size);
}
