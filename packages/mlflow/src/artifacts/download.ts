import { MlflowError } from "../error.ts";
import type { RetryPlan } from "../http/retry.ts";
import type { RemoteFile } from "../stores/store.ts";
import type { FetchCache, KeptPart } from "./cache.ts";
import type { Allowance } from "./limits.ts";
import { Part } from "./part.ts";
import { receive } from "./receive.ts";

/** One file as it was written. */
export interface FetchedFile {
  /** Relative to the model's folder, `/` between names. */
  readonly path: string;
  readonly size: number;
  /** Lower-case hexadecimal, of the bytes as they were written. */
  readonly sha256: string;
}

export interface Download {
  readonly allowance: Allowance;
  readonly retry: RetryPlan;
  readonly cache?: FetchCache;
}

/** From here on a broken download is worth continuing in another process. */
const WORTH_KEEPING_BYTES = 4 * 2 ** 20;

/**
 * Writes a remote file to `target`, which must not exist yet, read-only and hashed. Bytes are taken from the cache only
 * when the store itself says, by a strong mark, that they are still the same; MLflow's own proxy never does.
 * @throws {MlflowError}
 */
export async function downloadFile(
  file: RemoteFile,
  target: string,
  download: Download,
): Promise<FetchedFile> {
  const { cache } = download;
  if (cache === undefined || file.key.startsWith("local ")) return await direct(file, target, download);
  const known = await cache.find(file.key);
  if (known !== undefined && (await isSame(file, known.etag))) {
    const size = await cache.take(known.sha256, target);
    if (size !== undefined) {
      download.allowance.bytes(size, file.path, size);
      return { path: file.path, size, sha256: known.sha256 };
    }
  }
  const part = await largePart(file, cache);
  return part === undefined
    ? await direct(file, target, download)
    : await throughCache(file, target, { ...download, cache }, part);
}

/** Whether the store says that a file's bytes are still those with this mark. */
async function isSame(file: RemoteFile, etag: string): Promise<boolean> {
  if (file.etag !== undefined) return file.etag === etag;
  const opened = await file.open(undefined, etag);
  if (opened === undefined) return true;
  // The store ignores the condition, or the bytes are others. An equal mark on a full answer says the same.
  await opened.cancel();
  return opened.etag === etag;
}

async function largePart(file: RemoteFile, cache: FetchCache): Promise<KeptPart | undefined> {
  if (file.size !== undefined && file.size < WORTH_KEEPING_BYTES) return undefined;
  return await cache.part(file.key);
}

async function direct(file: RemoteFile, target: string, download: Download): Promise<FetchedFile> {
  const part = await Part.create(target);
  let etag: string | undefined;
  try {
    etag = await receive(file, part, undefined, download);
  } catch (error) {
    await part.abandon();
    throw error;
  }
  const sha256 = await part.finish();
  await download.cache?.keep(target, sha256);
  if (etag !== undefined) await download.cache?.remember(file.key, { etag, sha256 });
  return { path: file.path, size: part.size, sha256 };
}

async function throughCache(
  file: RemoteFile,
  target: string,
  download: Download & { readonly cache: FetchCache },
  kept: KeptPart,
): Promise<FetchedFile> {
  const { cache, allowance } = download;
  try {
    const part = await Part.reopen(kept.path);
    allowance.bytes(part.size, file.path, part.size);
    let etag: string | undefined;
    try {
      etag = await receive(file, part, kept.etag, {
        ...download,
        onMark: async (mark) => await kept.mark(mark),
      });
    } catch (error) {
      await part.abandon();
      throw error;
    }
    const sha256 = await part.finish();
    await kept.finish(sha256);
    if (etag !== undefined) await cache.remember(file.key, { etag, sha256 });
    const size = await cache.take(sha256, target);
    if (size !== undefined) return { path: file.path, size, sha256 };
    throw new MlflowError(
      "integrity",
      `${file.path} changed in the cache as soon as it was there: who writes there?`,
    );
  } finally {
    await kept.release();
  }
}
