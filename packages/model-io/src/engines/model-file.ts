import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ByteSource, bufferSource, openFileSource, sha256Of } from "@modelkeep/bytes";
import { ModelkeepError } from "@modelkeep/findings";
import type { Quarantined } from "../quarantine.ts";

/** Up to here a file is read once into memory, hashed and parsed there: nothing can change in between. */
const MAX_BYTES_IN_MEMORY = 512 * 2 ** 20;

/**
 * Opens one file of a quarantined model, being sure that it is the one that was hashed when it came.
 * @param path relative to the model's folder
 * @throws {ModelkeepError} `INTEGRITY`, `NOT_FOUND`
 */
export function openVerified(model: Quarantined, path: string): ByteSource {
  const file = model.files.find((one) => one.path === path);
  if (file === undefined) throw new ModelkeepError("NOT_FOUND", `MLmodel names ${path}, which is not there`);
  const full = join(model.folder, path);
  const source =
    file.size <= MAX_BYTES_IN_MEMORY ? bufferSource(readFileSync(full), path) : openFileSource(full);
  if (sha256Of(source) === file.sha256) return source;
  source.close();
  throw new ModelkeepError(
    "INTEGRITY",
    `${path} changed after it was scanned: something writes to the private folder`,
  );
}
