import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isFresh } from "./bundle-manifest.ts";
import { keepCompiledCode } from "./compile-cache.ts";
import { runShown } from "./run-shown.ts";

// What `bin/modelkeep` runs. `scripts/bundle.mjs` puts this file and the scan into `dist/bundle`, as CommonJS: loading
// two hundred modules, and the module loader itself, costs more than scanning a small pickle. All other commands, and
// the scan itself while the bundle is older than the build, run from the modules as compiled.

keepCompiledCode();

async function start(folder: string, argv: readonly string[]): Promise<void> {
  if (argv[0] !== "scan" || !isFresh(folder)) {
    await import(/* @vite-ignore */ pathToFileURL(join(folder, "..", "main.js")).href);
    return;
  }
  const { command } = await import("./commands/scan.ts");
  process.exitCode = await runShown(argv, (words) => command.run(words.slice(1)));
}

void start(import.meta.dirname, process.argv.slice(2));
