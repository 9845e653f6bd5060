import { BytesError } from "@modelkeep/bytes";
import type { FlatTable } from "@modelkeep/bytes/flatbuffer";
import type { DType, Frame } from "@modelkeep/estimators/data";
import { invalidInput } from "../../errors.ts";
import { Buffers, type Field, fieldOf } from "./columns.ts";
import { damaged, DICTIONARY, type Message, readMessages, RECORDS, SCHEMA } from "./messages.ts";

/** Cells of one request; a few bytes of Arrow can declare any number of rows. */
const MAX_CELLS = 2 ** 24;

/**
 * Reads a table in Arrow's IPC format, stream or file, as `pyarrow.Table.to_pandas()` would give it. Own code, because
 * these bytes come from anyone, and the library's reader runs out of memory on a few changed ones.
 * @param bytes the whole message
 * @returns columns in order with pandas' dtypes: a column of whole numbers with gaps is float64 with NaN
 * @throws {ModelkeepError} `INVALID_INPUT` names the column or says what is wrong with the message
 */
export function arrowToFrame(bytes: Uint8Array): Frame {
  try {
    return read(bytes);
  } catch (error) {
    if (error instanceof BytesError) throw damaged(error.message);
    throw error;
  }
}

function read(bytes: Uint8Array): Frame {
  const [first, ...rest] = readMessages(bytes);
  if (first?.kind !== SCHEMA) throw damaged("its first message is no schema");
  if (first.header.short(0) !== 0)
    throw invalidInput("the Arrow message is big-endian: send it little-endian");
  const fields = first.header.tables(1).map(fieldOf);
  if (new Set(fields.map(({ name }) => name)).size < fields.length)
    throw invalidInput("the Arrow message names a column twice");
  const reader = new Reader(fields);
  for (const message of rest) reader.take(message);
  return reader.frame();
}

class Reader {
  readonly #fields: readonly Field[];
  readonly #values: unknown[][];
  readonly #dictionaries = new Map<bigint, unknown[]>();
  #cells = 0;

  constructor(fields: readonly Field[]) {
    this.#fields = fields;
    this.#values = fields.map(() => []);
  }

  take({ kind, header, body }: Message): void {
    if (kind === DICTIONARY) this.#dictionary(header, body);
    else if (kind === RECORDS) this.#records(header, body);
    else throw damaged("it holds messages that are neither records nor dictionaries");
  }

  frame(): Frame {
    const columns = new Map<string, readonly unknown[]>();
    const dtypes: Record<string, DType> = Object.create(null);
    for (const [at, field] of this.#fields.entries()) {
      const { values, dtype } = asPandas(
        this.#values[at] ?? [],
        (field.dictionary?.kind ?? field.kind).dtype,
      );
      columns.set(field.name, values);
      dtypes[field.name] = dtype;
    }
    return { columns, dtypes };
  }

  #records(batch: FlatTable, body: Uint8Array): void {
    const buffers = this.#buffers(batch, body, this.#fields.length);
    for (const [at, { kind, dictionary }] of this.#fields.entries()) {
      const values = buffers.column(kind);
      const into = this.#values[at];
      for (const value of values)
        into?.push(dictionary === undefined || value === null ? value : this.#member(dictionary.id, value));
    }
  }

  #dictionary(header: FlatTable, body: Uint8Array): void {
    const id = header.long(0);
    const batch = header.table(1);
    const field = this.#fields.find(({ dictionary }) => dictionary?.id === id);
    if (batch === undefined || field?.dictionary === undefined)
      throw damaged("it holds a dictionary of no column");
    const values = this.#buffers(batch, body, 1).column(field.dictionary.kind);
    const isDelta = header.byte(2) === 1;
    const into = (isDelta ? this.#dictionaries.get(id) : undefined) ?? [];
    for (const value of values) into.push(value);
    this.#dictionaries.set(id, into);
  }

  #member(id: bigint, index: unknown): unknown {
    const values = this.#dictionaries.get(id);
    const at = Number(index);
    if (values === undefined || !(at >= 0 && at < values.length))
      throw damaged("an index leaves its dictionary");
    return values[at];
  }

  #buffers(batch: FlatTable, body: Uint8Array, width: number): Buffers {
    if (batch.table(3) !== undefined)
      throw invalidInput("the Arrow message is compressed: send it uncompressed");
    const rows = Number(batch.long(0));
    this.#cells += Math.max(1, rows * Math.max(1, width));
    if (!(rows >= 0 && this.#cells <= MAX_CELLS))
      throw invalidInput(`the Arrow message has more than ${MAX_CELLS} cells: send fewer rows at once`);
    return new Buffers(batch, body, rows);
  }
}

function asPandas(values: readonly unknown[], dtype: DType): { values: readonly unknown[]; dtype: DType } {
  if (dtype === "object" || !values.includes(null)) return { values, dtype };
  if (dtype === "bool") return { values, dtype: "object" };
  const floats = values.map((value) => (value === null ? Number.NaN : Number(value)));
  return { values: floats, dtype: dtype === "float32" ? "float32" : "float64" };
}
