import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

/** A lock that this process holds. */
export interface Lock {
  /** Lets go. Ending the process, however it ends, does the same. */
  release(): void;
}

const SQLITE_BUSY = 5;
const FIRST_PAUSE = 5;
const LONGEST_PAUSE = 100;

/**
 * Takes a lock between processes, without waiting. The kernel holds it (through SQLite's use of `fcntl`), so a killed
 * process never leaves one behind, and a process id that is used again deceives nobody.
 * @param path a file of its own, made when it is not there; nothing else may open it
 * @returns undefined when somebody has it, this process included
 * @throws the file system's error when the file cannot be made
 */
export function tryLock(path: string): Lock | undefined {
  const file = new DatabaseSync(path, { timeout: 0 });
  try {
    file.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (error) {
    file.close();
    if (error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
  return { release: () => file.close() };
}

/** As `tryLock`, trying again until so many milliseconds have passed. */
export async function waitForLock(path: string, milliseconds: number): Promise<Lock | undefined> {
  const until = performance.now() + milliseconds;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    const lock = tryLock(path);
    if (lock !== undefined || performance.now() + pause > until) return lock;
    await sleep(pause);
  }
}
