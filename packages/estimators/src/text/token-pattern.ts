/*
 * The part of Python's `re` syntax that token patterns are written in, for text (Lib/re/_parser.py). What is left out is
 * refused by name: case-insensitive and verbose patterns, references to groups, conditions, atomic groups, and groups that
 * are repeated while something is captured in them.
 */

/** Characters by code point. */
export type CharTest = (codePoint: number) => boolean;

export type Node =
  | { readonly kind: "set"; readonly test: CharTest }
  | { readonly kind: "sequence"; readonly nodes: readonly Node[] }
  | { readonly kind: "choice"; readonly options: readonly Node[] }
  | {
      readonly kind: "repeat";
      readonly node: Node;
      readonly min: number;
      readonly max: number;
      readonly lazy: boolean;
    }
  | { readonly kind: "capture"; readonly node: Node }
  | {
      readonly kind: "look";
      readonly node: Node;
      readonly behind: number | undefined;
      readonly negative: boolean;
    }
  | {
      readonly kind: "at";
      readonly where: "start" | "end" | "line-start" | "line-end" | "last-line-end" | "boundary";
    };

export interface TokenPattern {
  readonly root: Node;
  /** Whether tokens are what its one group captured. */
  readonly captures: boolean;
  readonly isWord: CharTest;
}

/** Why a pattern is not followed here: the end of a sentence that begins with the pattern. */
export class PatternRefusal extends Error {
  override readonly name = "PatternRefusal";
}

const MAX_LENGTH = 1000;
const MAX_DEPTH = 50;
/** Counts beyond are none that a token pattern has. */
const MAX_COUNT = 100_000;

/** @throws {PatternRefusal} for what is left out, and for what is no pattern */
export function parseTokenPattern(pattern: string): TokenPattern {
  if (pattern.length > MAX_LENGTH) throw new PatternRefusal(`is longer than ${MAX_LENGTH} characters`);
  const parser = new Parser(pattern);
  const root = parser.parse();
  return { root, captures: parser.captures > 0, isWord: parser.sets.word };
}

interface Sets {
  readonly word: CharTest;
  readonly digit: CharTest;
  readonly space: CharTest;
}

const memo = (expression: RegExp): CharTest => {
  const known = new Map<number, boolean>();
  return (c) => {
    const found = known.get(c);
    if (found !== undefined) return found;
    const value = expression.test(String.fromCodePoint(c));
    known.set(c, value);
    return value;
  };
};

/** Python's classes of text: `str.isalnum` or underscore, `str.isdecimal`, `str.isspace`. */
const TEXT: Sets = {
  word: memo(/[\p{L}\p{N}_]/u),
  digit: memo(/\p{Nd}/u),
  space: memo(/[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/u),
};
const ASCII: Sets = {
  word: memo(/[a-zA-Z0-9_]/u),
  digit: memo(/[0-9]/u),
  space: memo(/[ \t\n\r\f\v]/u),
};

const ESCAPES: ReadonlyMap<string, number> = new Map([
  ["a", 7],
  ["f", 12],
  ["n", 10],
  ["r", 13],
  ["t", 9],
  ["v", 11],
]);

class Parser {
  readonly #chars: readonly string[];
  #at = 0;
  #depth = 0;
  #repeatable = true;
  captures = 0;
  sets = TEXT;
  #dotAll = false;
  #multiline = false;

  constructor(pattern: string) {
    this.#chars = Array.from(pattern);
  }

  parse(): Node {
    this.#flags();
    const node = this.#choice();
    if (this.#at < this.#chars.length) throw new PatternRefusal("has an unbalanced parenthesis");
    return node;
  }

  /** Global flags stand at the start. */
  #flags(): void {
    const found = /^\(\?(?<flags>[aiLmsux]+)\)/u.exec(this.#chars.join(""));
    if (found === null) return;
    for (const flag of found.groups?.["flags"] ?? "") {
      if (flag === "a") this.sets = ASCII;
      else if (flag === "s") this.#dotAll = true;
      else if (flag === "m") this.#multiline = true;
      else if (flag !== "u") throw new PatternRefusal(`has the flag ${flag}`);
    }
    this.#at = found[0].length;
  }

  #peek(text: string): boolean {
    return this.#chars.slice(this.#at, this.#at + text.length).join("") === text;
  }

  #take(text: string): boolean {
    if (!this.#peek(text)) return false;
    this.#at += text.length;
    return true;
  }

  #next(): string {
    const c = this.#chars[this.#at];
    if (c === undefined) throw new PatternRefusal("ends too early");
    this.#at++;
    return c;
  }

  #choice(): Node {
    if (++this.#depth > MAX_DEPTH) throw new PatternRefusal(`nests deeper than ${MAX_DEPTH}`);
    const options = [this.#sequence()];
    while (this.#take("|")) options.push(this.#sequence());
    this.#depth--;
    const [only] = options;
    return options.length === 1 && only !== undefined ? only : { kind: "choice", options };
  }

  #sequence(): Node {
    const nodes: Node[] = [];
    while (this.#at < this.#chars.length && !this.#peek("|") && !this.#peek(")")) {
      const before = this.captures;
      this.#repeatable = true;
      const atom = this.#atom();
      nodes.push(this.#repeatable ? this.#repeated(atom, this.captures > before) : atom);
    }
    return { kind: "sequence", nodes };
  }

  #repeated(node: Node, captured: boolean): Node {
    const counts = this.#counts();
    if (counts === undefined) return node;
    const [min, max] = counts;
    const lazy = this.#take("?");
    if (this.#peek("+") || this.#peek("*") || this.#peek("?") || this.#isCount())
      throw new PatternRefusal("repeats a repetition");
    if (captured) throw new PatternRefusal("captures what is repeated");
    if (node.kind !== "set" && !(leastWidth(node) > 0)) throw new PatternRefusal("repeats what may be empty");
    return { kind: "repeat", node, min, max, lazy };
  }

  #isCount(): boolean {
    return /^\{(?:\d+|\d*,\d*)\}/u.test(this.#chars.slice(this.#at, this.#at + 24).join(""));
  }

  #counts(): [number, number] | undefined {
    if (this.#take("*")) return [0, Infinity];
    if (this.#take("+")) return [1, Infinity];
    if (this.#take("?")) return [0, 1];
    const found = /^\{(?<low>\d*)(?<comma>,?)(?<high>\d*)\}/u.exec(
      this.#chars.slice(this.#at, this.#at + 24).join(""),
    );
    const { low = "", comma = "", high = "" } = found?.groups ?? {};
    if (found === null || (low === "" && comma === "")) return undefined;
    this.#at += found[0].length;
    const min = low === "" ? 0 : Number(low);
    const max = comma === "" ? min : high === "" ? Infinity : Number(high);
    if (max < min || min > MAX_COUNT || (max > MAX_COUNT && max !== Infinity))
      throw new PatternRefusal("repeats by impossible counts");
    return [min, max];
  }

  #atom(): Node {
    const c = this.#next();
    switch (c) {
      case ".":
        return { kind: "set", test: this.#dotAll ? () => true : (v) => v !== 10 };
      case "^":
        return this.#position(this.#multiline ? "line-start" : "start");
      case "$":
        return this.#position(this.#multiline ? "line-end" : "last-line-end");
      case "(":
        return this.#group();
      case "[":
        return { kind: "set", test: this.#brackets() };
      case "\\":
        return this.#escape();
      case "*":
      case "+":
      case "?":
        throw new PatternRefusal("repeats nothing");
      default:
        return literal(c.codePointAt(0) ?? 0);
    }
  }

  #position(where: Extract<Node, { kind: "at" }>["where"]): Node {
    this.#repeatable = false;
    if (/^[*+?]/u.test(this.#chars[this.#at] ?? "") || this.#isCount())
      throw new PatternRefusal("repeats a position");
    return { kind: "at", where };
  }

  #group(): Node {
    if (!this.#take("?")) return this.#capture();
    if (this.#take(":")) return this.#closed();
    if (this.#take("P<")) {
      let name = "";
      while (!this.#take(">")) name += this.#next();
      if (!/^[A-Za-z_]\w*$/u.test(name)) throw new PatternRefusal("names a group in a way that is no name");
      return this.#capture();
    }
    const behind = this.#take("<");
    const negative = this.#peek("!");
    if (!this.#take("=") && !this.#take("!"))
      throw new PatternRefusal("has a group of a kind that is not followed");
    const before = this.captures;
    const node = this.#closed();
    if (this.captures > before) throw new PatternRefusal("captures while it looks around");
    const widths = [leastWidth(node), mostWidth(node)];
    if (behind && widths[0] !== widths[1]) throw new PatternRefusal("looks behind by no fixed width");
    this.#repeatable = false;
    if (/^[*+?]/u.test(this.#chars[this.#at] ?? "") || this.#isCount())
      throw new PatternRefusal("repeats a position");
    return { kind: "look", node, behind: behind ? widths[0] : undefined, negative };
  }

  #capture(): Node {
    // More than one makes the library itself refuse the pattern.
    if (++this.captures > 1) throw new PatternRefusal("has more than one capturing group");
    return { kind: "capture", node: this.#closed() };
  }

  #closed(): Node {
    const node = this.#choice();
    if (!this.#take(")")) throw new PatternRefusal("has an unbalanced parenthesis");
    this.#repeatable = true;
    return node;
  }

  #escape(): Node {
    const c = this.#next();
    if (c === "b") return this.#position("boundary");
    if (c === "A") return this.#position("start");
    if (c === "Z") return this.#position("end");
    const test = this.#category(c);
    return test === undefined ? literal(this.#code(c)) : { kind: "set", test };
  }

  #category(c: string): CharTest | undefined {
    const { word, digit, space } = this.sets;
    switch (c) {
      case "w":
        return word;
      case "W":
        return (v) => !word(v);
      case "d":
        return digit;
      case "D":
        return (v) => !digit(v);
      case "s":
        return space;
      case "S":
        return (v) => !space(v);
      default:
        return undefined;
    }
  }

  /** The character that an escape stands for. */
  #code(c: string): number {
    const plain = ESCAPES.get(c);
    if (plain !== undefined) return plain;
    const digits = { x: 2, u: 4, U: 8 }[c];
    if (digits !== undefined) {
      const hex = Array.from({ length: digits }, () => this.#next()).join("");
      const value = /^[0-9a-fA-F]+$/u.test(hex) ? Number.parseInt(hex, 16) : Infinity;
      if (!(value <= 0x10_ff_ff)) throw new PatternRefusal("has an escape of no character");
      return value;
    }
    if (/^[a-zA-Z0-9]$/u.test(c)) throw new PatternRefusal(`has the escape \\${c}`);
    return c.codePointAt(0) ?? 0;
  }

  #brackets(): CharTest {
    const negative = this.#take("^");
    const tests: CharTest[] = [];
    for (let first = true; ; first = false) {
      const c = this.#next();
      if (c === "]" && !first) break;
      const low = this.#member(c);
      if (typeof low === "number" && this.#peek("-") && !this.#peek("-]")) {
        this.#at++;
        const high = this.#member(this.#next());
        if (typeof high !== "number" || high < low) throw new PatternRefusal("has an impossible range");
        tests.push((v) => v >= low && v <= high);
      } else if (typeof low !== "number" && this.#peek("-") && !this.#peek("-]")) {
        throw new PatternRefusal("has an impossible range");
      } else tests.push(typeof low === "number" ? (v) => v === low : low);
    }
    return (v) => tests.some((test) => test(v)) !== negative;
  }

  #member(c: string): number | CharTest {
    if (c !== "\\") return c.codePointAt(0) ?? 0;
    const escaped = this.#next();
    if (escaped === "b") return 8;
    return this.#category(escaped) ?? this.#code(escaped);
  }
}

function literal(code: number): Node {
  return { kind: "set", test: (v) => v === code };
}

/** The fewest characters that a node matches. */
export function leastWidth(node: Node): number {
  return width(node, Math.min);
}

function mostWidth(node: Node): number {
  return width(node, Math.max);
}

function width(node: Node, pick: (...values: number[]) => number): number {
  switch (node.kind) {
    case "set":
      return 1;
    case "sequence":
      return node.nodes.reduce((sum, part) => sum + width(part, pick), 0);
    case "choice":
      return pick(...node.options.map((option) => width(option, pick)));
    case "repeat": {
      const times = pick(node.min, node.max);
      return times === 0 ? 0 : times * width(node.node, pick);
    }
    case "capture":
      return width(node.node, pick);
    case "look":
    case "at":
    default:
      return 0;
  }
}
