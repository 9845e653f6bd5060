import { crc32 } from "node:zlib";
import { viewOf } from "../cursor.ts";
import { BytesError } from "../errors.ts";
import { inflateRaw } from "./deflate.ts";
import type { Expanded, ExpansionLimit } from "./expansion.ts";

/** Bits of the FLG byte (RFC 1952, 2.3.1). */
const FLAG_HEADER_CRC = 0x02;
const FLAG_EXTRA = 0x04;
const FLAG_NAME = 0x08;
const FLAG_COMMENT = 0x10;
const FLAGS_RESERVED = 0xe0;

/**
 * One gzip member (RFC 1952); length and CRC of the trailer are verified. Members that follow are the caller's.
 * @throws {BytesError} `truncated`, `malformed`, `limit`
 */
export function gunzipMember(input: Uint8Array, limit: ExpansionLimit): Expanded {
  const start = headerLength(input);
  const body = inflateRaw(input.subarray(start), limit);
  const trailer = start + body.consumed;
  if (trailer + 8 > input.byteLength) throw new BytesError("truncated", "gzip trailer is cut off");
  const view = viewOf(input.subarray(trailer, trailer + 8));
  if (view.getUint32(0, true) !== crc32(body.bytes)) {
    throw new BytesError("malformed", "gzip CRC does not fit the data", { offset: trailer });
  }
  if (view.getUint32(4, true) !== body.bytes.byteLength % 2 ** 32) {
    throw new BytesError("malformed", "gzip length does not fit the data", { offset: trailer + 4 });
  }
  return { bytes: body.bytes, consumed: trailer + 8 };
}

function headerLength(input: Uint8Array): number {
  if (input.byteLength < 10) throw new BytesError("truncated", "gzip header is cut off");
  if (input[0] !== 0x1f || input[1] !== 0x8b || input[2] !== 8) {
    throw new BytesError("malformed", "not a gzip header", { offset: 0 });
  }
  const flags = input[3] ?? 0;
  if ((flags & FLAGS_RESERVED) !== 0) {
    throw new BytesError("malformed", "reserved gzip flags are set", { offset: 3 });
  }
  let at = 10;
  if ((flags & FLAG_EXTRA) !== 0) {
    if (at + 2 > input.byteLength) throw new BytesError("truncated", "gzip extra field is cut off");
    at += 2 + viewOf(input.subarray(at, at + 2)).getUint16(0, true);
  }
  if ((flags & FLAG_NAME) !== 0) at = afterZero(input, at);
  if ((flags & FLAG_COMMENT) !== 0) at = afterZero(input, at);
  if ((flags & FLAG_HEADER_CRC) !== 0) at = afterHeaderCrc(input, at);
  if (at > input.byteLength) throw new BytesError("truncated", "gzip header is cut off");
  return at;
}

function afterZero(input: Uint8Array, from: number): number {
  const zero = input.indexOf(0, from);
  if (zero < 0) throw new BytesError("truncated", "gzip header text is not terminated", { offset: from });
  return zero + 1;
}

function afterHeaderCrc(input: Uint8Array, at: number): number {
  if (at + 2 > input.byteLength) throw new BytesError("truncated", "gzip header CRC is cut off");
  const stored = viewOf(input.subarray(at, at + 2)).getUint16(0, true);
  if (stored !== (crc32(input.subarray(0, at)) & 0xffff)) {
    throw new BytesError("malformed", "gzip header CRC does not fit", { offset: at });
  }
  return at + 2;
}
