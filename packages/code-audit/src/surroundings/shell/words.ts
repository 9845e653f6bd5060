import type { Mapped } from "../common/mapped.ts";
import type { Part, Script, Word } from "./syntax.ts";

const META = new Set([" ", "\t", "\n", "\r", ";", "&", "|", "<", ">", "(", ")"]);
const NAME = /[A-Za-z_][A-Za-z0-9_]*/uy;
/** Longer loops over one word would be quadratic in hostile files. */
const WORD_LIMIT = 200_000;

/** Reads the script within a substitution; given by the reader of scripts, which is given this module. */
export type ReadScript = (source: Mapped, depth: number) => Script;

/** Reads one word; `at` ends behind it. @see POSIX.1-2017, Shell Command Language, 2.2 and 2.6 */
export class WordReader {
  readonly #source: Mapped;
  readonly #text: string;
  readonly #depth: number;
  readonly #readScript: ReadScript;
  at: number;
  /** A quote or bracket that never ends. */
  broken = false;
  #parts: Part[] = [];

  constructor(source: Mapped, at: number, depth: number, readScript: ReadScript) {
    this.#source = source;
    this.#text = source.text;
    this.at = at;
    this.#depth = depth;
    this.#readScript = readScript;
  }

  read(): Word {
    const start = this.at;
    while (this.at < this.#text.length && this.at - start < WORD_LIMIT) {
      const character = this.#text[this.at] ?? "";
      if (META.has(character) && !this.#startsProcess(character, start)) break;
      this.#unquoted(character);
    }
    return { parts: this.#parts, start, end: this.at };
  }

  /** `<(…)` and `>(…)` are words; other `<` end one. */
  #startsProcess(character: string, start: number): boolean {
    return (character === "<" || character === ">") && this.at === start && this.#text[this.at + 1] === "(";
  }

  #unquoted(character: string): void {
    if (character === "\\") return this.#escape(false);
    if (character === "'") return this.#single(this.at + 1, false);
    if (character === '"') return this.#double();
    if (character === "<" || character === ">") return this.#substitution(2, ")", false);
    if (character === "`") return this.#backticks(false);
    if (character === "$") return this.#dollar(false);
    if (character === "{" && this.#text[this.at + 1] === "{") return this.#expression(2, false);
    this.#push(character, false);
    this.at++;
  }

  #push(text: string, quoted: boolean, start = this.at): void {
    const last = this.#parts.at(-1);
    if (last?.kind === "text" && last.quoted === quoted) {
      this.#parts[this.#parts.length - 1] = { ...last, text: last.text + text };
    } else this.#parts.push({ kind: "text", text, quoted, start });
  }

  #escape(quoted: boolean): void {
    const next = this.#text[this.at + 1];
    if (next === "\r" && this.#text[this.at + 2] === "\n") this.at++;
    else if (next !== undefined && next !== "\n") {
      const kept = quoted && !/["\\$`]/u.test(next) ? `\\${next}` : next;
      this.#push(kept, true);
    }
    this.at += 2;
  }

  #single(start: number, dollar: boolean): void {
    let end = dollar ? this.#unescaped("'", start) : this.#text.indexOf("'", start);
    if (end < 0) {
      this.broken = true;
      end = this.#text.length;
    }
    this.#parts.push({ kind: "text", text: this.#text.slice(start, end), quoted: true, start });
    this.at = end + 1;
  }

  #double(): void {
    this.at++;
    if (this.#text[this.at] === '"')
      this.#parts.push({ kind: "text", text: "", quoted: true, start: this.at });
    while (this.at < this.#text.length) {
      const character = this.#text[this.at] ?? "";
      if (character === '"') {
        this.at++;
        return;
      }
      this.#withinDouble(character);
    }
    this.broken = true;
  }

  #withinDouble(character: string): void {
    if (character === "\\") return this.#escape(true);
    if (character === "`") return this.#backticks(true);
    if (character === "$") return this.#dollar(true);
    if (character === "{" && this.#text[this.at + 1] === "{") return this.#expression(2, true);
    this.#push(character, true);
    this.at++;
  }

  #dollar(quoted: boolean): void {
    const next = this.#text[this.at + 1] ?? "";
    if (this.#text.startsWith("${{", this.at)) return this.#expression(3, quoted);
    if (this.#text.startsWith("$((", this.at)) return this.#arithmetic(quoted);
    if (next === "(") return this.#substitution(2, ")", quoted);
    if (next === "{") return this.#braces(quoted);
    if (!quoted && next === "'") return this.#single(this.at + 2, true);
    NAME.lastIndex = this.at + 1;
    const name = NAME.exec(this.#text)?.[0] ?? (/[0-9@*#?$!-]/u.test(next) ? next : "");
    if (name === "") this.#push("$", quoted);
    else this.#parts.push({ kind: "variable", name, quoted, start: this.at });
    this.at += 1 + name.length;
  }

  #expression(open: number, quoted: boolean): void {
    const end = this.#text.indexOf("}}", this.at + open);
    if (end < 0) {
      this.#push(this.#text[this.at] ?? "", quoted);
      this.at++;
      return;
    }
    const text = this.#text.slice(this.at + open, end).trim();
    this.#parts.push({ kind: "expression", text, quoted, start: this.at });
    this.at = end + 2;
  }

  #arithmetic(quoted: boolean): void {
    const end = this.#text.indexOf("))", this.at + 3);
    this.#push(end < 0 ? "$((" : "0", quoted);
    this.at = end < 0 ? this.at + 3 : end + 2;
  }

  #braces(quoted: boolean): void {
    const end = this.#closing(this.at + 2, "{", "}");
    const inside = this.#text.slice(this.at + 2, end);
    const match = /^[!#]?([A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-])(?:\[[^\]]*\])?(?::?[-=](.*))?/su.exec(inside);
    const name = match?.[1] ?? "";
    const fallback = match?.[2];
    // All of an array are words of their own, in quotes too.
    const whole = inside.endsWith("[@]") || inside.endsWith("[*]");
    const base = { kind: "variable", name, quoted: quoted && !whole, start: this.at } as const;
    this.#parts.push(
      fallback === undefined ? base : { ...base, fallback: fallback.replaceAll(/["']/gu, "") },
    );
    this.at = end + 1;
  }

  #substitution(open: number, close: string, quoted: boolean): void {
    const end = this.#closing(this.at + open, "(", close);
    this.#nested(this.at + open, end, quoted);
    this.at = end + 1;
  }

  #backticks(quoted: boolean): void {
    let end = this.#unescaped("`", this.at + 1);
    if (end < 0) {
      this.broken = true;
      end = this.#text.length;
    }
    this.#nested(this.at + 1, end, quoted);
    this.at = end + 1;
  }

  #nested(start: number, end: number, quoted: boolean): void {
    const script = this.#readScript(this.#source.slice(start, end), this.#depth + 1);
    this.#parts.push({ kind: "substitution", script, quoted, start: this.at });
  }

  /** Position of the bracket that closes, quotes and nesting respected; the text's end when there is none. */
  #closing(from: number, open: string, close: string): number {
    let depth = 1;
    for (let at = from; at < this.#text.length; at++) {
      const character = this.#text[at];
      if (character === "\\") at++;
      else if (character === "'" && open === "(") at = this.#skip("'", at);
      else if (character === '"' && open === "(") at = this.#skip('"', at);
      else if (character === open) depth++;
      else if (character === close && --depth === 0) return at;
    }
    this.broken = true;
    return this.#text.length;
  }

  #skip(quote: string, from: number): number {
    const end = quote === '"' ? this.#unescaped(quote, from + 1) : this.#text.indexOf(quote, from + 1);
    return end < 0 ? this.#text.length : end;
  }

  /** Position of the next quote that no backslash precedes; -1 when there is none. */
  #unescaped(quote: string, from: number): number {
    let end = this.#text.indexOf(quote, from);
    while (end > 0 && this.#text[end - 1] === "\\") end = this.#text.indexOf(quote, end + 1);
    return end;
  }
}
