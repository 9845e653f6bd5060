import { SigningError } from "../errors.ts";
import { MAX_DEPTH, MAX_VALUES } from "./limits.ts";
import type { JsonValue } from "./value.ts";

const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ODD = /[\\\u0000-\u001f]/u;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const HEX4 = /[0-9a-fA-F]{4}/y;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

/**
 * Reads a document unit by unit, and says where it is not strict.
 * @throws {SigningError} `bundle-malformed`
 */
export function parseWithPlaces(text: string, what: string): JsonValue {
  return new Parser(text, what).document();
}

class Parser {
  readonly #text: string;
  readonly #what: string;
  #at = 0;
  #depth = 0;
  #values = 0;

  constructor(text: string, what: string) {
    this.#text = text;
    this.#what = what;
  }

  document(): JsonValue {
    const value = this.#value();
    this.#skip();
    if (this.#at < this.#text.length) this.#fail("something follows the document");
    return value;
  }

  #value(): JsonValue {
    this.#skip();
    if (++this.#values > MAX_VALUES) this.#fail(`more than ${MAX_VALUES} values`);
    switch (this.#text.charAt(this.#at)) {
      case "{":
        return this.#nested(() => this.#object());
      case "[":
        return this.#nested(() => this.#array());
      case '"':
        return this.#string();
      case "t":
        return this.#word("true", true);
      case "f":
        return this.#word("false", false);
      case "n":
        return this.#word("null", null);
      default:
        return this.#number();
    }
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) this.#fail(`nested deeper than ${MAX_DEPTH}`);
    this.#at++;
    const value = read();
    this.#depth--;
    return value;
  }

  #object(): JsonValue {
    const object = new Map<string, JsonValue>();
    if (this.#takes("}")) return object;
    do {
      this.#skip();
      if (this.#text[this.#at] !== '"') this.#fail("a key must be a string");
      const key = this.#string();
      if (object.has(key))
        this.#fail(`the key ${JSON.stringify(key.slice(0, 64))} stands twice in one object`);
      if (!this.#takes(":")) this.#fail("':' expected");
      object.set(key, this.#value());
    } while (this.#takes(","));
    if (!this.#takes("}")) this.#fail("',' or '}' expected");
    return object;
  }

  #array(): JsonValue {
    const array: JsonValue[] = [];
    if (this.#takes("]")) return array;
    do array.push(this.#value());
    while (this.#takes(","));
    if (!this.#takes("]")) this.#fail("',' or ']' expected");
    return array;
  }

  #string(): string {
    // Nearly every string is plain up to the next quotation mark: no unit of it is looked at one by one.
    const end = this.#text.indexOf('"', this.#at + 1);
    const plain = end < 0 ? "\\" : this.#text.slice(this.#at + 1, end);
    if (ODD.test(plain)) return this.#oddString();
    this.#at = end + 1;
    return this.#checked(plain);
  }

  #oddString(): string {
    this.#at++;
    let value = this.#matched(PLAIN);
    while (this.#text.charCodeAt(this.#at) === BACKSLASH) value += this.#escape() + this.#matched(PLAIN);
    if (this.#text.charCodeAt(this.#at) !== QUOTE) {
      this.#fail("a string is not closed, or holds a raw control character");
    }
    this.#at++;
    return this.#checked(value);
  }

  #checked(value: string): string {
    return value.isWellFormed() ? value : this.#fail("a string holds half of a surrogate pair");
  }

  #unit(): number {
    return this.#at < this.#text.length ? this.#text.charCodeAt(this.#at) : 0;
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? "";
    this.#at += 2;
    if (letter === "u") {
      const digits = this.#matched(HEX4);
      if (digits === "") this.#fail("four hexadecimal digits expected after \\u");
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    return ESCAPES.get(letter) ?? this.#fail("unknown escape in a string");
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) this.#fail("unknown word");
    this.#at += word.length;
    return value;
  }

  #number(): number {
    const digits = this.#matched(NUMBER);
    const value = Number(digits);
    if (digits === "" || !Number.isFinite(value)) this.#fail("a value expected");
    return value;
  }

  #takes(mark: string): boolean {
    this.#skip();
    if (this.#text[this.#at] !== mark) return false;
    this.#at++;
    return true;
  }

  #skip(): void {
    for (
      let unit = this.#unit();
      unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;
      unit = this.#unit()
    ) {
      this.#at++;
    }
  }

  #matched(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #fail(why: string): never {
    throw new SigningError(
      "bundle-malformed",
      `${this.#what} is not strict JSON: ${why} (at character ${this.#at})`,
    );
  }
}
