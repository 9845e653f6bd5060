import type { ByteSource } from "@modelkeep/bytes";
import { FormatError, type ReadContext } from "../context.ts";
import { type Field, type Message, ONNX_MESSAGES, wireTypeOf } from "./messages.ts";
import { fitsInt32, type Varint, Wire } from "./wire.ts";

/** protobuf's own limit is 100 messages within messages; honest subgraphs need a dozen. */
const MAX_DEPTH = 64;
const MAX_NAME_BYTES = 4096;
const LENGTH_DELIMITED = 2;
const FIXED_BYTES = new Map([
  [1, 8],
  [5, 4],
]);

/** The fields that decide what a model does, by message; their text is kept. */
const KEPT: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["OperatorSetIdProto", new Set(["domain"])],
  ["NodeProto", new Set(["op_type", "domain", "overload"])],
  ["FunctionProto", new Set(["name", "domain", "overload"])],
]);
const NOTHING: ReadonlySet<string> = new Set();
/** Nobody uses tensors of more dimensions; a hostile one may have millions. */
const MAX_DIMENSIONS = 64;

/** One message as it was met. */
export interface Met {
  readonly message: string;
  /** The message that it stands in; empty for the model. */
  readonly parent: string;
  readonly offset: number;
  /** Texts of the kept fields. */
  readonly texts: ReadonlyMap<string, string>;
  /** Singular numbers. */
  readonly numbers: ReadonlyMap<string, Varint>;
  /** Names of the fields that stand there. */
  readonly fields: ReadonlySet<string>;
  /** How many entries each repeated field of numbers, texts or bytes has. */
  readonly counts: ReadonlyMap<string, number>;
  /** Entries of `dims`. */
  readonly dims: readonly Varint[];
  /** Length of each singular field of text or bytes. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Key and value of each entry of a repeated field of pairs, by the field's name. */
  readonly pairs: readonly Pair[];
}

export interface Pair {
  readonly field: string;
  readonly key: string;
  readonly value: string;
  readonly offset: number;
}

type Visit = (met: Met) => void;

/**
 * Walks a message with everything in it, by the schema alone, to its last byte; inner messages are visited first.
 * @throws {FormatError} for what is not in the schema, stands twice, or has more than one reading
 */
export function walkOnnx(source: ByteSource, ctx: ReadContext, visit: Visit): void {
  new Walker(source, ctx, visit).message("ModelProto", "", source.size);
}

class Walker {
  readonly #wire: Wire;
  readonly #ctx: ReadContext;
  readonly #visit: Visit;
  #depth = 0;

  constructor(source: ByteSource, ctx: ReadContext, visit: Visit) {
    this.#wire = new Wire(source);
    this.#ctx = ctx;
    this.#visit = visit;
  }

  message(name: string, parent: string, end: number): void {
    const offset = this.#wire.offset;
    if (this.#depth > MAX_DEPTH)
      throw new FormatError("budget", `ONNX messages nest deeper than ${MAX_DEPTH}`, offset);
    const into = new Meeting(name, parent, offset);
    this.#depth += 1;
    while (this.#wire.offset < end) this.#field(into, end);
    this.#depth -= 1;
    this.#visit(into);
  }

  #field(into: Meeting, end: number): void {
    const at = this.#wire.offset;
    this.#ctx.budget.steps(1, at);
    const { low, high } = this.#wire.varint(end);
    const number = Math.floor(low / 8);
    const wireType = low % 8;
    const field = high === 0 ? schemaOf(into.message).get(number) : undefined;
    if (field === undefined)
      throw new FormatError("unsupported", `${into.message} has no field ${number}`, at);
    into.meet(field, at);
    const wanted = wireTypeOf(field.type);
    if (wireType === wanted) this.#value(field, into, end);
    else if (wireType === LENGTH_DELIMITED && field.repeated) this.#packed(field, into, end);
    else {
      const message = `${into.message}.${field.name} has the wire type ${wireType}, not ${wanted}`;
      throw new FormatError("malformed", message, at);
    }
  }

  #value(field: Field, into: Meeting, end: number): void {
    const wireType = wireTypeOf(field.type);
    const fixed = FIXED_BYTES.get(wireType);
    if (field.repeated) into.count(field, 1);
    if (fixed !== undefined) this.#wire.skip(fixed, end);
    else if (wireType === LENGTH_DELIMITED) this.#delimited(field, into, end);
    else this.#number(field, into, end);
  }

  #number(field: Field, into: Meeting, end: number): void {
    const at = this.#wire.offset;
    const value = this.#wire.varint(end);
    if ((field.type === "int32" || field.type === "enum") && !fitsInt32(value))
      throw new FormatError("ambiguous", `${field.name} is no 32-bit number`, at);
    if (!field.repeated) into.numbers.set(field.name, value);
    else if (field.name === "dims") {
      if (into.dims.length >= MAX_DIMENSIONS)
        throw new FormatError("budget", `a tensor of more than ${MAX_DIMENSIONS} dimensions`, at);
      into.dims.push(value);
    }
  }

  #delimited(field: Field, into: Meeting, end: number): void {
    const length = this.#wire.length(end);
    const stop = this.#wire.offset + length;
    if (field.type === "StringStringEntryProto") into.pairs.push(this.#pair(field, stop));
    else if (ONNX_MESSAGES.has(field.type)) this.message(field.type, into.message, stop);
    else if ((KEPT.get(into.message) ?? NOTHING).has(field.name)) {
      this.#ctx.budget.graphBytes(length, this.#wire.offset);
      into.texts.set(field.name, this.#wire.text(length, MAX_NAME_BYTES));
    } else this.#wire.skip(length, end);
    if (!field.repeated) into.sizes.set(field.name, length);
  }

  /** Metadata values may be long and are skipped; only where a tensor's data lies is read. */
  #pair(field: Field, end: number): Pair {
    const offset = this.#wire.offset;
    const met = new Meeting("StringStringEntryProto", "", offset);
    const texts = { key: "", value: "" };
    while (this.#wire.offset < end) {
      const at = this.#wire.offset;
      this.#ctx.budget.steps(1, at);
      const { low, high } = this.#wire.varint(end);
      if (high !== 0 || (low !== 0x0a && low !== 0x12))
        throw new FormatError("unsupported", "StringStringEntryProto has no such field", at);
      const name = low === 0x0a ? "key" : "value";
      met.meet({ name, type: "string", repeated: false, oneof: undefined }, at);
      const length = this.#wire.length(end);
      if (name === "value" && field.name !== "external_data") this.#wire.skip(length, end);
      else texts[name] = this.#wire.text(length, MAX_NAME_BYTES);
    }
    return { field: field.name, ...texts, offset };
  }

  /** Many numbers in one field, which protobuf's parsers take for any repeated number. */
  #packed(field: Field, into: Meeting, end: number): void {
    const at = this.#wire.offset;
    const length = this.#wire.length(end);
    const stop = this.#wire.offset + length;
    const fixed = FIXED_BYTES.get(wireTypeOf(field.type));
    if (fixed === undefined) {
      while (this.#wire.offset < stop) {
        this.#ctx.budget.steps(1, at);
        into.count(field, 1);
        this.#number(field, into, stop);
      }
    } else if (length % fixed === 0) {
      into.count(field, length / fixed);
      this.#wire.skip(length, end);
    } else throw new FormatError("malformed", `${field.name} is cut within a number`, at);
  }
}

function schemaOf(message: string): Message {
  return ONNX_MESSAGES.get(message) ?? new Map<number, Field>();
}

class Meeting implements Met {
  readonly message: string;
  readonly parent: string;
  readonly offset: number;
  readonly texts = new Map<string, string>();
  readonly numbers = new Map<string, Varint>();
  readonly fields = new Set<string>();
  readonly counts = new Map<string, number>();
  readonly dims: Varint[] = [];
  readonly sizes = new Map<string, number>();
  readonly pairs: Pair[] = [];
  readonly #oneofs = new Set<string>();

  constructor(message: string, parent: string, offset: number) {
    this.message = message;
    this.parent = parent;
    this.offset = offset;
  }

  count({ name }: Field, more: number): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + more);
  }

  /** Parsers take the last of a singular field, or merge both: nobody writes two. */
  meet({ name, repeated, oneof }: Field, at: number): void {
    const again = !repeated && this.fields.has(name);
    if (again || (oneof !== undefined && this.#oneofs.has(oneof)))
      throw new FormatError("ambiguous", `${this.message}.${oneof ?? name} stands there twice`, at);
    this.fields.add(name);
    if (oneof !== undefined) this.#oneofs.add(oneof);
  }
}
