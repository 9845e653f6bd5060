import { open, readFile, rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { ModelkeepError } from "@modelkeep/findings";

const WAIT_MS = 10 * 60_000;

/**
 * Runs `work` while this process alone holds `<folder>.lock`, so that two starts do not make one environment twice.
 * The lock of a process that is gone is taken over.
 * @throws ModelkeepError UNAVAILABLE when another process holds it for over ten minutes
 */
export async function withFolderLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const file = `${folder}.lock`;
  const until = Date.now() + WAIT_MS;
  while (!(await take(file))) {
    if (Date.now() > until) {
      throw new ModelkeepError(
        "UNAVAILABLE",
        `another process holds ${file}: wait for it, or remove the file`,
      );
    }
    await sleep(200);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file: string): Promise<boolean> {
  try {
    const handle = await open(file, "wx", 0o600);
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  const holder = Number(await readFile(file, "utf8").catch(() => "0"));
  // An empty file is a lock being written at this moment.
  if (Number.isInteger(holder) && holder > 0 && !isAlive(holder)) await rm(file, { force: true });
  return false;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
