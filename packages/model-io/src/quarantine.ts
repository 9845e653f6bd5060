import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModelkeepError } from "@modelkeep/findings";
import {
  type Connection,
  type FetchedFile,
  type FetchLimits,
  fetchModel,
  type Resolved,
  resolveModelUri,
} from "@modelkeep/mlflow";
import { translated } from "./errors.ts";

/** A private, read-only copy of a model: what is hashed, scanned and loaded are these bytes and no others. */
export interface Quarantined extends AsyncDisposable {
  readonly folder: string;
  /** In order of path. */
  readonly files: readonly FetchedFile[];
  /** SHA-256 over the sorted list of files, in hexadecimal: the model's one digest. */
  readonly digest: string;
  readonly name?: string;
  readonly version?: string;
}

export interface QuarantineOptions {
  readonly connection: () => Connection;
  readonly limits?: Partial<FetchLimits>;
  /** Where private folders are made; default the system's temporary folder. */
  readonly folder?: string;
}

/**
 * Copies what a URI was resolved to. On failure nothing stays behind.
 * @throws {ModelkeepError}
 */
export async function quarantine(resolved: Resolved, options: QuarantineOptions): Promise<Quarantined> {
  return await translated(async () => {
    const parent = options.folder ?? tmpdir();
    await mkdir(parent, { recursive: true });
    const folder = await mkdtemp(join(parent, "modelkeep-model-"));
    try {
      const files = await fetchModel(resolved, folder, options);
      await seal(folder);
      const { name, version } = resolved;
      return {
        folder,
        files,
        digest: modelDigest(files),
        ...(name === undefined ? {} : { name }),
        ...(version === undefined ? {} : { version }),
        [Symbol.asyncDispose]: async () => await removeFolder(folder),
      };
    } catch (error) {
      await removeFolder(folder);
      throw error;
    }
  });
}

/**
 * Downloads what a URI names into `folder`, which must be empty. For commands that look at files (`scan`).
 * @throws {ModelkeepError}
 */
export async function resolveAndDownload(
  uri: string,
  folder: string,
  options: QuarantineOptions,
): Promise<readonly FetchedFile[]> {
  return await translated(async () => {
    const resolved = await resolveModelUri(uri, options.connection);
    return await fetchModel(resolved, folder, options);
  });
}

/** One digest for a list of files: SHA-256 of `<sha256>  <path>\n` for each, sorted by path, as sha256sum prints. */
export function modelDigest(files: readonly FetchedFile[]): string {
  const digest = createHash("sha256");
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const file of sorted) digest.update(`${file.sha256}  ${file.path}\n`);
  return digest.digest("hex");
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

// Not even our own process should write there by mistake. Files were made read-only when they were written.
async function seal(folder: string): Promise<void> {
  for (const sub of await foldersBelow(folder)) await chmod(sub, 0o500);
}

async function removeFolder(folder: string): Promise<void> {
  for (const sub of await foldersBelow(folder)) await chmod(sub, 0o700);
  await rm(folder, { recursive: true, force: true });
}

async function foldersBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const folders = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
  return [folder, ...folders];
}
