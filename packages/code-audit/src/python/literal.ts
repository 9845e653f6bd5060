import type { Node } from "./node.ts";

/** A string literal without its quotes. */
export interface Literal {
  readonly value: string;
  /** Of bytes rather than text. */
  readonly bytes: boolean;
}

const SIMPLE = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
  ["\\", "\\"],
  ["'", "'"],
  ['"', '"'],
  ["a", "\x07"],
  ["b", "\b"],
  ["f", "\f"],
  ["v", "\v"],
  ["\n", ""],
  ["\r\n", ""],
]);
const ESCAPE = /\\(\r\n|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|N\{[^}]*\}|[0-7]{1,3}|[\s\S])/g;

/** Value of a stretch of a literal's text. @param raw whether a backslash is a backslash */
export function unescaped(text: string, raw: boolean): string {
  if (raw || !text.includes("\\")) return text;
  return text.replace(ESCAPE, (whole, what: string) => {
    const simple = SIMPLE.get(what);
    if (simple !== undefined) return simple;
    if (/^[xuU]./.test(what)) return character(Number.parseInt(what.slice(1), 16));
    if (/^[0-7]/.test(what)) return character(Number.parseInt(what, 8));
    return whole;
  });
}

function character(point: number): string {
  return point <= 0x10ffff ? String.fromCodePoint(point) : "\ufffd";
}

/** The letters before the quotes of a `string` node, lower case. */
export function prefixOf(string: Node, text: string): string {
  const start = string.child("string_start");
  return start === undefined
    ? ""
    : text
        .slice(start.start, start.end)
        .replace(/['"`]+$/, "")
        .toLowerCase();
}

/** Value of a number as Python writes it; undefined for what JavaScript cannot hold. */
export function numberOf(text: string): number | undefined {
  const plain = text.replaceAll("_", "").toLowerCase().replace(/l$/, "");
  const octal = /^0o?[0-7]+$/.test(plain) && plain !== "0";
  const value = octal ? Number.parseInt(plain.replace(/^0o?/, ""), 8) : Number(plain);
  return Number.isFinite(value) ? value : undefined;
}
