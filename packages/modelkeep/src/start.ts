import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isFresh } from "./bundle-manifest.ts";
import type { Command } from "./command.ts";
import { keepCompiledCode } from "./compile-cache.ts";
import { runShown } from "./run-shown.ts";

// What `bin/modelkeep` runs. `scripts/bundle.mjs` puts this file and the commands below into `dist/bundle`, as CommonJS:
// loading two hundred modules, and the module loader itself, costs more than scanning a small pickle or hashing a small
// model. All other commands, and these while the bundle is older than the build, run from the modules as compiled.

keepCompiledCode();

/** The commands that are started often, and for little work each. */
const LEAN: ReadonlyMap<string, () => Promise<{ command: Command }>> = new Map([
  ["scan", () => import("./commands/scan.ts")],
  ["sign", () => import("./commands/sign.ts")],
  ["verify", () => import("./commands/verify.ts")],
]);

/** @returns the exit code */
async function start(folder: string, words: readonly string[]): Promise<number> {
  const lean = LEAN.get(words[0] ?? "");
  if (lean !== undefined && isFresh(folder)) {
    const { command } = await lean();
    return await command.run(words.slice(1));
  }
  // It reads the command line itself, and leaves its exit code with the process.
  await import(/* @vite-ignore */ pathToFileURL(join(folder, "..", "main.js")).href);
  return Number(process.exitCode ?? 0);
}

void runShown(process.argv.slice(2), (words) => start(import.meta.dirname, words)).then((code) => {
  process.exitCode = code;
});
