import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, type FileHandle, open } from "node:fs/promises";
import { finished } from "node:stream/promises";

/** A file on its way here, hashed while it grows. Only its owner may read it. */
export class Part {
  readonly path: string;
  #file: FileHandle;
  #digest: Hash;
  #size: number;

  private constructor(path: string, file: FileHandle, digest: Hash, size: number) {
    this.path = path;
    this.#file = file;
    this.#digest = digest;
    this.#size = size;
  }

  /** A new file. @throws the file system's error when there is one already */
  static async create(path: string): Promise<Part> {
    return new Part(path, await open(path, "wx", 0o600), createHash("sha256"), 0);
  }

  /** What an ended process left: read again, since the state of a hash cannot be kept. */
  static async reopen(path: string): Promise<Part> {
    const file = await open(path, "a", 0o600);
    try {
      const digest = createHash("sha256");
      const { size } = await file.stat();
      const stream = createReadStream(path);
      stream.on("data", (piece) => digest.update(piece));
      await finished(stream);
      return new Part(path, file, digest, size);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get size(): number {
    return this.#size;
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#digest.update(bytes);
    await this.#file.writeFile(bytes);
    this.#size += bytes.byteLength;
  }

  /** Forgets all of it. */
  async restart(): Promise<void> {
    await this.#file.close();
    this.#file = await open(this.path, "w", 0o600);
    this.#digest = createHash("sha256");
    this.#size = 0;
  }

  /** Makes it read-only. @returns SHA-256 in lower-case hexadecimal */
  async finish(): Promise<string> {
    await this.#file.close();
    await chmod(this.path, 0o400);
    return this.#digest.digest("hex");
  }

  async abandon(): Promise<void> {
    await this.#file.close();
  }
}
