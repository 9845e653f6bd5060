import { SigningError } from "../errors.ts";
import { parsePlain } from "./fast.ts";
import { parseWithPlaces } from "./slow.ts";
import type { JsonValue } from "./value.ts";

/**
 * Reads JSON (RFC 8259) that means one thing to every reader: strict UTF-8 without a byte order mark, no key twice in
 * one object, no lone surrogate, no number that overflows, nothing after the document.
 * @param bytes the document
 * @param what names it in messages
 * @throws {SigningError} `bundle-malformed`
 */
export function parseStrictJson(bytes: Uint8Array, what: string): JsonValue {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SigningError("bundle-malformed", `${what} is not UTF-8`, { cause });
  }
  return parsePlain(text) ?? parseWithPlaces(text, what);
}
