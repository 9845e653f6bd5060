import { createHash, randomUUID } from "node:crypto";
import { createWriteStream, mkdirSync, rmSync } from "node:fs";
import { mkdir, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Refusal, tooLarge } from "../http/refusal.ts";

/** Writes to the disk go in pieces of this size. */
const WRITE_BYTES = 1 << 18;

/** The disk's room is looked at again after this many bytes of a file. */
const CHECK_BYTES = 1 << 23;
/** What uploads leave free, or this part of a small disk. */
const RESERVE_BYTES = 512 * 2 ** 20;
const RESERVE_PART = 10;

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
   * @throws {Refusal} 413 above the limit, 507 when the disk is nearly full; whatever the stream breaks with. Nothing stays behind then.
   */
  async receive(
    stream: AsyncIterable<Buffer>,
    limit: number,
    file = join(this.#folder, randomUUID()),
  ): Promise<Quarantined> {
    const digest = createHash("sha256");
    let size = 0;
    let checkAt = 0;
    const room = (): Promise<void> => this.#assertRoom();
    async function* measured(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of chunks) {
        size += chunk.length;
        if (size > limit) throw tooLarge(`the file has more than ${limit} bytes`);
        if (size >= checkAt) {
          checkAt = size + CHECK_BYTES;
          await room();
        }
        digest.update(chunk);
        yield chunk;
      }
    }
    try {
      const target = createWriteStream(file, { flags: "wx", mode: 0o600, highWaterMark: WRITE_BYTES });
      await pipeline(() => measured(stream), target);
    } catch (error) {
      await rm(file, { force: true });
      throw isNoRoom(error) ? noRoom(error) : error;
    }
    return {
      path: file,
      sha256: digest.digest("hex"),
      size,
      [Symbol.asyncDispose]: () => rm(file, { force: true }),
    };
  }

  // The audit log and the database are on the same disk and must never be the ones that find it full.
  async #assertRoom(): Promise<void> {
    const { bavail, blocks, bsize } = await statfs(this.#folder);
    if (bavail * bsize < Math.min(RESERVE_BYTES, (blocks * bsize) / RESERVE_PART)) throw noRoom();
  }

  /** A new empty folder inside, removed with all its content when disposed. */
  async folder(): Promise<AsyncDisposable & { readonly path: string }> {
    const path = join(this.#folder, randomUUID());
    await mkdir(path, { mode: 0o700 });
    return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
  }
}

function isNoRoom(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");
}

// MLflow's clients do not try again after a 507: somebody has to make room first. The connection stays open, so that
// a client in the middle of its sending gets to read it.
function noRoom(cause?: unknown): Refusal {
  const message =
    "the gateway's disk has no room for more files: ask its administrator to make some; nothing was stored";
  return new Refusal(507, "INTERNAL_ERROR", message, { cause });
}
