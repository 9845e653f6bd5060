import type { ByteSource } from "@modelkeep/bytes";
import { chunks } from "@modelkeep/bytes/digest";

/** Control characters that occur in no text in an 8-bit encoding: a file with one is binary. */
const NOT_TEXT = new Set([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 28, 29, 30, 31,
]);

export type Encoding = "utf-8" | "8-bit";

/**
 * Which kind of text the whole source is: valid UTF-8 without NUL, or an 8-bit encoding (any, its letters do not
 * matter here) without control characters; undefined for binary data. Reads all of it, in flat memory.
 */
export function textEncoding(source: ByteSource): Encoding | undefined {
  if (isUtf8(source)) return "utf-8";
  for (const chunk of chunks(source)) {
    if (chunk.some((byte) => NOT_TEXT.has(byte) || byte === 0x7f)) return undefined;
  }
  return "8-bit";
}

function isUtf8(source: ByteSource): boolean {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    for (const chunk of chunks(source)) {
      if (chunk.includes(0)) return false;
      decoder.decode(chunk, { stream: true });
    }
    decoder.decode();
    return true;
  } catch (error) {
    // A failing disk must not make a file look binary.
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** The whole source as a string, a byte order mark removed; for sources known to be UTF-8. */
export function decodeUtf8(source: ByteSource): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(source.view(0, source.size));
}
