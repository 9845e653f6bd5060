import { chmod, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Lock, tryLock } from "@modelkeep/audit-log/lock";
import type { KeptPart } from "@modelkeep/mlflow";
import type { Blobs } from "./blobs.ts";
import { hashedName } from "./folder.ts";

/** A download that nobody took up again for so long is given up. */
const FORGOTTEN_MILLISECONDS = 7 * 24 * 3_600_000;

/**
 * The unfinished download of a remote file, held by this process until it is released.
 * @returns undefined when another one holds it
 */
export async function claimPart(folder: string, key: string, blobs: Blobs): Promise<KeptPart | undefined> {
  const path = join(folder, hashedName("part", key));
  const lock = tryLock(`${path}.lock`);
  if (lock === undefined) return undefined;
  try {
    return await part(path, lock, blobs);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function part(path: string, lock: Lock, blobs: Blobs): Promise<KeptPart> {
  const markFile = `${path}.etag`;
  const etag = await readMark(markFile);
  let marked = etag;
  // Without a mark nobody can say what the bytes belong to.
  if (etag === undefined) await rm(path, { force: true });
  else await chmod(path, 0o600).catch(() => undefined);
  const forget = async (): Promise<void> => {
    await rm(path, { force: true });
    await rm(markFile, { force: true });
  };
  return {
    path,
    etag,
    async mark(next) {
      if (next === marked) return;
      marked = next;
      if (next === undefined) await rm(markFile, { force: true });
      else await writeFile(markFile, next, { mode: 0o600 });
    },
    async finish(sha256) {
      await blobs.moveIn(path, sha256);
      await forget();
      marked = undefined;
    },
    async release() {
      if (marked === undefined) await forget();
      lock.release();
    },
  };
}

async function readMark(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, "utf8")) || undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Removes unfinished downloads: all, or those long forgotten. Those that are under way stay. */
export async function removeParts(folder: string, all: boolean): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!/^[0-9a-f]{64}$/u.test(name)) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined || (!all && Date.now() - found.mtimeMs < FORGOTTEN_MILLISECONDS)) continue;
    const lock = tryLock(`${path}.lock`);
    if (lock === undefined) continue;
    for (const file of [path, `${path}.etag`, `${path}.lock`]) await rm(file, { force: true });
    lock.release();
  }
}
