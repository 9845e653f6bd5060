import { malformed } from "../error.ts";

/** `key=value` lines of one part of a LightGBM model; a key alone is a switch. */
export type Section = ReadonlyMap<string, string>;

export interface ModelText {
  readonly header: Section;
  readonly trees: readonly Section[];
  /** `pandas_categorical:` behind the parameters, as JSON. */
  readonly categories: string | undefined;
}

/**
 * Splits a LightGBM model (`GBDT::SaveModelToString`): a header, `Tree=0` … in order, `end of trees`.
 * @throws {EstimatorError} `malformed` for another order, and for a key given twice in a section
 */
export function splitModel(text: string): ModelText {
  const lines = text.split(/\r?\n/u);
  const end = lines.indexOf("end of trees");
  if (lines[0]?.trim() !== "tree" || end < 0)
    throw malformed("the LightGBM model has no trees between its header and its end");
  const starts: number[] = [];
  for (let i = 0; i < end; i++) {
    if (!lines[i]!.startsWith("Tree=")) continue;
    if (lines[i] !== `Tree=${starts.length}`)
      throw malformed(`the LightGBM model has ${lines[i]!.slice(0, 40)} where Tree=${starts.length} belongs`);
    starts.push(i);
  }
  const first = starts[0] ?? end;
  const tail = lines.slice(end).findLast((line) => line.startsWith("pandas_categorical:"));
  return {
    header: section(lines.slice(1, first), "the header"),
    trees: starts.map((from, i) => section(lines.slice(from + 1, starts[i + 1] ?? end), `Tree=${i}`)),
    categories: tail?.slice("pandas_categorical:".length).trim(),
  };
}

function section(lines: readonly string[], where: string): Section {
  const out = new Map<string, string>();
  for (const line of lines) {
    if (line.trim() === "") continue;
    const at = line.indexOf("=");
    const key = at < 0 ? line.trim() : line.slice(0, at);
    if (out.has(key))
      throw malformed(`the LightGBM model has ${JSON.stringify(key.slice(0, 40))} twice in ${where}`);
    out.set(key, at < 0 ? "" : line.slice(at + 1));
  }
  return out;
}

/** Getters of one section that say where something is not as it must be. */
export class Part {
  readonly #section: Section;
  readonly where: string;

  constructor(part: Section, where: string) {
    this.#section = part;
    this.where = where;
  }

  has(key: string): boolean {
    return this.#section.has(key);
  }

  text(key: string): string {
    const text = this.#section.get(key);
    if (text === undefined) throw malformed(`${this.where}: ${key} is missing`);
    return text;
  }

  int(key: string, low: number, high: number): number {
    const n = numberOf(this.text(key), `${this.where}: ${key}`);
    if (!Number.isInteger(n) || n < low || n > high)
      throw malformed(`${this.where}: ${key} is ${n}, not a whole number from ${low} to ${high}`);
    return n;
  }

  /** Exactly `count` numbers separated by spaces. */
  numbers(key: string, count: number): Float64Array {
    const words = count === 0 && !this.has(key) ? [] : this.text(key).trim().split(" ").filter(Boolean);
    if (words.length !== count)
      throw malformed(`${this.where}: ${key} has ${words.length} numbers, not ${count}`);
    return Float64Array.from(words, (word) => numberOf(word, `${this.where}: ${key}`));
  }
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/u;

function numberOf(text: string, where: string): number {
  if (NUMBER.test(text)) return Number(text);
  const word = /^([+-]?)inf(?:inity)?$/iu.exec(text);
  if (word !== null) return word[1] === "-" ? -Infinity : Infinity;
  throw malformed(`${where} holds ${JSON.stringify(text.slice(0, 40))}, which is no number`);
}
