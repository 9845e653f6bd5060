import { isAscii } from "node:buffer";
import { FormatError } from "../../context.ts";
import type { Machine } from "../machine.ts";
import { checkUtf8, decodeUtf8 } from "../text.ts";
import { RawBytesValue, strValue, Utf8Value } from "../values.ts";

/** Shorter strings are decoded at once: keeping their place would cost more memory. */
const LAZY_FROM_BYTES = 256;
/** Longer strings do not fit into one of JavaScript. */
const MAX_STRING_BYTES = 2 ** 29 - 64;

/** The line of a text opcode as Latin-1. */
export function textLine(m: Machine): string {
  const line = m.input.line();
  m.spend(line.byteLength);
  return Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString("latin1");
}

/** @throws {FormatError} `malformed` where CPython raises `UnicodeDecodeError` */
export function pushUtf8(m: Machine, length: number): void {
  if (length > MAX_STRING_BYTES) {
    throw new FormatError("budget", `a string of ${length} bytes (limit ${MAX_STRING_BYTES})`, m.at);
  }
  const span = m.input.span(length);
  m.allocate();
  if (length < LAZY_FROM_BYTES) {
    m.spend(length);
    const text = m.input.ascii(span) ?? decodeUtf8(m.input.bytes(span), m.at);
    return m.push(strValue(text, m.at));
  }
  checkUtf8(m.input.bytes(span), m.at);
  m.push(new Utf8Value(m.input.source, span.start, length, m.at));
}

export function pushBytes(m: Machine, length: number, mutable: boolean): void {
  const span = m.input.span(length);
  m.allocate(6);
  m.push(new RawBytesValue(m.input.source, span.start, length, mutable, m.at));
}

/** A Python 2 `str`: text when it is ASCII, as the default `encoding="ASCII"` has it; else loaders differ. */
export function pushByteString(m: Machine, length: number): void {
  const span = m.input.span(length);
  if (isAscii(m.input.bytes(span))) {
    m.allocate();
    if (length >= LAZY_FROM_BYTES) return m.push(new Utf8Value(m.input.source, span.start, length, m.at));
    m.spend(length);
    return m.push(strValue(decodeUtf8(m.input.bytes(span), m.at), m.at));
  }
  m.ambiguous("a Python 2 string that is not ASCII: what it is depends on the loader's encoding");
  m.allocate(6);
  m.push(new RawBytesValue(m.input.source, span.start, length, false, m.at));
}
