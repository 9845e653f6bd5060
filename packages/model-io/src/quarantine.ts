import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ModelkeepError } from "@modelkeep/findings";
import { type FetchedFile, fetchModel, type FetchOptions, type Resolved } from "@modelkeep/mlflow";
import type { ModelCache } from "./cache/cache.ts";
import type { VerifiedModel } from "./cache/records.ts";
import { translated } from "./errors.ts";
import { makePrivateFolder, seal } from "./private-folder.ts";

/** A private, read-only copy of a model: what is hashed, scanned and loaded are these bytes and no others. */
export interface Quarantined extends AsyncDisposable {
  readonly folder: string;
  /** In order of path. */
  readonly files: readonly FetchedFile[];
  /** SHA-256 over the sorted list of files, in hexadecimal: the model's one digest. */
  readonly digest: string;
  /** The definite address that it came from. */
  readonly source: string;
  readonly name?: string;
  readonly version?: string;
}

/**
 * Copies what a URI was resolved to. On failure nothing stays behind.
 * @param parent where private folders are made; default the system's temporary folder
 * @throws {ModelkeepError}
 */
export async function quarantine(
  resolved: Resolved,
  options: FetchOptions,
  parent?: string,
): Promise<Quarantined> {
  return await quarantined(resolved, parent, async (folder) => await fetchModel(resolved, folder, options));
}

/**
 * Copies a version that was verified before out of the cache, hashing it again.
 * @throws {ModelkeepError} `INTEGRITY` when its bytes are gone or were changed
 */
export async function quarantineVerified(
  verified: VerifiedModel,
  cache: ModelCache,
  parent?: string,
): Promise<Quarantined> {
  return await quarantined(verified, parent, async (folder) => {
    for (const { path, sha256 } of verified.files) {
      await mkdir(dirname(join(folder, path)), { recursive: true, mode: 0o700 });
      if ((await cache.take(sha256, join(folder, path))) !== undefined) continue;
      throw new ModelkeepError(
        "INTEGRITY",
        `${path} of the last verified version is gone from the cache, or was changed there: find out who writes in ${cache.paths.root}`,
      );
    }
    return verified.files;
  });
}

async function quarantined(
  from: { readonly source: string; readonly name?: string; readonly version?: string },
  parent: string | undefined,
  fill: (folder: string) => Promise<readonly FetchedFile[]>,
): Promise<Quarantined> {
  return await translated(async () => {
    await using held = new AsyncDisposableStack();
    const { folder } = held.use(await makePrivateFolder(parent));
    const files = await fill(folder);
    await seal(folder);
    const { source, name, version } = from;
    const kept = held.move();
    return {
      folder,
      files,
      digest: modelDigest(files),
      source,
      ...(name === undefined ? {} : { name }),
      ...(version === undefined ? {} : { version }),
      [Symbol.asyncDispose]: async () => await kept.disposeAsync(),
    };
  });
}

/** One digest for a list of files: the SHA-256 of its manifest. */
export function modelDigest(files: readonly FetchedFile[]): string {
  return createHash("sha256").update(manifestText(files)).digest("hex");
}

/** `<sha256>  <path>\n` for each file, sorted by path, as sha256sum prints. */
export function manifestText(files: readonly FetchedFile[]): string {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  return sorted.map(({ sha256, path }) => `${sha256}  ${path}\n`).join("");
}

/**
 * Compares files with recorded digests (path → SHA-256).
 * @throws {ModelkeepError} `INTEGRITY` names every file that is changed, missing or new
 */
export function verifyHashes(files: readonly FetchedFile[], recorded: ReadonlyMap<string, string>): void {
  const present = new Map(files.map((file) => [file.path, file.sha256]));
  const faults = [
    ...files.filter((file) => !recorded.has(file.path)).map((file) => `${file.path} is new`),
    ...[...recorded].flatMap(([path, sha256]) => {
      const actual = present.get(path);
      if (actual === undefined) return [`${path} is missing`];
      return actual === sha256.toLowerCase() ? [] : [`${path} has changed`];
    }),
  ];
  if (faults.length === 0) return;
  const shown = faults.slice(0, 10).join(", ");
  throw new ModelkeepError(
    "INTEGRITY",
    `the model is not the one that was recorded (${shown}): find out who changed it before you load it`,
  );
}
