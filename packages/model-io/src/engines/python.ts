import { existsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { ModelkeepError } from "@modelkeep/findings";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The interpreter of the managed environment: `MODELKEEP_PYTHON`, else the one below the data folder: `MODELKEEP_DATA`,
 * else `.modelkeep` in the working folder, where `npm start` makes it, else the user's data folder.
 * @throws {ModelkeepError} `SANDBOX_UNAVAILABLE` says how to get one
 */
export function managedPython(env: Environment = process.env, workingFolder = process.cwd()): string {
  const named = env["MODELKEEP_PYTHON"];
  if (named) return named;
  for (const data of dataFolders(env, workingFolder)) {
    const made = join(data, "python", "current", "bin", "python");
    if (existsSync(made)) return made;
  }
  throw new ModelkeepError(
    "SANDBOX_UNAVAILABLE",
    "there is no managed Python environment for the sandbox: run npm start once, or set MODELKEEP_PYTHON",
  );
}

/** The data folder in which something of ours may be made: the first of those that `managedPython` looks in. */
export function ownDataFolder(env: Environment = process.env, workingFolder = process.cwd()): string {
  return dataFolders(env, workingFolder)[0] ?? join(workingFolder, ".modelkeep");
}

function dataFolders(env: Environment, workingFolder: string): string[] {
  const named = env["MODELKEEP_DATA"];
  if (named) return [resolve(workingFolder, named)];
  const here = join(workingFolder, ".modelkeep");
  const users = join(env["XDG_DATA_HOME"] || join(homedir(), ".local", "share"), "modelkeep");
  return isOnlyOurs(here) ? [here, users] : [users];
}

/** An interpreter that somebody else may have put into the working folder is not run. */
function isOnlyOurs(folder: string): boolean {
  const stat = statSync(folder, { throwIfNoEntry: false });
  return stat !== undefined && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0;
}
