import type { Node, TokenPattern } from "./token-pattern.ts";

/*
 * Matches as CPython's `sre` does: by backtracking, of alternatives the first, and after an empty match one that is not at
 * the same place. Its own steps are counted, so that no pattern makes the process hang.
 */

/** So many steps for each character, and some for short texts. */
const STEPS_EACH = 2000;
const STEPS = 200_000;
/** Repetitions of groups, which are calls within calls. */
const MAX_NESTED = 500;

/** A text that takes more steps than any token pattern should. */
export class MatchBudgetError extends Error {
  override readonly name = "MatchBudgetError";
}

/** Where the rest of the pattern ends when this part ends there, or −1. */
type Rest = (at: number) => number;
type Matcher = (at: number, rest: Rest) => number;

/**
 * `re.findall` of a pattern.
 * @returns a function that throws `MatchBudgetError` for a text that takes too long
 */
export function tokenFinder(pattern: TokenPattern): (text: string) => string[] {
  return (text) => new Search(pattern, text).all();
}

class Search {
  readonly #text: readonly string[];
  readonly #codes: Uint32Array;
  readonly #pattern: TokenPattern;
  readonly #match: Matcher;
  #steps = 0;
  #nested = 0;
  #group: readonly [number, number] | undefined;

  constructor(pattern: TokenPattern, text: string) {
    this.#pattern = pattern;
    this.#text = Array.from(text);
    this.#codes = Uint32Array.from(this.#text, (c) => c.codePointAt(0) ?? 0);
    this.#steps = STEPS + STEPS_EACH * this.#codes.length;
    this.#match = this.#compile(pattern.root);
  }

  all(): string[] {
    try {
      return this.#all();
    } catch (error) {
      if (error instanceof RangeError) throw new MatchBudgetError("The token pattern nests too deeply");
      throw error;
    }
  }

  #all(): string[] {
    const out: string[] = [];
    let must = false;
    for (let at = 0; at <= this.#codes.length; ) {
      const found = this.#search(at, must);
      if (found === undefined) break;
      const [start, end] = found;
      const [from, to] = this.#pattern.captures ? (this.#group ?? [0, 0]) : found;
      out.push(this.#text.slice(from, to).join(""));
      must = end === start;
      at = end;
    }
    return out;
  }

  /** The first match from a place on; at the place itself it must not be empty when the last one was. */
  #search(from: number, must: boolean): readonly [number, number] | undefined {
    for (let start = from; start <= this.#codes.length; start++) {
      this.#group = undefined;
      const end = this.#match(start, (at) => (must && start === from && at === start ? -1 : at));
      if (end >= 0) return [start, end];
    }
    return undefined;
  }

  #step(count = 1): void {
    this.#steps -= count;
    if (this.#steps < 0) throw new MatchBudgetError("The token pattern takes too many steps");
  }

  #compile(node: Node): Matcher {
    switch (node.kind) {
      case "set":
        return (at, rest) => {
          this.#step();
          return at < this.#codes.length && node.test(this.#codes[at]!) ? rest(at + 1) : -1;
        };
      case "sequence":
        return node.nodes
          .map((part) => this.#compile(part))
          .reduceRight<Matcher>(
            (after, part) => (at, rest) => part(at, (end) => after(end, rest)),
            (at, rest) => rest(at),
          );
      case "choice":
        return this.#choice(node.options.map((option) => this.#compile(option)));
      case "repeat":
        return node.node.kind === "set" ? this.#run(node, node.node.test) : this.#loop(node);
      case "capture":
        return this.#capture(this.#compile(node.node));
      case "look":
        return this.#look(node);
      case "at":
      default:
        return (at, rest) => {
          this.#step();
          return this.#stands(node.where, at) ? rest(at) : -1;
        };
    }
  }

  #choice(options: readonly Matcher[]): Matcher {
    return (at, rest) => {
      for (const option of options) {
        this.#step();
        const end = option(at, rest);
        if (end >= 0) return end;
      }
      return -1;
    };
  }

  /** Single characters, without a call for each. */
  #run({ min, max, lazy }: Extract<Node, { kind: "repeat" }>, test: (code: number) => boolean): Matcher {
    return (at, rest) => {
      let most = at;
      const limit = Math.min(this.#codes.length, at + max);
      const enough = lazy ? Math.min(limit, at + min) : limit;
      while (most < enough && test(this.#codes[most]!)) most++;
      this.#step(most - at + 1);
      if (most - at < min) return -1;
      if (!lazy) {
        for (let end = most; end >= at + min; end--) {
          this.#step();
          const found = rest(end);
          if (found >= 0) return found;
        }
        return -1;
      }
      for (let end = most; ; end++) {
        this.#step();
        const found = rest(end);
        if (found >= 0) return found;
        if (end >= limit || !test(this.#codes[end]!)) return -1;
      }
    };
  }

  #loop({ node, min, max, lazy }: Extract<Node, { kind: "repeat" }>): Matcher {
    const body = this.#compile(node);
    const again = (at: number, count: number, rest: Rest): number => {
      this.#step();
      if (++this.#nested > MAX_NESTED)
        throw new MatchBudgetError("The token pattern repeats a group too often");
      const more = (): number => (count < max ? body(at, (end) => again(end, count + 1, rest)) : -1);
      let end = -1;
      if (count < min) end = more();
      else if (lazy) {
        end = rest(at);
        if (end < 0) end = more();
      } else {
        end = more();
        if (end < 0) end = rest(at);
      }
      this.#nested--;
      return end;
    };
    return (at, rest) => again(at, 0, rest);
  }

  #capture(body: Matcher): Matcher {
    return (at, rest) =>
      body(at, (end) => {
        const before = this.#group;
        this.#group = [at, end];
        const found = rest(end);
        if (found < 0) this.#group = before;
        return found;
      });
  }

  #look({ node, behind, negative }: Extract<Node, { kind: "look" }>): Matcher {
    const body = this.#compile(node);
    return (at, rest) => {
      const start = at - (behind ?? 0);
      const there = start >= 0 && body(start, (end) => (behind === undefined || end === at ? end : -1)) >= 0;
      return there === negative ? -1 : rest(at);
    };
  }

  #stands(where: Extract<Node, { kind: "at" }>["where"], at: number): boolean {
    const codes = this.#codes;
    switch (where) {
      case "start":
        return at === 0;
      case "end":
        return at === codes.length;
      case "line-start":
        return at === 0 || codes[at - 1] === 10;
      case "line-end":
        return at === codes.length || codes[at] === 10;
      case "last-line-end":
        return at === codes.length || (at === codes.length - 1 && codes[at] === 10);
      case "boundary":
      default:
        return this.#isWord(at - 1) !== this.#isWord(at);
    }
  }

  #isWord(at: number): boolean {
    return at >= 0 && at < this.#codes.length && this.#pattern.isWord(this.#codes[at]!);
  }
}
