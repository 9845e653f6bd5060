import { invalidInput } from "../errors.ts";
import { hasIndexKeys, parseOrdered } from "./ordered-json.ts";

/** A string with its escapes, or one of the words that Python's json writes and JSON has not. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/gu;
/**
 * Whole numbers that a double may not hold exactly; texts with many digits match too, and cost only time. Digits after
 * a point do not: most floats have that many, and `JSON.parse` reads them as Python does.
 */
const MANY_DIGITS = /(?<![.\d])\d{16,}(?![.\deE])/u;

/**
 * Parses JSON as Python's `json.loads` does: NaN, Infinity and -Infinity are words too, whole numbers stay whole
 * (above 2^53 they are `bigint`), and `orderedEntries` gives an object's keys in the order of the text.
 * @throws {ModelkeepError} `INVALID_INPUT`
 */
export function parsePythonJson(text: string): unknown {
  const words = /NaN|Infinity/u.test(text);
  const plain = words
    ? valid(text.replaceAll(TOKEN, (token) => (token.startsWith('"') ? token : "0")))
    : valid(text);
  return words || MANY_DIGITS.test(text) || hasIndexKeys(text) ? parseOrdered(text, scalar) : plain;
}

/** `JSON.parse` decides what is JSON; the slower parser only reads what passed. */
function valid(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason =
      cause instanceof Error ? cause.message.replaceAll(/\s+/gu, " ").slice(0, 200) : String(cause);
    throw invalidInput(`Ensure that input is a valid JSON formatted string. Error: ${reason}`);
  }
}

const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["true", true],
  ["false", false],
  ["null", null],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

function scalar(token: string): unknown {
  if (WORDS.has(token)) return WORDS.get(token);
  const value = Number(token);
  return !Number.isSafeInteger(value) && /^-?\d+$/u.test(token) ? BigInt(token) : value;
}
