import { zstdDecompressSync } from "node:zlib";
import { viewOf } from "../cursor.ts";
import { BytesError } from "../errors.ts";
import { zlibFailure } from "./deflate.ts";
import { type Expanded, type ExpansionLimit, tooLarge } from "./expansion.ts";

const MAGIC = 0xfd2fb528;
/** Widths of the fields that the frame header descriptor announces (RFC 8878, 3.1.1.1). */
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;
const BLOCK_RLE = 1;
const BLOCK_RESERVED = 3;

/**
 * One Zstandard frame (RFC 8878). The frame's end is found by walking its blocks, since zlib takes what trails
 * for a further frame.
 * @throws {BytesError} `truncated`, `malformed`, `limit`, `unsupported` (a dictionary)
 */
export function zstdFrame(input: Uint8Array, limit: ExpansionLimit): Expanded {
  const consumed = frameLength(input);
  try {
    const bytes = zstdDecompressSync(input.subarray(0, consumed), {
      maxOutputLength: Math.max(1, limit.maxBytes),
    });
    if (bytes.byteLength > limit.maxBytes) throw tooLarge("zstd", limit);
    return { bytes, consumed };
  } catch (cause) {
    throw zlibFailure("zstd", limit, cause);
  }
}

function frameLength(input: Uint8Array): number {
  const view = viewOf(input);
  const need = (end: number): void => {
    if (end > input.byteLength) throw new BytesError("truncated", "zstd frame is cut off");
  };
  need(5);
  if (view.getUint32(0, true) !== MAGIC) throw new BytesError("malformed", "not a zstd frame", { offset: 0 });
  const descriptor = view.getUint8(4);
  let at = 5 + headerFields(descriptor);
  for (let last = false; !last; ) {
    need(at + 3);
    const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    last = (header & 1) === 1;
    const type = (header >> 1) & 3;
    if (type === BLOCK_RESERVED)
      throw new BytesError("malformed", "reserved zstd block type", { offset: at });
    at += 3 + (type === BLOCK_RLE ? 1 : header >> 3);
    need(at);
  }
  const hasChecksum = (descriptor & 4) !== 0;
  const end = at + (hasChecksum ? 4 : 0);
  need(end);
  return end;
}

function headerFields(descriptor: number): number {
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionary = DICTIONARY_ID_BYTES[descriptor & 3] ?? 0;
  if (dictionary !== 0) throw new BytesError("unsupported", "zstd frame wants a dictionary", { offset: 4 });
  if ((descriptor & 8) !== 0) throw new BytesError("malformed", "reserved zstd header bit", { offset: 4 });
  const sizeCode = descriptor >> 6;
  const contentSize = sizeCode === 0 && singleSegment ? 1 : (CONTENT_SIZE_BYTES[sizeCode] ?? 0);
  return (singleSegment ? 0 : 1) + dictionary + contentSize;
}
