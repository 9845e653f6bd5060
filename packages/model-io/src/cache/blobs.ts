import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { chmod, copyFile, type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

const PIECE_BYTES = 2 ** 20;

export interface Blob {
  readonly sha256: string;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly used: number;
}

let counter = 0;

/** Files by their SHA-256, read-only. Nothing is trusted for its name: every use hashes again. */
export class Blobs {
  readonly #folder: string;
  readonly #onChanged: (sha256: string) => void;

  /** @param onChanged told of a file that is not what its name says; it is gone by then */
  constructor(folder: string, onChanged: (sha256: string) => void) {
    this.#folder = folder;
    this.#onChanged = onChanged;
  }

  path(sha256: string): string {
    if (!/^[0-9a-f]{64}$/u.test(sha256)) throw new Error("that is no SHA-256");
    return join(this.#folder, sha256.slice(0, 2), sha256);
  }

  async has(sha256: string): Promise<boolean> {
    return (await stat(this.path(sha256)).catch(() => undefined))?.isFile() === true;
  }

  /** Copies a file in. */
  async copyIn(path: string, sha256: string): Promise<void> {
    if (await this.has(sha256)) return;
    const next = `${path2(this.path(sha256))}.next`;
    await mkdir(dirname(next), { recursive: true, mode: 0o700 });
    await copyFile(path, next, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await chmod(next, 0o400);
    await rename(next, this.path(sha256));
  }

  /** Takes a file over, from the same file system. */
  async moveIn(path: string, sha256: string): Promise<void> {
    await mkdir(dirname(this.path(sha256)), { recursive: true, mode: 0o700 });
    await rename(path, this.path(sha256));
  }

  /**
   * Writes the bytes with this hash to a new file, read-only: those that were hashed are those that are there then.
   * @returns their number; undefined when they are not kept, or were changed
   */
  async take(sha256: string, target: string): Promise<number | undefined> {
    const source = await this.#open(sha256);
    if (source === undefined) return undefined;
    try {
      await using copy = await open(target, "wx", 0o600);
      const found = await pump(source, copy);
      if (found.sha256 === sha256) {
        await copy.chmod(0o400);
        // By its handle: another process may have trimmed the name away meanwhile.
        await source.utimes(new Date(), new Date());
        return found.size;
      }
    } finally {
      await source.close();
    }
    await rm(target);
    await this.#drop(sha256);
    return undefined;
  }

  /** Hashes a file again. @returns whether it is what its name says; what is not is removed */
  async verify(sha256: string): Promise<boolean> {
    const source = await this.#open(sha256);
    if (source === undefined) return false;
    try {
      if ((await pump(source)).sha256 === sha256) return true;
    } finally {
      await source.close();
    }
    await this.#drop(sha256);
    return false;
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.path(sha256), { force: true });
  }

  async list(): Promise<Blob[]> {
    const blobs: Blob[] = [];
    for (const entry of await readdir(this.#folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/^[0-9a-f]{64}$/u.test(entry.name)) continue;
      const found = await stat(join(entry.parentPath, entry.name)).catch(() => undefined);
      if (found !== undefined) blobs.push({ sha256: entry.name, size: found.size, used: found.mtimeMs });
    }
    return blobs;
  }

  async #drop(sha256: string): Promise<void> {
    await this.remove(sha256);
    this.#onChanged(sha256);
  }

  async #open(sha256: string): Promise<FileHandle | undefined> {
    try {
      return await open(this.path(sha256), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "ENOENT") return undefined;
      // A link or an unreadable file in a blob's place is a changed blob.
      if (code !== "ELOOP" && code !== "EACCES") throw error;
      await this.#drop(sha256);
      return undefined;
    }
  }
}

function path2(path: string): string {
  return `${path}.${process.pid}.${counter++}`;
}

async function pump(source: FileHandle, copy?: FileHandle): Promise<{ sha256: string; size: number }> {
  const digest = createHash("sha256");
  const buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);
  let size = 0;
  for (;;) {
    const { bytesRead } = await source.read(buffer, 0, PIECE_BYTES, size);
    if (bytesRead === 0) return { sha256: digest.digest("hex"), size };
    const piece = buffer.subarray(0, bytesRead);
    digest.update(piece);
    await copy?.writeFile(piece);
    size += bytesRead;
  }
}
