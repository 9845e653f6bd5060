import type { Span } from "./lines.ts";

/** A value of TOML with its place. Strings also say where their content begins, when it stands there unescaped. */
export type TomlValue =
  | (Span & { readonly kind: "string"; readonly value: string; readonly content: number | undefined })
  | (Span & { readonly kind: "other"; readonly text: string })
  | (Span & { readonly kind: "array"; readonly items: TomlValue[] })
  | TomlTable;

export type TomlTable = Span & { readonly kind: "table"; readonly entries: Map<string, TomlValue> };

/** Why a text is no TOML, and where. */
export class TomlError extends Error {
  override readonly name = "TomlError";
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const MAX_DEPTH = 60;
const BARE = /[A-Za-z0-9_-]+/uy;
const SPACE = /(?:[ \t])+/uy;
const ATOM = /[A-Za-z0-9_+:.-]+(?: \d\d:[\d:.+Zz-]+)?/uy;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["b", "\b"],
  ["t", "\t"],
  ["n", "\n"],
  ["f", "\f"],
  ["r", "\r"],
  ["e", "\u001b"],
  ['"', '"'],
  ["\\", "\\"],
]);

/**
 * Reads TOML 1.0 with the place of each value (no library keeps them), bounded in depth.
 * @throws {TomlError}
 */
export function parseToml(text: string): TomlTable {
  return new Reader(text).document();
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): TomlTable {
    const root: TomlTable = { kind: "table", entries: new Map(), start: 0, end: this.#text.length };
    let current = root;
    for (;;) {
      this.#skipBlank();
      if (this.#at >= this.#text.length) return root;
      if (this.#text[this.#at] === "[") current = this.#header(root);
      else this.#pair(current, 0);
      this.#endOfLine();
    }
  }

  #header(root: TomlTable): TomlTable {
    const start = this.#at;
    const isArray = this.#text.startsWith("[[", start);
    this.#at += isArray ? 2 : 1;
    const path = this.#key();
    this.#expect(isArray ? "]]" : "]");
    const last = path.at(-1) ?? "";
    const parent = this.#descend(root, path.slice(0, -1));
    const table: TomlTable = { kind: "table", entries: new Map(), start, end: this.#at };
    if (isArray) {
      const known = parent.entries.get(last);
      if (known === undefined)
        parent.entries.set(last, { kind: "array", items: [table], start, end: this.#at });
      else if (known.kind === "array") known.items.push(table);
      else throw this.#fault(`${last} is no array`);
      return table;
    }
    return this.#descend(root, path);
  }

  /** The table at a path, made where it is missing; of an array of tables the last. */
  #descend(root: TomlTable, path: readonly string[]): TomlTable {
    let table = root;
    for (const key of path) {
      const known = table.entries.get(key);
      const next = known?.kind === "array" ? known.items.at(-1) : known;
      if (next === undefined) {
        const made: TomlTable = { kind: "table", entries: new Map(), start: this.#at, end: this.#at };
        table.entries.set(key, made);
        table = made;
      } else if (next.kind === "table") table = next;
      else throw this.#fault(`${key} is no table`);
    }
    return table;
  }

  #pair(table: TomlTable, depth: number): void {
    const path = this.#key();
    this.#expect("=");
    this.#skip(SPACE);
    const owner = this.#descend(table, path.slice(0, -1));
    const last = path.at(-1) ?? "";
    if (owner.entries.has(last)) throw this.#fault(`${last} is there twice`);
    owner.entries.set(last, this.#value(depth));
  }

  #key(): string[] {
    const path: string[] = [];
    for (;;) {
      this.#skip(SPACE);
      const character = this.#text[this.#at];
      path.push(character === '"' || character === "'" ? this.#string().value : this.#match(BARE, "a key"));
      this.#skip(SPACE);
      if (path.length > MAX_DEPTH) throw this.#fault("a key has too many parts");
      if (this.#text[this.#at] !== ".") return path;
      this.#at++;
    }
  }

  #value(depth: number): TomlValue {
    if (depth > MAX_DEPTH) throw this.#fault("nested too deeply");
    const character = this.#text[this.#at];
    if (character === '"' || character === "'") return this.#string();
    if (character === "[") return this.#array(depth);
    if (character === "{") return this.#inline(depth);
    const start = this.#at;
    return { kind: "other", text: this.#match(ATOM, "a value"), start, end: this.#at };
  }

  #array(depth: number): TomlValue {
    const start = this.#at++;
    const items: TomlValue[] = [];
    for (;;) {
      this.#skipBlank();
      if (this.#take("]")) return { kind: "array", items, start, end: this.#at };
      items.push(this.#value(depth + 1));
      this.#skipBlank();
      if (!this.#take(",") && this.#text[this.#at] !== "]") throw this.#fault("expected , or ]");
    }
  }

  #inline(depth: number): TomlValue {
    const start = this.#at++;
    const table: TomlTable = { kind: "table", entries: new Map(), start, end: start };
    for (;;) {
      this.#skipBlank();
      if (this.#take("}")) return { ...table, end: this.#at };
      this.#pair(table, depth + 1);
      this.#skipBlank();
      if (!this.#take(",") && this.#text[this.#at] !== "}") throw this.#fault("expected , or }");
    }
  }

  #string(): Extract<TomlValue, { kind: "string" }> {
    const start = this.#at;
    const quote = this.#text[start] ?? "";
    const isLong = this.#text.startsWith(quote.repeat(3), start);
    const mark = isLong ? quote.repeat(3) : quote;
    this.#at += mark.length;
    if (isLong) this.#at += /^\r?\n/u.exec(this.#text.slice(this.#at, this.#at + 2))?.[0].length ?? 0;
    const content = this.#at;
    const end = this.#closing(mark, isLong);
    const raw = this.#text.slice(content, end);
    this.#at = end + mark.length;
    const escaped = quote === '"' && raw.includes("\\");
    const value = escaped ? this.#unescape(raw) : raw;
    return { kind: "string", value, content: escaped ? undefined : content, start, end: this.#at };
  }

  /** Where the string that was opened with `mark` ends. */
  #closing(mark: string, isLong: boolean): number {
    const quote = mark[0] ?? "";
    for (let at = this.#at; at < this.#text.length; at++) {
      const character = this.#text[at];
      if (character === "\n" && !isLong) break;
      if (character === "\\" && quote === '"') at++;
      else if (this.#text.startsWith(mark, at)) {
        return isLong ? at + this.#ownQuotes(at + mark.length, quote) : at;
      }
    }
    throw this.#fault("a text without end");
  }

  /** A long string may end in one or two quotes of its own. */
  #ownQuotes(at: number, quote: string): number {
    if (this.#text[at] !== quote) return 0;
    return this.#text[at + 1] === quote ? 2 : 1;
  }

  #unescape(raw: string): string {
    return raw.replaceAll(
      /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2})|[ \t]*\r?\n[ \t\r\n]*|(.))/gsu,
      (_all, four?: string, eight?: string, two?: string, one?: string) => {
        const hex = four ?? eight ?? two;
        if (hex !== undefined) return this.#character(Number.parseInt(hex, 16));
        if (one === undefined) return "";
        const known = ESCAPES.get(one);
        if (known === undefined) throw this.#fault(`an unknown escape \\${one}`);
        return known;
      },
    );
  }

  #character(point: number): string {
    if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
      throw this.#fault("an escape that is no character");
    return String.fromCodePoint(point);
  }

  #endOfLine(): void {
    this.#skip(SPACE);
    const character = this.#text[this.#at];
    const ends = character === undefined || character === "\n" || character === "\r" || character === "#";
    if (!ends) throw this.#fault("something after the end of a value");
  }

  #expect(text: string): void {
    this.#skip(SPACE);
    if (!this.#text.startsWith(text, this.#at)) throw this.#fault(`expected ${text}`);
    this.#at += text.length;
  }

  #take(character: string): boolean {
    const is = this.#text[this.#at] === character;
    if (is) this.#at++;
    return is;
  }

  #skip(pattern: RegExp): void {
    pattern.lastIndex = this.#at;
    if (pattern.test(this.#text)) this.#at = pattern.lastIndex;
  }

  /** Spaces, lines and comments: counted by hand, for a file may be nothing else. */
  #skipBlank(): void {
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at];
      if (character === "#") {
        const end = this.#text.indexOf("\n", this.#at);
        this.#at = end < 0 ? this.#text.length : end;
      } else if (character !== " " && character !== "\t" && character !== "\r" && character !== "\n") return;
    }
  }

  #match(pattern: RegExp, what: string): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) throw this.#fault(`expected ${what}`);
    this.#at += found.length;
    return found;
  }

  #fault(message: string): TomlError {
    return new TomlError(message, this.#at);
  }
}

/** The table at a path of keys. */
export function tableAt(table: TomlTable | undefined, ...path: readonly string[]): TomlTable | undefined {
  const found = valueAt(table, ...path);
  return found?.kind === "table" ? found : undefined;
}

/** The value at a path of keys. */
export function valueAt(table: TomlTable | undefined, ...path: readonly string[]): TomlValue | undefined {
  let value: TomlValue | undefined = table;
  for (const key of path) value = value?.kind === "table" ? value.entries.get(key) : undefined;
  return value;
}

/** The text at a path of keys. */
export function textAt(table: TomlTable | undefined, ...path: readonly string[]): string | undefined {
  const found = valueAt(table, ...path);
  return found?.kind === "string" ? found.value : undefined;
}

/** The items of the array at a path of keys; none when there is none. */
export function itemsAt(table: TomlTable | undefined, ...path: readonly string[]): readonly TomlValue[] {
  const found = valueAt(table, ...path);
  return found?.kind === "array" ? found.items : [];
}
