import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { lastLine, run } from "./run.mjs";
import { SetupError } from "./say.mjs";
import { root } from "./setup.mjs";

/**
 * The managed Python environment under `dataDir`, made when it is not there.
 * @returns {Promise<string>} path of its interpreter
 * @throws SetupError with the one line that says what is missing
 */
export async function pythonEnvironment(node, dataDir) {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const script = join(root, "scripts", "python-environment.mjs");
  const { code, stdout, output } = await run(node, [script, dataDir], {
    cwd: root,
    showLine: (line) => line.startsWith("· "),
  });
  if (code !== 0) throw new SetupError(lastLine(output).replace(/^modelkeep: /u, ""));
  return lastLine(stdout);
}
