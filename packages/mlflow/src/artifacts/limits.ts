import { MlflowError } from "../error.ts";

/** What one model may bring. */
export interface FetchLimits {
  readonly maxFiles: number;
  /** Bytes of all files together. */
  readonly maxBytes: number;
  /** Bytes of one file. */
  readonly maxFileBytes: number;
  readonly maxDepth: number;
  /** Bytes of one path, folders included. */
  readonly maxPathBytes: number;
  /** Files that are fetched at the same time. */
  readonly parallel: number;
}

export const DEFAULT_FETCH_LIMITS: FetchLimits = {
  maxFiles: 10_000,
  maxBytes: 64 * 2 ** 30,
  maxFileBytes: 64 * 2 ** 30,
  maxDepth: 16,
  maxPathBytes: 1_024,
  parallel: 8,
};

/** How far a fetch is. */
export interface FetchProgress {
  readonly files: number;
  readonly totalFiles: number;
  readonly bytes: number;
  /** Where every file's size is known. */
  readonly totalBytes: number | undefined;
}

/** Counts what was fetched. */
export class Allowance {
  readonly limits: FetchLimits;
  readonly #onProgress: ((progress: FetchProgress) => void) | undefined;
  #seen = 0;
  #bytes = 0;
  #done = 0;
  #totalFiles = 0;
  #totalBytes: number | undefined;

  constructor(limits: Partial<FetchLimits> = {}, onProgress?: (progress: FetchProgress) => void) {
    this.limits = { ...DEFAULT_FETCH_LIMITS, ...limits };
    this.#onProgress = onProgress;
  }

  /** One more name of a listing. @throws {MlflowError} `limit` */
  file(path: string): void {
    const { maxFiles, maxPathBytes } = this.limits;
    if (++this.#seen > maxFiles)
      throw new MlflowError("limit", `more than ${maxFiles} files (${path} is the next): raise maxFiles`);
    if (Buffer.byteLength(path) > maxPathBytes)
      throw new MlflowError(
        "limit",
        `${path.slice(0, 80)}… is longer than ${maxPathBytes} bytes: raise maxPathBytes`,
      );
  }

  /** What the listing says, before anything is fetched. @throws {MlflowError} `limit` */
  announced(sizes: readonly (number | undefined)[]): void {
    this.#totalFiles = sizes.length;
    const known = sizes.filter((size) => size !== undefined);
    const total = known.reduce((sum, size) => sum + size, 0);
    this.#totalBytes = known.length === sizes.length ? total : undefined;
    if (total > this.limits.maxBytes)
      throw new MlflowError("limit", `${total} bytes are more than ${this.limits.maxBytes}: raise maxBytes`);
  }

  /** @param ofFile bytes of this file so far @throws {MlflowError} `limit` */
  bytes(count: number, name: string, ofFile: number): void {
    this.#bytes += count;
    if (this.#bytes > this.limits.maxBytes)
      throw new MlflowError("limit", `more than ${this.limits.maxBytes} bytes (in ${name}): raise maxBytes`);
    if (ofFile > this.limits.maxFileBytes)
      throw new MlflowError(
        "limit",
        `${name} has more than ${this.limits.maxFileBytes} bytes: raise maxFileBytes`,
      );
    this.#tell();
  }

  /** Bytes that are fetched once more. */
  giveBack(count: number): void {
    this.#bytes -= count;
  }

  /** One file is complete. */
  done(): void {
    this.#done++;
    this.#tell();
  }

  /** @throws {MlflowError} `limit` */
  depth(depth: number, name: string): void {
    if (depth > this.limits.maxDepth) {
      throw new MlflowError(
        "limit",
        `${name} lies deeper than ${this.limits.maxDepth} folders: raise maxDepth`,
      );
    }
  }

  #tell(): void {
    this.#onProgress?.({
      files: this.#done,
      totalFiles: this.#totalFiles,
      bytes: this.#bytes,
      totalBytes: this.#totalBytes,
    });
  }
}
