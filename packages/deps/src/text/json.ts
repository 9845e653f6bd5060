import type { Span } from "./lines.ts";

export type JsonRecord = Readonly<Record<string, unknown>>;

/**
 * Reads JSON that must be an object.
 * @throws {SyntaxError} when it is not
 */
export function parseJsonRecord(text: string): JsonRecord {
  const record = recordOf(JSON.parse(text));
  if (record === undefined) throw new SyntaxError("it is no JSON object");
  return record;
}

/** An object that is no list; undefined for all else. */
export function recordOf(value: unknown): JsonRecord | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return value as JsonRecord;
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Finds where keys of a JSON text stand, asked in the text's own order. */
export class JsonKeys {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The key's place; the text's beginning where it is written in another way (escapes). */
  find(key: string): Span {
    const quoted = JSON.stringify(key);
    for (let at = this.#text.indexOf(quoted, this.#at); at >= 0; at = this.#text.indexOf(quoted, at + 1)) {
      const end = at + quoted.length;
      if (!this.#isKey(end)) continue;
      this.#at = end;
      return { start: at, end };
    }
    return { start: 0, end: 0 };
  }

  #isKey(end: number): boolean {
    let at = end;
    while (" \t\r\n".includes(this.#text[at] ?? "x")) at++;
    return this.#text[at] === ":";
  }
}
