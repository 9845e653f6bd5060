import type { Machine } from "../machine.ts";
import { decodeLong, readFloatText, readIntText } from "../numerals.ts";
import { decodeRawUnicodeEscape, decodeStringEscape } from "../text.ts";
import { FALSE, floatValue, intValue, NONE, strValue, TRUE } from "../values.ts";
import type { Handler } from "./handler.ts";
import { pushBytes, pushByteString, pushUtf8, textLine } from "./payload.ts";

/** Opcodes that push a constant. */
export const SCALARS: readonly (readonly [name: string, handler: Handler])[] = [
  ["NONE", (m) => m.push(NONE)],
  ["NEWTRUE", (m) => m.push(TRUE)],
  ["NEWFALSE", (m) => m.push(FALSE)],
  ["BININT", (m) => pushInt(m, m.input.i32())],
  ["BININT1", (m) => pushInt(m, m.input.u8())],
  ["BININT2", (m) => pushInt(m, m.input.u16())],
  ["LONG1", (m) => pushLong(m, m.input.u8())],
  ["LONG4", (m) => pushLong(m, signedLength(m))],
  ["INT", int],
  ["LONG", long],
  ["FLOAT", float],
  ["BINFLOAT", (m) => pushFloat(m, m.input.f64())],
  ["STRING", string],
  ["BINSTRING", (m) => pushByteString(m, signedLength(m))],
  ["SHORT_BINSTRING", (m) => pushByteString(m, m.input.u8())],
  ["UNICODE", unicode],
  ["SHORT_BINUNICODE", (m) => pushUtf8(m, m.input.u8())],
  ["BINUNICODE", (m) => pushUtf8(m, m.input.u32())],
  ["BINUNICODE8", (m) => pushUtf8(m, m.input.u64())],
  ["SHORT_BINBYTES", (m) => pushBytes(m, m.input.u8(), false)],
  ["BINBYTES", (m) => pushBytes(m, m.input.u32(), false)],
  ["BINBYTES8", (m) => pushBytes(m, m.input.u64(), false)],
  ["BYTEARRAY8", (m) => pushBytes(m, m.input.u64(), true)],
];

function pushInt(m: Machine, value: number | bigint): void {
  m.allocate();
  m.push(intValue(value));
}

function pushFloat(m: Machine, value: number): void {
  m.allocate();
  m.push(floatValue(value));
}

function signedLength(m: Machine): number {
  const length = m.input.i32();
  return length < 0 ? m.fail(`a negative length (${length})`) : length;
}

function pushLong(m: Machine, length: number): void {
  const span = m.input.span(length);
  m.spend(length);
  pushInt(m, decodeLong(m.input.bytes(span), m.at));
}

/** INT also spells protocol 0's booleans: `I00` and `I01`. */
function int(m: Machine): void {
  const text = textLine(m);
  if (text === "00" || text === "01") return m.push(text === "01" ? TRUE : FALSE);
  pushIntText(m, text);
}

function long(m: Machine): void {
  const text = textLine(m);
  pushIntText(m, text.endsWith("L") ? text.slice(0, -1) : text);
}

function pushIntText(m: Machine, text: string): void {
  const numeral = readIntText(text, m.at);
  if (numeral.ambiguous !== undefined) m.ambiguous(numeral.ambiguous);
  pushInt(m, numeral.value);
}

function float(m: Machine): void {
  const numeral = readFloatText(textLine(m), m.at);
  if (numeral.ambiguous !== undefined) m.ambiguous(numeral.ambiguous);
  pushFloat(m, numeral.value);
}

const QUOTED = /^(["'])([\s\S]*)\1$/;

function string(m: Machine): void {
  const quoted = QUOTED.exec(textLine(m));
  if (quoted === null) m.fail("a STRING line that is not quoted");
  const text = decodeStringEscape(quoted[2] ?? "", m.at);
  // oxlint-disable-next-line no-control-regex -- all of ASCII is meant
  if (/[^\x00-\x7f]/.test(text)) {
    m.ambiguous("a Python 2 string that is not ASCII: what it is depends on the loader's encoding");
  }
  m.allocate();
  m.push(strValue(text, m.at));
}

function unicode(m: Machine): void {
  const line = m.input.line();
  m.allocate();
  m.spend(line.byteLength);
  m.push(strValue(decodeRawUnicodeEscape(line, m.at), m.at));
}
