import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { ModelkeepError } from "@modelkeep/findings";

/**
 * Takes a data folder for one gateway: two of them would write one audit log and break its chain.
 * @returns gives the folder back
 * @throws {ModelkeepError} `CONFIGURATION` when a living process has it
 */
export function lockDataDir(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, "gateway.lock");
  const holder = readHolder(file);
  if (holder !== undefined && holder !== process.pid && isAlive(holder)) {
    throw new ModelkeepError(
      "CONFIGURATION",
      `process ${holder} already runs a gateway on ${dataDir}: stop it, or give this one another --data folder`,
    );
  }
  rmSync(file, { force: true });
  const descriptor = openSync(file, "wx", 0o600);
  writeSync(descriptor, `${process.pid}\n`);
  closeSync(descriptor);
  return () => rmSync(file, { force: true });
}

function readHolder(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(file, "utf8"), 10);
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
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
