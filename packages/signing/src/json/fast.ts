import { MAX_DEPTH, MAX_VALUES } from "./limits.ts";
import type { JsonValue } from "./value.ts";

/**
 * Reads a document that is plainly strict: no escapes, few values, little depth, no key twice. Most of the work is
 * the engine's own parser's.
 * @returns undefined when it is not plainly so: the slow reader then decides, and finds the place
 */
export function parsePlain(text: string): JsonValue | undefined {
  const pairs = text.includes("\\") ? undefined : countPairs(text);
  if (pairs === undefined) return undefined;
  try {
    const converter = new Converter();
    const value = converter.convert(JSON.parse(text));
    // The engine keeps one of two equal keys: then there are fewer keys than colons.
    return converter.sound && converter.keys === pairs ? value : undefined;
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

class Converter {
  keys = 0;
  sound = true;

  /** Recursion is as deep as the document, which was bounded. */
  convert(value: unknown): JsonValue {
    if (typeof value === "object" && value !== null) {
      return Array.isArray(value) ? value.map((one) => this.convert(one)) : this.#object(value);
    }
    if (typeof value === "number" && !Number.isFinite(value)) this.sound = false;
    if (
      value === null ||
      typeof value === "string" ||
      typeof value === "number" ||
      typeof value === "boolean"
    ) {
      return value;
    }
    this.sound = false;
    return null;
  }

  #object(value: object): JsonValue {
    const object = new Map<string, JsonValue>();
    for (const [key, one] of Object.entries(value)) object.set(key, this.convert(one));
    this.keys += object.size;
    return object;
  }
}
