import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Lock, tryLock } from "@modelkeep/audit-log/lock";

/** A folder of this process alone. It is removed when it is disposed, and by the next process when this one was killed. */
export interface PrivateFolder extends AsyncDisposable {
  /** Where files go. */
  readonly folder: string;
}

const NAME = "modelkeep-model-";
/** While it has no lock yet. */
const NEW_NAME = "modelkeep-new-";
const NEW_MILLISECONDS = 24 * 3_600_000;

const swept = new Set<string>();
const own = new Set<string>();

/**
 * Makes a private folder.
 * @param parent default the system's temporary folder
 */
export async function makePrivateFolder(parent = tmpdir()): Promise<PrivateFolder> {
  await mkdir(parent, { recursive: true });
  if (!swept.has(parent)) {
    swept.add(parent);
    await sweep(parent);
  }
  // Locked before it bears the name under which others look for what was left behind.
  const made = await mkdtemp(join(parent, NEW_NAME));
  const lock = tryLock(join(made, "lock"));
  if (lock === undefined) throw new Error(`${made} is locked although it is new`);
  const home = join(parent, NAME + made.slice(join(parent, NEW_NAME).length));
  await rename(made, home);
  own.add(home);
  const folder = join(home, "model");
  await mkdir(folder, { mode: 0o700 });
  return { folder, [Symbol.asyncDispose]: async () => await dispose(home, lock) };
}

async function dispose(home: string, lock: Lock): Promise<void> {
  await removeFolder(home);
  lock.release();
  own.delete(home);
}

/** Not even our own process should write there by mistake. Files were made read-only when they were written. */
export async function seal(folder: string): Promise<void> {
  for (const sub of await foldersBelow(folder)) await chmod(sub, 0o500);
}

/** Removes what killed processes left. What another process does at the same time is its business. */
async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const home = join(parent, name);
    if (name.startsWith(NAME) && !own.has(home)) await removeIfLeft(home);
    else if (name.startsWith(NEW_NAME) && (await age(home)) > NEW_MILLISECONDS) await removeFolder(home);
  }
}

async function removeIfLeft(home: string): Promise<void> {
  if (!(await isOurs(home))) return;
  let lock: Lock | undefined;
  try {
    lock = tryLock(join(home, "lock"));
  } catch {
    // It is being removed, or holds no lock: then it is none of ours.
    return;
  }
  if (lock === undefined) return;
  await removeFolder(home);
  lock.release();
}

async function isOurs(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() === true && found.uid === process.getuid?.();
}

async function age(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && found.uid === process.getuid?.() ? Date.now() - found.mtimeMs : 0;
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
