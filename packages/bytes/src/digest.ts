import { createHash, hash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { ByteSource } from "./source.ts";

/** Large enough that a gigabyte costs few calls, small enough that what was read is still in the cache when hashed. */
const CHUNK_BYTES = 256 * 2 ** 10;

/** Lower-case hexadecimal SHA-256 of a whole source; memory stays flat. */
export function sha256Of(source: ByteSource): string {
  if (source.size <= CHUNK_BYTES) return hash("sha256", source.view(0, source.size), "hex");
  const digest = createHash("sha256");
  for (const chunk of chunks(source)) digest.update(chunk);
  return digest.digest("hex");
}

/** CRC-32 (IEEE, as in zip, gzip and PNG) of a whole source; memory stays flat. */
export function crc32Of(source: ByteSource): number {
  let value = 0;
  for (const chunk of chunks(source)) value = crc32(chunk, value);
  return value;
}

/**
 * The source front to back in pieces of `most` bytes, the last one shorter. Each piece is valid only until the next is
 * asked for.
 */
export function* chunks(source: ByteSource, most = CHUNK_BYTES): Generator<Uint8Array> {
  const buffer =
    source.readInto === undefined ? undefined : Buffer.allocUnsafeSlow(Math.min(most, source.size));
  for (let offset = 0; offset < source.size; offset += most) {
    const length = Math.min(most, source.size - offset);
    if (buffer === undefined) {
      yield source.view(offset, length);
    } else {
      const piece = buffer.subarray(0, length);
      source.readInto?.(offset, piece);
      yield piece;
    }
  }
}
