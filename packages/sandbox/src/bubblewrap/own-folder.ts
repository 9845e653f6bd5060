import { mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * Makes a folder that nobody else may look into, named after this process, and removes those of the same name that
 * processes left which were killed.
 * @param name letters and hyphens
 */
export async function makeOwnFolder(parent: string, name: string): Promise<string> {
  await sweep(parent, new RegExp(`^${name}-(\\d+)-`, "u"));
  return await mkdtemp(join(parent, `${name}-${process.pid}-`));
}

async function sweep(parent: string, pattern: RegExp): Promise<void> {
  for (const entry of await readdir(parent)) {
    const pid = pattern.exec(entry)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    // Somebody else's folder cannot be removed, and need not be.
    await rm(join(parent, entry), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
