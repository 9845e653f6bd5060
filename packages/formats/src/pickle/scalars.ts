import type { ByteSource } from "@modelkeep/bytes";
import type { BoolValue, BytesValue, IntValue, NoneValue, StrValue } from "../value.ts";

export const NONE: NoneValue = { kind: "none" };
export const TRUE: BoolValue = { kind: "bool", value: true };
export const FALSE: BoolValue = { kind: "bool", value: false };

const SMALL: readonly IntValue[] = Array.from({ length: 256 }, (_, value) => ({ kind: "int", value }));

export function intValue(value: number | bigint): IntValue {
  if (typeof value === "bigint") {
    const small = value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
    return { kind: "int", value: small ? Number(value) : value };
  }
  return SMALL[value] ?? { kind: "int", value };
}

/** A string that stands in the file as UTF-8 (surrogates let through, as CPython does); decoded on first use. */
export class FileString implements StrValue {
  readonly kind = "str";
  readonly offset: number;
  readonly #source: ByteSource;
  readonly #start: number;
  readonly #length: number;
  #text: string | undefined;

  constructor(source: ByteSource, start: number, length: number, offset: number) {
    this.#source = source;
    this.#start = start;
    this.#length = length;
    this.offset = offset;
  }

  get value(): string {
    this.#text ??= decodeSurrogatePass(this.#source.view(this.#start, this.#length));
    return this.#text;
  }
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** UTF-8 where `ED A0..BF xx` stands for a lone surrogate (Python's `surrogatepass`). */
export function decodeSurrogatePass(bytes: Uint8Array): string {
  if (!bytes.includes(0xed)) return utf8.decode(bytes);
  let text = "";
  let from = 0;
  for (let i = bytes.indexOf(0xed); i !== -1; i = bytes.indexOf(0xed, i + 1)) {
    const second = bytes[i + 1] ?? 0;
    const third = bytes[i + 2] ?? 0;
    if (second < 0xa0 || (third & 0xc0) !== 0x80) continue;
    text += utf8.decode(bytes.subarray(from, i));
    text += String.fromCharCode(0xd000 | ((second & 0x3f) << 6) | (third & 0x3f));
    from = i + 3;
  }
  return text + utf8.decode(bytes.subarray(from));
}

export function bytesValue(source: ByteSource, offset: number, mutable: boolean): BytesValue {
  return { kind: "bytes", mutable, source, offset };
}
