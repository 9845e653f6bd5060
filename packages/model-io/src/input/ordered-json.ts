import { invalidInput } from "../errors.ts";

const MAX_DEPTH = 512;

/** Keys of objects in the order of the text, where JavaScript's own order differs. */
const ORDERS = new WeakMap<object, readonly string[]>();

/** A key that JavaScript moves to the front of an object. */
const INDEX_KEY = /"(?:0|[1-9]\d*)"\s*:/u;

/** Whether a JSON text has keys whose order `JSON.parse` would lose. */
export function hasIndexKeys(text: string): boolean {
  return INDEX_KEY.test(text);
}

/** Entries of a parsed object, in the order of its text. */
export function orderedEntries(value: Readonly<Record<string, unknown>>): [string, unknown][] {
  const order = ORDERS.get(value);
  return order === undefined ? Object.entries(value) : order.map((key) => [key, value[key]]);
}

/**
 * Parses JSON whose objects have keys like `"10"`: the order of columns is the order of the text, as in Python.
 * @param text valid JSON; NaN and the infinities of Python are read too
 * @param scalar reads one number or word
 * @throws {ModelkeepError} `INVALID_INPUT` when lists and objects nest too deep
 */
export function parseOrdered(text: string, scalar: (token: string) => unknown): unknown {
  return new Parser(text, scalar).value(0);
}

const SPACE = /[ \t\n\r]*/uy;
const STRING = /"(?:[^"\\]|\\.)*"/uy;
const WORD = /[^\s,:[\]{}"]+/uy;

class Parser {
  readonly #text: string;
  readonly #scalar: (token: string) => unknown;
  #at = 0;

  constructor(text: string, scalar: (token: string) => unknown) {
    this.#text = text;
    this.#scalar = scalar;
  }

  value(depth: number): unknown {
    if (depth > MAX_DEPTH) throw invalidInput(`the input nests deeper than ${MAX_DEPTH} lists and objects`);
    this.#take(SPACE);
    const next = this.#text[this.#at];
    if (next === "{") return this.#object(depth);
    if (next === "[") return this.#list(depth);
    return next === '"' ? this.#string() : this.#scalar(this.#take(WORD));
  }

  #object(depth: number): object {
    const object: Record<string, unknown> = {};
    const keys = new Set<string>();
    this.#each("}", () => {
      const key = this.#string();
      this.#take(SPACE);
      this.#at++; // the colon
      keys.add(key);
      // As JSON.parse does: an own property, whatever its name.
      Object.defineProperty(object, key, {
        value: this.value(depth + 1),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    });
    ORDERS.set(object, [...keys]);
    return object;
  }

  #list(depth: number): unknown[] {
    const list: unknown[] = [];
    this.#each("]", () => list.push(this.value(depth + 1)));
    return list;
  }

  /** The members between a bracket and its end, with commas between them. */
  #each(end: string, member: () => void): void {
    this.#at++;
    this.#take(SPACE);
    while (this.#text[this.#at] !== end) {
      member();
      this.#take(SPACE);
      if (this.#text[this.#at] === ",") this.#at++;
      this.#take(SPACE);
    }
    this.#at++;
  }

  #string(): string {
    return JSON.parse(this.#take(STRING)) as string;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) throw invalidInput("Ensure that input is a valid JSON formatted string.");
    this.#at += found.length;
    return found;
  }
}
