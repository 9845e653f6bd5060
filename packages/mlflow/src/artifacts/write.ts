import { createHash } from "node:crypto";
import { mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Allowance } from "./limits.ts";

/** One file as it was written. */
export interface FetchedFile {
  /** Relative to the model's folder, `/` between names. */
  readonly path: string;
  readonly size: number;
  /** Lower-case hexadecimal, of the bytes as they were written. */
  readonly sha256: string;
}

/**
 * Writes a stream to a file that must not exist yet, hashing on the way. Only the owner may read it.
 * @throws {MlflowError} `limit`
 */
export async function writeHashed(
  folder: string,
  path: string,
  pieces: AsyncIterable<Uint8Array>,
  allowance: Allowance,
): Promise<FetchedFile> {
  const target = join(folder, path);
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const digest = createHash("sha256");
  let size = 0;
  const file = await open(target, "wx", 0o400);
  try {
    for await (const piece of pieces) {
      allowance.bytes(piece.byteLength, path);
      digest.update(piece);
      size += piece.byteLength;
      await file.writeFile(piece);
    }
  } finally {
    await file.close();
  }
  return { path, size, sha256: digest.digest("hex") };
}
