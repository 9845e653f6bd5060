import type { State } from "../read/state.ts";
import { readScalar } from "../read/array.ts";
import { itemsOf } from "../read/state.ts";
import { badInput } from "../error.ts";
import { MatchBudgetError, tokenFinder } from "./token-matcher.ts";
import { parseTokenPattern, PatternRefusal } from "./token-pattern.ts";
import { ENGLISH_STOP_WORDS } from "./english-stop-words.ts";

export type Analyzer = (text: string) => string[];

/** Python's `str.isspace`, as a character class: not JavaScript's `\s`. */
const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const SPACES = new RegExp(`[${SPACE}]{2,}`, "gu");
const SPACE_RUN = new RegExp(`[${SPACE}]+`, "u");

/** Python's `\w` on text: letters, everything with a numeric value, underscore. */
const WORD = "[\\p{L}\\p{N}_]";
const PATTERNS: ReadonlyMap<string, RegExp> = new Map([
  ["(?u)\\b\\w\\w+\\b", new RegExp(`${WORD}{2,}`, "gu")],
  ["\\b\\w\\w+\\b", new RegExp(`${WORD}{2,}`, "gu")],
  ["(?u)\\b\\w+\\b", new RegExp(`${WORD}+`, "gu")],
  ["\\b\\w+\\b", new RegExp(`${WORD}+`, "gu")],
  ["\\w+", new RegExp(`${WORD}+`, "gu")],
  ["(?u)\\w+", new RegExp(`${WORD}+`, "gu")],
]);

/**
 * `build_analyzer` of a text vectoriser: how a text becomes terms.
 * @throws {EstimatorError} `unsupported` for callables and for token patterns that are not followed here
 */
export function readAnalyzer(state: State): Analyzer {
  if (state.text("input") !== "content") throw state.unsupported("input", "is not 'content'");
  for (const name of ["preprocessor", "tokenizer"]) {
    if (state.given(name)) throw state.unsupported(name, "is a function, which is code");
  }
  const preprocess = readPreprocessor(state);
  const [low, high] = readRange(state);
  switch (state.oneOf("analyzer", ["word", "char", "char_wb"])) {
    case "char":
      return (text) => charGrams(preprocess(text).replace(SPACES, " "), low, high);
    case "char_wb":
      return (text) => boundedGrams(preprocess(text).replace(SPACES, " "), low, high);
    case "word":
    default: {
      const tokenize = readTokenizer(state);
      return (text) => wordGrams(tokenize(preprocess(text)), low, high);
    }
  }
}

function readRange(state: State): [number, number] {
  const [low, high] = itemsOf(state.value("ngram_range"), state.where("ngram_range")).map((v) =>
    readScalar(v, state.where("ngram_range")),
  );
  if (typeof low !== "number" || typeof high !== "number" || low < 1 || high < low || high > 1000)
    throw state.malformed("ngram_range", "is no range");
  return [low, high];
}

function readPreprocessor(state: State): (text: string) => string {
  const lower = state.bool("lowercase");
  const strip = state.given("strip_accents") ? state.oneOf("strip_accents", ["unicode", "ascii"]) : undefined;
  return (text) => {
    const cased = lower ? text.toLowerCase() : text;
    if (strip === undefined) return cased;
    const decomposed = cased.normalize("NFKD");
    if (strip === "ascii") return decomposed.replace(/[^\0-\x7f]/gu, "");
    return /^[\0-\x7f]*$/u.test(cased)
      ? cased
      : Array.from(decomposed)
          .filter((c) => !isCombining(c))
          .join("");
  };
}

/** `unicodedata.combining(c) != 0`: such a character changes places with one of a class below or above its own. */
function isCombining(c: string): boolean {
  if (c < "\u0300") return false;
  return (
    `${c}\u0334`.normalize("NFD") === `\u0334${c}` ||
    `\u0345${c}`.normalize("NFD") === `${c}\u0345` ||
    c === "\u0345"
  );
}

function readTokenizer(state: State): (text: string) => string[] {
  const pattern = state.string("token_pattern");
  const regex = PATTERNS.get(pattern);
  const find = regex === undefined ? readPattern(state, pattern) : (text: string) => text.match(regex) ?? [];
  const stop = readStopWords(state);
  return (text) => find(text).filter((token) => !stop.has(token));
}

/** A pattern of the user's own, as Python reads it. */
function readPattern(state: State, pattern: string): (text: string) => string[] {
  try {
    const find = tokenFinder(parseTokenPattern(pattern));
    return (text) => withinBudget(find, text);
  } catch (error) {
    if (!(error instanceof PatternRefusal)) throw error;
    const shown = JSON.stringify(pattern.slice(0, 80));
    throw state.unsupported(
      "token_pattern",
      `is ${shown}, which ${error.message}: it is not followed natively`,
    );
  }
}

function withinBudget(find: (text: string) => string[], text: string): string[] {
  try {
    return find(text);
  } catch (error) {
    if (error instanceof MatchBudgetError)
      throw badInput(`${error.message} for a text of ${text.length} characters`);
    throw error;
  }
}

function readStopWords(state: State): ReadonlySet<string> {
  if (!state.given("stop_words")) return new Set();
  const value = state.value("stop_words");
  if (value.kind === "str") {
    if (value.value !== "english")
      throw state.unsupported("stop_words", `is ${JSON.stringify(value.value.slice(0, 80))}`);
    return ENGLISH_STOP_WORDS;
  }
  const items = value.kind === "set" ? value.items : itemsOf(value, state.where("stop_words"));
  return new Set(items.map((item) => (item.kind === "str" ? item.value : "")));
}

function wordGrams(tokens: readonly string[], low: number, high: number): string[] {
  const out: string[] = [];
  for (let n = low; n <= Math.min(high, tokens.length); n++) {
    for (let i = 0; i + n <= tokens.length; i++)
      out.push(n === 1 ? tokens[i]! : tokens.slice(i, i + n).join(" "));
  }
  return out;
}

function charGrams(text: string, low: number, high: number): string[] {
  const chars = Array.from(text);
  const out: string[] = [];
  for (let n = low; n <= Math.min(high, chars.length); n++) {
    for (let i = 0; i + n <= chars.length; i++) out.push(chars.slice(i, i + n).join(""));
  }
  return out;
}

/** Within words padded by blanks; a word shorter than n counts once, whole, and ends the word. */
function boundedGrams(text: string, low: number, high: number): string[] {
  const out: string[] = [];
  for (const word of text.split(SPACE_RUN)) {
    if (word === "") continue;
    const chars = Array.from(` ${word} `);
    for (let n = low; n <= high; n++) {
      for (let i = 0; i === 0 || i + n <= chars.length; i++) out.push(chars.slice(i, i + n).join(""));
      if (n >= chars.length) break;
    }
  }
  return out;
}
