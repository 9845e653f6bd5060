import { FormatError } from "../context.ts";

/** A number written with a fraction or an exponent: `1.0` is a float to Python, `1` is not. */
export class JsonFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/**
 * JSON as plain data, integers apart from floats. Objects are maps in order of insertion, so that no name is special.
 */
export type Json = null | boolean | number | bigint | JsonFloat | string | JsonArray | JsonObject;
export type JsonArray = Json[];
export type JsonObject = Map<string, Json>;

/** Deeper than any real document; Python's own parser gives up at about 1,000. */
const MAX_DEPTH = 900;

/** One JSON token; numbers as Python's `json` reads them, with `NaN` and `Infinity`. */
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const SPACE = /[ \t\n\r]*/y;
// Control characters end the run: JSON forbids them inside strings.
// oxlint-disable-next-line no-control-regex
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const CONSTANTS: readonly (readonly [string, Json])[] = [
  ["null", null],
  ["true", true],
  ["false", false],
  ["NaN", new JsonFloat(Number.NaN)],
  ["Infinity", new JsonFloat(Number.POSITIVE_INFINITY)],
  ["-Infinity", new JsonFloat(Number.NEGATIVE_INFINITY)],
];
const ESCAPES = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

/** Called for each value; the parser itself keeps nothing but open containers. */
interface Open {
  readonly container: JsonArray | JsonObject;
  key: string | undefined;
  /** Nothing may follow the last comma. */
  afterComma: boolean;
}

/**
 * Parses a JSON text (RFC 8259, and the constants that Python's `json` adds), without recursion.
 * Integers beyond 2^53 become `bigint`, as they are integers in Python.
 *
 * @throws {FormatError} `malformed` for anything but one document, `ambiguous` for a repeated key: readers differ on
 *   which one counts, `budget` for extreme nesting. Offsets are in UTF-16 units of `text`.
 */
export function parseJson(text: string): Json {
  return new JsonParser(text).document();
}

/** As `parseJson`, and where each object and array begins. */
export function parseJsonLocated(text: string): { value: Json; offsetOf: (container: Json) => number } {
  const offsets = new Map<Json, number>();
  const value = new JsonParser(text, offsets).document();
  return { value, offsetOf: (container) => offsets.get(container) ?? 0 };
}

/**
 * Whether a text is one JSON document, keeping nothing of it: a tree would take many times the text's memory.
 * @throws {FormatError} as `parseJson`
 */
export function checkJson(text: string): void {
  new JsonParser(text, undefined, false).document();
}

class JsonParser {
  readonly #text: string;
  readonly #open: Open[] = [];
  readonly #offsets: Map<Json, number> | undefined;
  /** False: values are dropped as soon as they are read; of open objects the keys stay. */
  readonly #keep: boolean;
  #at = 0;

  constructor(text: string, offsets?: Map<Json, number>, keep = true) {
    this.#text = text;
    this.#offsets = offsets;
    this.#keep = keep;
  }

  document(): Json {
    for (;;) {
      this.#space();
      let value = this.#begin();
      while (value !== undefined) {
        const top = this.#open.at(-1);
        if (top === undefined) return this.#end(value);
        this.#put(top, value);
        value = this.#next(top);
      }
    }
  }

  #end(value: Json): Json {
    this.#space();
    if (this.#at !== this.#text.length) throw this.#fault("text follows the document");
    return value;
  }

  /** Starts the next value. @returns it when complete, undefined when a container was opened */
  #begin(): Json | undefined {
    const top = this.#open.at(-1);
    const char = this.#text[this.#at];
    if (top !== undefined && char === closing(top) && !top.afterComma) return this.#close();
    if (top !== undefined && top.container instanceof Map) top.key = this.#key(top.container);
    const first = this.#text[this.#at];
    if (first === "{") return this.#openContainer(new Map());
    if (first === "[") return this.#openContainer([]);
    if (first === '"') return this.#string();
    return this.#scalar();
  }

  #openContainer(container: JsonArray | JsonObject): undefined {
    if (this.#open.length >= MAX_DEPTH) throw new FormatError("budget", "JSON nests too deep", this.#at);
    this.#offsets?.set(container, this.#at);
    this.#at++;
    this.#open.push({ container, key: undefined, afterComma: false });
    return undefined;
  }

  #close(): Json {
    this.#at++;
    const closed = this.#open.pop();
    if (closed === undefined) throw this.#fault("nothing to close");
    return closed.container;
  }

  #put(top: Open, value: Json): void {
    if (!Array.isArray(top.container)) top.container.set(top.key ?? "", this.#keep ? value : null);
    else if (this.#keep) top.container.push(value);
  }

  /** After a value inside `top`: a comma (undefined), or the closing bracket (the container itself). */
  #next(top: Open): Json | undefined {
    this.#space();
    const char = this.#text[this.#at];
    if (char === closing(top)) return this.#close();
    if (char !== ",") throw this.#fault("a comma or a closing bracket is missing");
    this.#at++;
    top.afterComma = true;
    return undefined;
  }

  #key(object: JsonObject): string {
    const at = this.#at;
    if (this.#text[at] !== '"') throw this.#fault("a key is missing");
    const key = this.#string();
    if (object.has(key))
      throw new FormatError("ambiguous", `JSON key ${JSON.stringify(key)} is there twice`, at);
    this.#space();
    if (this.#text[this.#at] !== ":") throw this.#fault("a colon is missing");
    this.#at++;
    this.#space();
    return key;
  }

  #scalar(): Json {
    for (const [word, value] of CONSTANTS) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (match === null) throw this.#fault("a value is missing");
    this.#at = NUMBER.lastIndex;
    return numberOf(match[0], match[1] !== undefined || match[2] !== undefined, this.#at);
  }

  #string(): string {
    let result = "";
    this.#at++;
    for (;;) {
      PLAIN.lastIndex = this.#at;
      PLAIN.exec(this.#text);
      result += this.#text.slice(this.#at, PLAIN.lastIndex);
      this.#at = PLAIN.lastIndex;
      const char = this.#text[this.#at++];
      if (char === '"') return result;
      if (char !== "\\") throw this.#fault("a string is not closed");
      result += this.#escape();
    }
  }

  #escape(): string {
    const char = this.#text[this.#at++] ?? "";
    const simple = ESCAPES.get(char);
    if (simple !== undefined) return simple;
    const digits = this.#text.slice(this.#at, this.#at + 4);
    if (char !== "u" || !/^[0-9a-fA-F]{4}$/.test(digits)) throw this.#fault("unknown escape");
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #space(): void {
    SPACE.lastIndex = this.#at;
    SPACE.exec(this.#text);
    this.#at = SPACE.lastIndex;
  }

  #fault(what: string): FormatError {
    return new FormatError("malformed", `not JSON: ${what}`, this.#at);
  }
}

function closing(open: Open): string {
  return Array.isArray(open.container) ? "]" : "}";
}

/** CPython refuses integers of more digits than this, because converting them takes quadratic time. */
const MAX_INTEGER_DIGITS = 4300;

function numberOf(text: string, isFloat: boolean, at: number): number | bigint | JsonFloat {
  const value = Number(text);
  if (isFloat) return new JsonFloat(value);
  // `-0` is the integer 0 in Python.
  if (Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  if (text.length > MAX_INTEGER_DIGITS)
    throw new FormatError("budget", "JSON integer of too many digits", at);
  return BigInt(text);
}
