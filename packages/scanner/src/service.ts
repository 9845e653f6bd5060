import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { availableParallelism } from "node:os";
import { type FileReport, ModelkeepError, type ModelReport } from "@modelkeep/findings";
import { scanModelFolder } from "./model/model-folder.ts";
import { DEFAULT_POLICY, type Policy } from "./policy.ts";
import { rule as scanFailed } from "./rules/mk1311.ts";
import type { MemberReport, ScanFileOptions } from "./scan/scan-file.ts";
import { unreadReport } from "./scan/scan-file.ts";
import { Pool, type PoolOptions, WorkerLost } from "./service/pool.ts";
import { fromAnswer } from "./service/protocol.ts";

/** How a scan service works. Every option has a default. */
export interface ScanServiceOptions extends Partial<PoolOptions> {
  readonly policy?: Policy;
}

/** Above `limits.maxMilliseconds` of one analysis, with room for hashing a large file. */
const WALL_MILLISECONDS = 300_000;
const HEAP_MEGABYTES = 4096;

/**
 * Scans files in worker threads, for whoever must stay responsive or must survive any file: the gateway, the loader,
 * `modelkeep scan` with many files. A worker that crashes, hangs or runs out of memory makes its file `unanalyzable`.
 */
export class ScanService implements AsyncDisposable {
  readonly policy: Policy;
  readonly #pool: Pool;

  constructor(options: ScanServiceOptions = {}) {
    this.policy = options.policy ?? DEFAULT_POLICY;
    this.#pool = new Pool({
      workers: options.workers ?? availableParallelism(),
      wallMilliseconds: options.wallMilliseconds ?? WALL_MILLISECONDS,
      heapMegabytes: options.heapMegabytes ?? HEAP_MEGABYTES,
      ...(options.script === undefined ? {} : { script: options.script }),
    });
  }

  /**
   * Scans one regular file; the report's `sha256` is of the bytes that were judged.
   * @throws {ModelkeepError} `NOT_FOUND`, `INVALID_ARGUMENT` (no regular file), `UNAVAILABLE` (closed meanwhile)
   */
  async scanFile(
    path: string,
    options: Pick<ScanFileOptions, "name" | "localModules" | "followSymlinks" | "siblings"> = {},
  ): Promise<MemberReport> {
    const { name = path, localModules = new Set<string>() } = options;
    const { followSymlinks = false, siblings = false } = options;
    const request = { path, name, policy: this.policy, localModules, followSymlinks, siblings };
    try {
      return fromAnswer(await this.#pool.run(request));
    } catch (error) {
      if (!(error instanceof WorkerLost)) throw error;
      return await lostReport(path, name, error, this.policy);
    }
  }

  /**
   * Judges a MLflow model folder as one model.
   * @throws {ModelkeepError} as `scanFile`
   */
  async scanModel(folder: string, options: { name?: string } = {}): Promise<ModelReport> {
    return await scanModelFolder(folder, {
      policy: this.policy,
      ...(options.name === undefined ? {} : { name: options.name }),
      scanMember: async (path, member) => await this.scanFile(path, member),
    });
  }

  /** Ends the workers. */
  async close(): Promise<void> {
    await this.#pool.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

async function lostReport(path: string, name: string, lost: WorkerLost, policy: Policy): Promise<FileReport> {
  const message = `the worker that scanned it was lost: ${lost.message}`;
  const { sha256, size } = await digestOf(path);
  return {
    ...unreadReport(name, "unknown", scanFailed, message, policy),
    sha256,
    size,
    coverage: { bytes: size, explained: 0 },
  };
}

async function digestOf(path: string): Promise<{ sha256: string; size: number }> {
  const digest = createHash("sha256");
  let size = 0;
  try {
    for await (const chunk of createReadStream(path)) {
      const bytes: Buffer = chunk;
      digest.update(bytes);
      size += bytes.byteLength;
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ModelkeepError("NOT_FOUND", `cannot read ${path}: ${reason}`, { cause });
  }
  return { sha256: digest.digest("hex"), size };
}
