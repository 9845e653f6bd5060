import { MlflowError } from "../error.ts";

/** What one model may bring. */
export interface FetchLimits {
  readonly maxFiles: number;
  /** Bytes of all files together. */
  readonly maxBytes: number;
  readonly maxDepth: number;
  /** Files that are fetched at the same time. */
  readonly parallel: number;
}

export const DEFAULT_FETCH_LIMITS: FetchLimits = {
  maxFiles: 10_000,
  maxBytes: 64 * 2 ** 30,
  maxDepth: 16,
  parallel: 8,
};

/** Counts what was fetched. */
export class Allowance {
  readonly limits: FetchLimits;
  #files = 0;
  #bytes = 0;

  constructor(limits: Partial<FetchLimits> = {}) {
    this.limits = { ...DEFAULT_FETCH_LIMITS, ...limits };
  }

  /** @throws {MlflowError} `limit` */
  file(name: string): void {
    if (++this.#files > this.limits.maxFiles) {
      throw new MlflowError(
        "limit",
        `more than ${this.limits.maxFiles} files (${name} is the next): raise maxFiles`,
      );
    }
  }

  /** @throws {MlflowError} `limit` */
  bytes(count: number, name: string): void {
    this.#bytes += count;
    if (this.#bytes > this.limits.maxBytes) {
      throw new MlflowError("limit", `more than ${this.limits.maxBytes} bytes (in ${name}): raise maxBytes`);
    }
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
}
