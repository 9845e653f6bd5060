import { MlflowError } from "../error.ts";
import type { Connection } from "../http/connection.ts";
import type { Location, Resolved } from "../uri/resolve.ts";
import { Allowance, type FetchLimits } from "./limits.ts";
import { listLocal } from "./local.ts";
import { checkDistinct } from "./names.ts";
import { inParallel } from "./parallel.ts";
import { listProxy, type RemoteFile } from "./proxy.ts";
import { type FetchedFile, writeHashed } from "./write.ts";

export interface FetchOptions {
  /** Opened only when a server is needed. */
  readonly connection: () => Connection;
  readonly limits?: Partial<FetchLimits>;
  readonly onFile?: (file: FetchedFile) => void;
}

/**
 * Copies a model into `folder`, which must be empty and private: in parallel, hashed while it is written.
 * @returns the files in order of their paths
 * @throws {MlflowError} `not-found` when nothing is there; else see `listProxy`, `listLocal`
 */
export async function fetchModel(
  resolved: Resolved,
  folder: string,
  options: FetchOptions,
): Promise<FetchedFile[]> {
  const allowance = new Allowance(options.limits);
  const files = await overlay(resolved.locations, options.connection, allowance);
  if (files.length === 0) {
    throw new MlflowError(
      "not-found",
      "there are no files at this address: check the URI, and that the model was logged",
    );
  }
  checkDistinct(files.map((file) => file.path));
  return await inParallel(files, allowance.limits.parallel, async (file) => {
    const written = await writeHashed(folder, file.path, file.open(), allowance);
    options.onFile?.(written);
    return written;
  });
}

async function overlay(
  locations: readonly Location[],
  connection: () => Connection,
  allowance: Allowance,
): Promise<RemoteFile[]> {
  const byPath = new Map<string, RemoteFile>();
  for (const location of locations) {
    const listed =
      location.kind === "local"
        ? await listLayer(locations, () => listLocal(location.path, allowance))
        : await listLayer(locations, () => listProxy(connection(), location.path, allowance));
    for (const file of listed) byPath.set(file.path, file);
  }
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

// A run's own folder need not exist when its logged model does: one missing layer of several is an empty one.
async function listLayer(
  locations: readonly Location[],
  list: () => Promise<RemoteFile[]>,
): Promise<RemoteFile[]> {
  try {
    return await list();
  } catch (error) {
    if (locations.length > 1 && error instanceof MlflowError && error.code === "not-found") return [];
    throw error;
  }
}
