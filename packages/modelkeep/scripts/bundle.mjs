// Puts the modules of `modelkeep scan` into one file, after `tsc -b`: node packages/modelkeep/scripts/bundle.mjs
// Only the start of the command gains (see docs/bench/scan.md); everything else runs from the modules as compiled.
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const dist = join(dirname(dirname(fileURLToPath(import.meta.url))), "dist");
const folder = join(dist, "bundle");
const inputs = new Set();

await build({
  configFile: false,
  logLevel: "warn",
  root: dist,
  build: {
    ssr: join(dist, "scan/run.js"),
    outDir: folder,
    emptyOutDir: true,
    target: "node24",
    minify: false,
    rolldownOptions: {
      // Loaded by name when needed: the pool starts its worker from the file beside it, the client is for URIs only.
      external: ["@modelkeep/scanner/service", "@modelkeep/mlflow"],
      output: { entryFileNames: "scan.js", chunkFileNames: "[name].js" },
    },
  },
  ssr: { noExternal: true },
  plugins: [
    {
      name: "inputs",
      load(id) {
        if (!id.startsWith("\0")) inputs.add(id.split("?")[0]);
      },
    },
  ],
});

const manifest = [...inputs]
  .toSorted((a, b) => (a < b ? -1 : 1))
  .map((path) => {
    const { size, mtimeMs } = statSync(path);
    return [relative(folder, path), size, mtimeMs];
  });
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "manifest.json"), JSON.stringify({ inputs: manifest }));
