import { BytesError } from "@modelkeep/bytes/errors";
import { openFileSource } from "@modelkeep/bytes/file";
import { SigningError } from "../errors.ts";
import type { Bundle } from "./bundle.ts";
import { parseBundle } from "./parse.ts";

/** A quarter of a million files with long names; a bundle is held in memory. */
export const MAX_BUNDLE_BYTES = 64 * 2 ** 20;

/**
 * Reads a signature file.
 * @param path of a regular file; a symbolic link to one is followed, since the caller named it
 * @throws {SigningError} `io` when it cannot be read, `limit` when it is too large, else as {@link parseBundle}
 */
export function readBundle(path: string): Bundle {
  return parseBundle(readWhole(path, MAX_BUNDLE_BYTES));
}

/**
 * All bytes of a file that the caller named.
 * @throws {SigningError} `io`, or `limit` for more than `most` bytes
 */
export function readWhole(path: string, most: number): Uint8Array {
  try {
    const source = openFileSource(path, { followSymlinks: true });
    try {
      if (source.size > most) {
        throw new SigningError("limit", `${path} is larger than ${most} bytes`);
      }
      return source.view(0, source.size);
    } finally {
      source.close();
    }
  } catch (cause) {
    if (cause instanceof BytesError) throw new SigningError("io", cause.message, { cause });
    throw cause;
  }
}
