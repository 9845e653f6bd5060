import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { tryLock } from "@modelkeep/audit-log/lock";
import type { FetchCache, KeptPart, KnownFile } from "@modelkeep/mlflow";
import type { ModelReport } from "@modelkeep/findings";
import { Blobs } from "./blobs.ts";
import { type CachePaths, DEFAULT_MAX_BYTES, hashedName, openCacheFolder } from "./folder.ts";
import { claimPart, removeParts } from "./partial.ts";
import { isKnownFile, isReport, isVerified, type VerifiedModel } from "./records.ts";
import { Seals } from "./sealed.ts";

export type CacheNotice =
  | { readonly kind: "changed-bytes"; readonly sha256: string }
  | { readonly kind: "broken-record"; readonly record: string };

/**
 * Bytes by their SHA-256, what stores called them, verdicts, and the last verified version of each address. Bytes are
 * hashed again at every use; records are sealed. Several processes may use one cache at the same time.
 */
export class ModelCache implements FetchCache {
  readonly paths: CachePaths;
  readonly blobs: Blobs;
  readonly #seals: Seals;
  readonly #maxBytes: number;
  readonly #notice: (notice: CacheNotice) => void;
  #grown = false;

  /** @throws {ModelkeepError} `CONFIGURATION` when a folder cannot be used */
  constructor(
    folder: string,
    state: string,
    options: { readonly maxBytes?: number; readonly onNotice?: (notice: CacheNotice) => void } = {},
  ) {
    this.paths = openCacheFolder(folder);
    this.#notice = options.onNotice ?? (() => undefined);
    this.blobs = new Blobs(this.paths.blobs, (sha256) => this.#notice({ kind: "changed-bytes", sha256 }));
    this.#seals = Seals.open(state);
    this.#maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  }

  async find(key: string): Promise<KnownFile | undefined> {
    return await this.#read(join(this.paths.sources, hashedName(key)), "source", isKnownFile);
  }

  async remember(key: string, known: KnownFile): Promise<void> {
    await this.#seals.write(join(this.paths.sources, hashedName(key)), "source", known);
  }

  async take(sha256: string, target: string): Promise<number | undefined> {
    return await this.blobs.take(sha256, target);
  }

  async keep(path: string, sha256: string): Promise<void> {
    this.#grown = true;
    await this.blobs.copyIn(path, sha256);
  }

  async part(key: string): Promise<KeptPart | undefined> {
    this.#grown = true;
    return await claimPart(this.paths.partial, key, this.blobs);
  }

  /** An admitted verdict over files with this digest. @param judge names scanner and policy: others judge anew */
  async verdict(digest: string, judge: string): Promise<ModelReport | undefined> {
    return await this.#read(join(this.paths.verdicts, hashedName(digest, judge)), "verdict", isReport);
  }

  async keepVerdict(digest: string, judge: string, report: ModelReport): Promise<void> {
    await this.#seals.write(join(this.paths.verdicts, hashedName(digest, judge)), "verdict", report);
  }

  /** @returns `"broken"` when there is a record that was changed */
  async lastVerified(server: string, uri: string): Promise<VerifiedModel | "broken" | undefined> {
    const path = join(this.paths.verified, hashedName(server, uri));
    const found = await this.#seals.read(path, "verified");
    if (found === undefined || found === "broken") return found;
    return isVerified(found.value) ? found.value : "broken";
  }

  /** @param folder where the files lie now; bytes that are not kept yet are copied in */
  async keepVerified(server: string, folder: string, model: VerifiedModel): Promise<void> {
    for (const { path, sha256 } of model.files) await this.keep(join(folder, path), sha256);
    await this.#seals.write(join(this.paths.verified, hashedName(server, model.uri)), "verified", model);
  }

  /** Keeps to the size limit: the longest unused bytes go first, those of last verified versions never. */
  async trim(): Promise<void> {
    if (!this.#grown) return;
    this.#grown = false;
    const lock = tryLock(join(this.paths.root, "trim.lock"));
    if (lock === undefined) return;
    try {
      await removeParts(this.paths.partial, false);
      const blobs = await this.blobs.list();
      let total = blobs.reduce((sum, { size }) => sum + size, 0);
      if (total <= this.#maxBytes) return;
      const pinned = await this.pinned();
      for (const { sha256, size } of blobs.toSorted((a, b) => a.used - b.used)) {
        if (total <= this.#maxBytes) return;
        if (pinned.has(sha256)) continue;
        await this.blobs.remove(sha256);
        total -= size;
      }
    } finally {
      lock.release();
    }
  }

  /** The last verified versions of all addresses. Records that were changed are told of and left out. */
  async verified(): Promise<VerifiedModel[]> {
    const found: VerifiedModel[] = [];
    for (const name of await readdir(this.paths.verified)) {
      if (!/^[0-9a-f]{64}$/u.test(name)) continue;
      const record = await this.#read(join(this.paths.verified, name), "verified", isVerified);
      if (record !== undefined) found.push(record);
    }
    return found;
  }

  /** Hashes of the files that a fallback may need. */
  async pinned(): Promise<Set<string>> {
    return new Set((await this.verified()).flatMap(({ files }) => files.map(({ sha256 }) => sha256)));
  }

  /** Removes everything but last verified versions; those too when `all`. @returns files and bytes that went */
  async clear(all: boolean): Promise<{ files: number; bytes: number }> {
    const pinned = all ? new Set<string>() : await this.pinned();
    const gone = (await this.blobs.list()).filter(({ sha256 }) => !pinned.has(sha256));
    for (const { sha256 } of gone) await this.blobs.remove(sha256);
    await removeParts(this.paths.partial, true);
    const { sources, verdicts, verified } = this.paths;
    for (const folder of all ? [sources, verdicts, verified] : [sources, verdicts]) {
      for (const name of await readdir(folder)) await rm(join(folder, name), { force: true });
    }
    return { files: gone.length, bytes: gone.reduce((sum, { size }) => sum + size, 0) };
  }

  async #read<Value>(
    path: string,
    kind: string,
    is: (value: unknown) => value is Value,
  ): Promise<Value | undefined> {
    const found = await this.#seals.read(path, kind);
    if (found === undefined) return undefined;
    if (found !== "broken" && is(found.value)) return found.value;
    this.#notice({ kind: "broken-record", record: `${kind} ${path}` });
    return undefined;
  }
}
