/** Longer strings seldom repeat, and comparing them costs more than making them. */
const MAX_SHARED_BYTES = 32;
/** A power of two. */
const SLOTS = 4096;

/** Strings met lately, by a hash of their bytes: attribute and module names fill pickles, and each is kept once. */
const recent: string[] = Array.from({ length: SLOTS }, () => "");

/**
 * Decodes ASCII without a buffer object per string.
 * @param bytes what is being read; the text stands in `[start, end)`
 * @returns undefined when a byte is not ASCII
 */
export function asciiText(bytes: Buffer, start: number, end: number): string | undefined {
  let hash = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x80) return undefined;
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  if (end - start > MAX_SHARED_BYTES) return bytes.toString("latin1", start, end);
  const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
  const known = recent[slot] ?? "";
  if (isSame(known, bytes, start, end)) return known;
  const text = bytes.toString("latin1", start, end);
  recent[slot] = text;
  return text;
}

function isSame(text: string, bytes: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}
