import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ModelkeepError } from "@modelkeep/findings";

/**
 * The interpreter of the managed environment: `MODELKEEP_PYTHON`, else the one that `npm start` makes below the data
 * folder (`MODELKEEP_DATA`, else the user's).
 * @throws {ModelkeepError} `SANDBOX_UNAVAILABLE` says how to get one
 */
export function managedPython(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const named = env["MODELKEEP_PYTHON"];
  if (named) return named;
  const data =
    env["MODELKEEP_DATA"] || join(env["XDG_DATA_HOME"] || join(homedir(), ".local", "share"), "modelkeep");
  const made = join(data, "python", "current", "bin", "python");
  if (existsSync(made)) return made;
  throw new ModelkeepError(
    "SANDBOX_UNAVAILABLE",
    "there is no managed Python environment for the sandbox: run npm start once, or set MODELKEEP_PYTHON",
  );
}
