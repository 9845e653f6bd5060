import { MAX_DEPTH, MAX_VALUES } from "./limits.ts";
import { type JsonValue, seen } from "./value.ts";

/**
 * Reads a document that is plainly strict: no escapes, few values, little depth, no key twice. Most of the work is
 * the engine's own parser's.
 * @returns undefined when it is not plainly so: the slow reader then decides, and finds the place
 */
export function parsePlain(text: string): JsonValue | undefined {
  const pairs = text.includes("\\") ? undefined : countPairs(text);
  if (pairs === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    // The engine keeps one of two equal keys: then there are fewer keys than colons.
    return countKeys(value) === pairs ? seen(value) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Counts the colons outside of strings, before anything is built; undefined beyond the limits. */
function countPairs(text: string): number | undefined {
  let [pairs, values, depth] = [0, 1, 0];
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = text.indexOf('"', at + 1);
        if (at < 0) return undefined;
        break;
      case 0x3a: // :
        pairs++;
        break;
      case 0x2c: // ,
        values++;
        break;
      case 0x5b: // [
      case 0x7b: // {
        values++;
        if (++depth > MAX_DEPTH) return undefined;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
    }
  }
  return values > MAX_VALUES ? undefined : pairs;
}

/** All keys of all objects; not a number when a number is beyond doubles. Recursion was bounded with the depth. */
function countKeys(value: unknown): number {
  if (typeof value === "number") return Number.isFinite(value) ? 0 : Number.NaN;
  if (typeof value !== "object" || value === null) return 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + countKeys(one), 0);
  let keys = 0;
  for (const one of Object.values(value)) keys += 1 + countKeys(one);
  return keys;
}
