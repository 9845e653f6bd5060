import { type ByteSource, sliceSource } from "@modelkeep/bytes";
import type { BoolValue, BytesValue, FloatValue, IntValue, NoneValue, StrValue } from "../value.ts";
import { decodeUtf8 } from "./text.ts";

export const NONE: NoneValue = Object.freeze({ kind: "none" });
export const TRUE: BoolValue = Object.freeze({ kind: "bool", value: true });
export const FALSE: BoolValue = Object.freeze({ kind: "bool", value: false });

/** Shared values of the integers that fill most pickles. */
const SMALL_INTS: readonly IntValue[] = Array.from({ length: 1024 }, (_, value) =>
  Object.freeze({ kind: "int", value }),
);

/** @param value a safe integer, or a bigint of any size (made a number when it is safe) */
export function intValue(value: number | bigint): IntValue {
  if (typeof value === "number") return SMALL_INTS[value] ?? { kind: "int", value };
  const small = Number(value);
  return Number.isSafeInteger(small) ? intValue(small) : { kind: "int", value };
}

export function floatValue(value: number): FloatValue {
  return { kind: "float", value };
}

export function strValue(value: string, offset: number): StrValue {
  return { kind: "str", value, offset };
}

/** A string that stands in the file as UTF-8 and is decoded when somebody looks. Its bytes were validated before. */
export class Utf8Value implements StrValue {
  readonly kind = "str";
  readonly offset: number;
  readonly #source: ByteSource;
  readonly #start: number;
  readonly #length: number;
  #value: string | undefined;

  constructor(source: ByteSource, start: number, length: number, offset: number) {
    this.#source = source;
    this.#start = start;
    this.#length = length;
    this.offset = offset;
  }

  get value(): string {
    this.#value ??= decodeUtf8(this.#source.view(this.#start, this.#length), this.offset);
    return this.#value;
  }
}

/** Bytes that stand raw in the file; the window is made when somebody looks, so that skipping costs nothing. */
export class RawBytesValue implements BytesValue {
  readonly kind = "bytes";
  readonly mutable: boolean;
  readonly offset: number;
  readonly #parent: ByteSource;
  readonly #start: number;
  readonly #length: number;
  #source: ByteSource | undefined;

  constructor(parent: ByteSource, start: number, length: number, mutable: boolean, offset: number) {
    this.#parent = parent;
    this.#start = start;
    this.#length = length;
    this.mutable = mutable;
    this.offset = offset;
  }

  get source(): ByteSource {
    this.#source ??= sliceSource(
      this.#parent,
      this.#start,
      this.#length,
      `${this.#parent.name}@${this.#start}`,
    );
    return this.#source;
  }
}
