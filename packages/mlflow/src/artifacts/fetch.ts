import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { MlflowError } from "../error.ts";
import type { Connection } from "../http/connection.ts";
import { DEFAULT_RETRY } from "../http/settings.ts";
import type { Environment } from "../stores/sdk.ts";
import { openStore } from "../stores/open.ts";
import type { RemoteFile, Store } from "../stores/store.ts";
import type { Location, Resolved } from "../uri/resolve.ts";
import type { FetchCache } from "./cache.ts";
import { type Download, downloadFile, type FetchedFile } from "./download.ts";
import { Allowance, type FetchLimits, type FetchProgress } from "./limits.ts";
import { checkDistinct } from "./names.ts";
import { inParallel } from "./parallel.ts";

export interface FetchOptions {
  /** Opened only when a server is needed. */
  readonly connection: () => Connection;
  readonly limits?: Partial<FetchLimits>;
  readonly cache?: FetchCache;
  /** The environment that the stores' SDKs are set up from; default the process's. */
  readonly env?: Environment;
  /** Whether the address may name one file instead of a folder; then it is written under its own name. */
  readonly single?: boolean;
  readonly onFile?: (file: FetchedFile) => void;
  readonly onProgress?: (progress: FetchProgress) => void;
}

/**
 * Copies a model into `folder`, which must be empty and private: in parallel, hashed while it is written.
 * @returns the files in order of their paths
 * @throws {MlflowError} `not-found` when nothing is there; `limit`, `integrity`; else what the stores say
 */
export async function fetchModel(
  resolved: Resolved,
  folder: string,
  options: FetchOptions,
): Promise<FetchedFile[]> {
  const allowance = new Allowance(options.limits, options.onProgress);
  const files = await overlay(resolved.locations, options, allowance);
  if (files.length === 0) {
    throw new MlflowError(
      "not-found",
      "there are no files at this address: check the URI, and that the model was logged",
    );
  }
  checkDistinct(files.map((file) => file.path));
  allowance.announced(files.map((file) => file.size));
  for (const sub of new Set(files.map((file) => dirname(file.path))))
    await mkdir(join(folder, sub), { recursive: true, mode: 0o700 });
  const download: Download = {
    allowance,
    retry: retryOf(resolved, options),
    ...(options.cache === undefined ? {} : { cache: options.cache }),
  };
  return await inParallel(files, allowance.limits.parallel, async (file) => {
    const written = await downloadFile(file, join(folder, file.path), download);
    allowance.done();
    options.onFile?.(written);
    return written;
  });
}

/** A server's own settings where there is one; a folder or a store needs none. */
function retryOf(resolved: Resolved, { connection }: FetchOptions): Download["retry"] {
  const needsServer = resolved.locations.some(({ kind }) => kind === "proxy");
  if (!needsServer) return DEFAULT_RETRY;
  try {
    return connection().settings;
  } catch (error) {
    if (error instanceof MlflowError && error.errorCode === "NO_TRACKING_URI") return DEFAULT_RETRY;
    throw error;
  }
}

async function overlay(
  locations: readonly Location[],
  options: FetchOptions,
  allowance: Allowance,
): Promise<RemoteFile[]> {
  const byPath = new Map<string, RemoteFile>();
  for (const location of locations) {
    const store = await openStore(location, options.connection, options.env ?? process.env);
    const listed = await listLayer(store, locations.length > 1, options.single === true, allowance);
    for (const file of listed) byPath.set(file.path, file);
  }
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

// A run's own folder need not exist when its logged model does: one missing layer of several is an empty one.
async function listLayer(
  store: Store,
  several: boolean,
  single: boolean,
  allowance: Allowance,
): Promise<RemoteFile[]> {
  try {
    const files = await store.list(allowance);
    if (files.length > 0 || !single) return files;
  } catch (error) {
    if (!(error instanceof MlflowError && error.code === "not-found") || (!several && !single)) throw error;
    if (!single) return [];
  }
  const file = await store.single(allowance);
  return file === undefined ? [] : [file];
}
