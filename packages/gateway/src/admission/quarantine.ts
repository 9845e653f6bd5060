import { createHash, randomUUID } from "node:crypto";
import { createWriteStream, mkdirSync, rmSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { tooLarge } from "../http/refusal.ts";

/** Writes to the disk go in pieces of this size. */
const WRITE_BYTES = 1 << 18;

/** Bytes that arrived and that nobody but the scanner may read yet. Disposing removes them. */
export interface Quarantined extends AsyncDisposable {
  readonly path: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly size: number;
}

/** A folder for what is not judged yet. Nothing in it outlives the gateway: a crash leaves only what a start removes. */
export class Quarantine {
  readonly #folder: string;

  /** Empties the folder. */
  constructor(dataDir: string) {
    this.#folder = join(dataDir, "quarantine");
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
  }

  /**
   * Writes a stream to a file, hashing it on the way; memory does not grow with it.
   * @param limit bytes
   * @param file where to; a new name in the folder when absent
   * @throws {Refusal} 413 above the limit; whatever the stream breaks with. Nothing stays behind then.
   */
  async receive(
    stream: AsyncIterable<Buffer>,
    limit: number,
    file = join(this.#folder, randomUUID()),
  ): Promise<Quarantined> {
    const digest = createHash("sha256");
    let size = 0;
    async function* measured(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of chunks) {
        size += chunk.length;
        if (size > limit) throw tooLarge(`the file has more than ${limit} bytes`);
        digest.update(chunk);
        yield chunk;
      }
    }
    try {
      const target = createWriteStream(file, { flags: "wx", mode: 0o600, highWaterMark: WRITE_BYTES });
      await pipeline(() => measured(stream), target);
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
    return {
      path: file,
      sha256: digest.digest("hex"),
      size,
      [Symbol.asyncDispose]: () => rm(file, { force: true }),
    };
  }

  /** A new empty folder inside, removed with all its content when disposed. */
  async folder(): Promise<AsyncDisposable & { readonly path: string }> {
    const path = join(this.#folder, randomUUID());
    await mkdir(path, { mode: 0o700 });
    return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
  }
}
