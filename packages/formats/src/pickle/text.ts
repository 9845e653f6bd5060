import { isAscii, isUtf8 } from "node:buffer";
import { FormatError } from "../context.ts";

/**
 * UTF-8 with `surrogatepass`, as CPython decodes BINUNICODE: lone surrogates (ED A0..BF xx) are let through.
 * @throws {FormatError} `malformed` where CPython raises `UnicodeDecodeError`
 */
export function decodeUtf8(bytes: Uint8Array, offset: number): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isAscii(buffer)) return buffer.toString("latin1");
  if (isUtf8(buffer)) return buffer.toString("utf8");
  return decodeWithSurrogates(buffer, offset);
}

/** @throws {FormatError} `malformed` unless `decodeUtf8` would succeed */
export function checkUtf8(bytes: Uint8Array, offset: number): void {
  if (!isUtf8(bytes))
    decodeWithSurrogates(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset);
}

/**
 * UTF-8 as CPython decodes the lines of GLOBAL: strict, no surrogates.
 * @throws {FormatError} `malformed`
 */
export function decodeStrictUtf8(bytes: Uint8Array, offset: number): string {
  if (!isUtf8(bytes)) throw new FormatError("malformed", "a name that is not UTF-8", offset);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

function decodeWithSurrogates(buffer: Buffer, offset: number): string {
  const pieces: string[] = [];
  let start = 0;
  for (let at = buffer.indexOf(0xed); at !== -1; at = buffer.indexOf(0xed, at + 1)) {
    if (!isSurrogate(buffer, at)) continue;
    pieces.push(validUtf8(buffer.subarray(start, at), offset));
    const low = buffer.readUInt8(at + 1) & 0x3f;
    pieces.push(String.fromCharCode(0xd000 | (low << 6) | (buffer.readUInt8(at + 2) & 0x3f)));
    start = at + 3;
  }
  pieces.push(validUtf8(buffer.subarray(start), offset));
  return pieces.join("");
}

function isSurrogate(buffer: Buffer, at: number): boolean {
  const second = buffer[at + 1] ?? 0;
  const third = buffer[at + 2] ?? 0;
  return second >= 0xa0 && second <= 0xbf && third >= 0x80 && third <= 0xbf;
}

function validUtf8(bytes: Buffer, offset: number): string {
  if (!isUtf8(bytes)) throw new FormatError("malformed", "a string that is not UTF-8", offset);
  return bytes.toString("utf8");
}

/**
 * Python's `raw-unicode-escape`, which UNICODE lines use: Latin-1 with `\uXXXX` and `\UXXXXXXXX`.
 * @throws {FormatError} `malformed` for a cut-off or too large escape
 */
export function decodeRawUnicodeEscape(bytes: Uint8Array, offset: number): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  if (!text.includes("\\")) return text;
  return text.replaceAll(/\\([\s\S]?)([0-9a-fA-F]{0,8})/gu, (whole: string, kind: string, digits: string) => {
    if (kind !== "u" && kind !== "U") return whole;
    const width = kind === "u" ? 4 : 8;
    const code = Number.parseInt(digits.slice(0, width), 16);
    if (digits.length < width || code > 0x10ffff) {
      throw new FormatError("malformed", "a broken \\u escape in a UNICODE line", offset);
    }
    return String.fromCodePoint(code) + digits.slice(width);
  });
}

const SIMPLE_ESCAPES = new Map([
  ["\\", "\\"],
  ["'", "'"],
  ['"', '"'],
  ["a", "\x07"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
  ["\n", ""],
]);

/**
 * Python's `codecs.escape_decode`, which STRING lines use: the text between the quotes to bytes (as Latin-1).
 * @throws {FormatError} `malformed` for a trailing backslash or a broken `\x`
 */
export function decodeStringEscape(text: string, offset: number): string {
  if (!text.includes("\\")) return text;
  return text.replaceAll(/\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|([\s\S]?))/gu, (whole, octal, hex, other) => {
    if (typeof octal === "string") return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    if (typeof hex === "string") return String.fromCharCode(Number.parseInt(hex, 16));
    if (other === "" || other === "x") {
      throw new FormatError("malformed", "a broken escape in a STRING line", offset);
    }
    // An unknown escape stays as it is, backslash included.
    return SIMPLE_ESCAPES.get(String(other)) ?? whole;
  });
}
