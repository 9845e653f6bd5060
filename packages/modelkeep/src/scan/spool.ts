import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** Bytes that came from a stream, in a private file. */
export interface Spooled extends Disposable {
  readonly path: string;
}

/** Writes a stream to a private temporary file, so that it can be read in any order; disposing removes it. */
export async function spool(stream: Readable): Promise<Spooled> {
  const folder = mkdtempSync(join(tmpdir(), "modelkeep-scan-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  // Also when the process ends in the middle.
  process.once("exit", remove);
  const path = join(folder, "stdin");
  await pipeline(stream, createWriteStream(path, { mode: 0o600 }));
  return {
    path,
    [Symbol.dispose]() {
      process.removeListener("exit", remove);
      remove();
    },
  };
}
