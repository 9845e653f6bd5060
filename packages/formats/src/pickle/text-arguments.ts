import { FormatError } from "../context.ts";
import { intValue, NONE, TRUE, FALSE, decodeSurrogatePass } from "./scalars.ts";
import type { Value } from "../value.ts";

/** CPython refuses to convert longer decimal texts (`sys.int_info.default_max_str_digits`). */
const MAX_DIGITS = 4_300;

function ambiguous(what: string, text: string, at: number): never {
  throw new FormatError(
    "ambiguous",
    `${what} is spelt ${JSON.stringify(text.slice(0, 40))}, which unpicklers read differently`,
    at,
  );
}

export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

/** INT: `I01` and `I00` are booleans. C's `strtol` and Python's `int` differ on octal, blanks and underscores. */
export function parseInt10(line: Uint8Array, at: number): Value {
  const text = latin1(line);
  if (text === "00") return FALSE;
  if (text === "01") return TRUE;
  return parseDecimal(text, "an integer", at);
}

/** LONG: a decimal with an optional `L`. */
export function parseLong(line: Uint8Array, at: number): Value {
  return parseDecimal(latin1(line).replace(/L$/u, ""), "a long integer", at);
}

function parseDecimal(text: string, what: string, at: number): Value {
  if (!/^-?(?:0|[1-9][0-9]*)$/u.test(text)) ambiguous(what, text, at);
  if (text.length > MAX_DIGITS) throw new FormatError("budget", `${what} of ${text.length} digits`, at);
  return intValue(BigInt(text));
}

export function parseFloatLine(line: Uint8Array, at: number): Value {
  const text = latin1(line);
  if (/^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/u.test(text))
    return { kind: "float", value: Number(text) };
  const special = new Map([
    ["inf", Infinity],
    ["-inf", -Infinity],
    ["nan", Number.NaN],
    ["-nan", Number.NaN],
  ]).get(text);
  if (special === undefined) ambiguous("a float", text, at);
  return { kind: "float", value: special };
}

/** PUT and GET take a decimal index. */
export function parseIndex(line: Uint8Array, at: number): number {
  const text = latin1(line);
  if (!/^(?:0|[1-9][0-9]{0,9})$/u.test(text)) ambiguous("a memo index", text, at);
  return Number(text);
}

const SIMPLE_ESCAPES = new Map([
  ["\\", "\\"],
  ["'", "'"],
  ['"', '"'],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

/** STRING: a quoted literal. Escapes beyond the plain ones are read differently by different versions. */
export function parseQuoted(line: Uint8Array, at: number): string {
  const text = latin1(line);
  const quote = text[0];
  if (text.length < 2 || (quote !== "'" && quote !== '"') || !text.endsWith(quote))
    ambiguous("a string", text, at);
  const body = text.slice(1, -1);
  if (/[^\x20-\x7e]/u.test(body)) ambiguous("a string", text, at);
  return body.replace(/\\(x[0-9a-fA-F]{2}|.|$)/gu, (_, escape: string) => {
    if (escape.length === 3) return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return SIMPLE_ESCAPES.get(escape) ?? ambiguous("a string", text, at);
  });
}

/** UNICODE: raw-unicode-escape, where only `\u` and `\U` after an odd run of backslashes are escapes. */
export function parseRawUnicode(line: Uint8Array, at: number): string {
  const text = latin1(line);
  return text.replace(
    /\\+(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|[uU])?/gu,
    (run, four?: string, eight?: string) => {
      const slashes = run.length - run.replace(/^\\+/u, "").length;
      if (slashes % 2 === 0 || slashes === run.length) return run;
      const code = Number.parseInt(four ?? eight ?? "", 16);
      if (!(code <= 0x10ffff)) ambiguous("a Unicode string", text, at);
      return "\\".repeat(slashes - 1) + String.fromCodePoint(code);
    },
  );
}

/** The lines of GLOBAL and INST. @throws {FormatError} `malformed` when they are not UTF-8 */
export function parseName(line: Uint8Array): string {
  return decodeSurrogatePass(line);
}

/** PERSID's line. */
export function parsePersistentId(line: Uint8Array, at: number): Value {
  return line.length === 0 ? NONE : { kind: "str", value: latin1(line), offset: at };
}
