import { BytesError } from "../errors.ts";
import type { ExpansionSink } from "./expansion.ts";
import { LzmaDecoder, lzmaProperties } from "./lzma-decoder.ts";

/** What a control byte ≥ 0x80 asks to be reset, in bits 5–6 (xz `lzma2_decoder.c`). */
const RESET_STATE = 1;
const RESET_PROPERTIES = 2;
const RESET_ALL = 3;

/**
 * One LZMA2 stream of `input` from `start` into `sink`.
 * @returns the offset behind its end marker
 * @throws {BytesError} `truncated`, `malformed`, `limit`
 */
export function lzma2(input: Uint8Array, start: number, sink: ExpansionSink, dictionarySize: number): number {
  const decoder = new LzmaDecoder(sink, dictionarySize);
  let at = start;
  let hasDictionary = false;
  let hasProperties = false;
  for (;;) {
    const control = byteAt(input, at);
    if (control === 0) return at + 1;
    const resetsDictionary = control === 1 || control >= 0xe0;
    if (!resetsDictionary && !hasDictionary) throw damaged("the first chunk keeps a dictionary", at);
    if (resetsDictionary) decoder.resetDictionary();
    hasDictionary = true;
    if (control < 0x80) {
      at = copyChunk(input, at, control, sink);
    } else {
      if (((control >> 5) & 3) >= RESET_PROPERTIES) hasProperties = true;
      if (!hasProperties) throw damaged("a chunk comes before any properties", at);
      at = lzmaChunk(input, at, control, decoder);
    }
  }
}

function copyChunk(input: Uint8Array, at: number, control: number, sink: ExpansionSink): number {
  if (control > 2) throw damaged(`unknown control byte ${control}`, at);
  const size = u16be(input, at + 1) + 1;
  const from = at + 3;
  if (from + size > input.byteLength) throw cut(at);
  sink.append(input.subarray(from, from + size));
  return from + size;
}

function lzmaChunk(input: Uint8Array, at: number, control: number, decoder: LzmaDecoder): number {
  const size = ((control & 0x1f) << 16) + u16be(input, at + 1) + 1;
  const packed = u16be(input, at + 3) + 1;
  const reset = (control >> 5) & 3;
  let from = at + 5;
  if (reset === RESET_PROPERTIES || reset === RESET_ALL) {
    const properties = lzmaProperties(byteAt(input, from++));
    if (properties.lc + properties.lp > 4) throw damaged("LZMA2 allows lc + lp up to 4", from - 1);
    decoder.setProperties(properties);
  } else if (reset === RESET_STATE) {
    decoder.resetState();
  }
  const end = from + packed;
  if (end > input.byteLength) throw cut(at);
  const used = decoder.run(input, from, end, size, false);
  if (used !== end) throw damaged("a chunk holds bytes that nothing decodes", used);
  return end;
}

function byteAt(input: Uint8Array, at: number): number {
  const byte = input[at];
  if (byte === undefined) throw cut(at);
  return byte;
}

function u16be(input: Uint8Array, at: number): number {
  return (byteAt(input, at) << 8) | byteAt(input, at + 1);
}

function cut(offset: number): BytesError {
  return new BytesError("truncated", "LZMA2 data ends too soon", { offset });
}

function damaged(what: string, offset: number): BytesError {
  return new BytesError("malformed", `LZMA2 data is damaged: ${what}`, { offset });
}
