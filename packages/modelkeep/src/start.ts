import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isFresh } from "./bundle-manifest.ts";
import { keepCompiledCode } from "./compile-cache.ts";
import { runShown } from "./run-shown.ts";

// What `bin/modelkeep` runs. `scripts/bundle.mjs` puts this file and the scan into `dist/bundle`, as CommonJS: loading
// two hundred modules, and the module loader itself, costs more than scanning a small pickle. All other commands, and
// the scan itself while the bundle is older than the build, run from the modules as compiled.

keepCompiledCode();

/** @returns the exit code */
async function start(folder: string, words: readonly string[]): Promise<number> {
  if (words[0] === "scan" && isFresh(folder)) {
    const { command } = await import("./commands/scan.ts");
    return await command.run(words.slice(1));
  }
  // It reads the command line itself, and leaves its exit code with the process.
  await import(/* @vite-ignore */ pathToFileURL(join(folder, "..", "main.js")).href);
  return Number(process.exitCode ?? 0);
}

void runShown(process.argv.slice(2), (words) => start(import.meta.dirname, words)).then((code) => {
  process.exitCode = code;
});
