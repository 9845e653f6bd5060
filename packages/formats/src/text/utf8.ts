import type { ByteSource } from "@modelkeep/bytes";
import { chunks } from "@modelkeep/bytes/digest";

export type Encoding = "utf-8" | "8-bit";

/**
 * Control characters that occur in no text: a file with one is binary. Backspace, tab, the line breaks and escape do
 * occur in logs.
 */
const NOT_TEXT = new Uint8Array(256);
for (let code = 0; code < 32; code++) NOT_TEXT[code] = [8, 9, 10, 11, 12, 13, 27].includes(code) ? 0 : 1;
NOT_TEXT[127] = 1;

/**
 * Which kind of text the whole source is: UTF-8, or an 8-bit encoding (any, its letters do not matter here);
 * undefined for binary data. Reads all of it, in flat memory.
 */
export function textEncoding(source: ByteSource): Encoding | undefined {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let utf8 = true;
  for (const chunk of chunks(source)) {
    if (hasControls(chunk)) return undefined;
    utf8 = utf8 && decodes(decoder, chunk, true);
  }
  return utf8 && decodes(decoder, new Uint8Array(0), false) ? "utf-8" : "8-bit";
}

function hasControls(chunk: Uint8Array): boolean {
  // A plain loop: a callback for each byte would take seconds for a gigabyte.
  for (let i = 0; i < chunk.byteLength; i++) if (NOT_TEXT[chunk[i] ?? 0] === 1) return true;
  return false;
}

function decodes(decoder: InstanceType<typeof TextDecoder>, chunk: Uint8Array, stream: boolean): boolean {
  try {
    decoder.decode(chunk, { stream });
    return true;
  } catch (error) {
    // A fatal decoder throws TypeError and nothing else.
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** The whole source as a string, a byte order mark removed; for sources known to be UTF-8. */
export function decodeUtf8(source: ByteSource): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(source.view(0, source.size));
}
