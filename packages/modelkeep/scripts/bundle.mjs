// Puts the modules of `modelkeep scan`, `sign` and `verify` into few files, after `tsc -b`: node packages/modelkeep/scripts/bundle.mjs
// Only the start of the command gains (see docs/bench/scan.md); everything else runs from the modules as compiled.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const home = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(home, "dist");
const folder = join(dist, "bundle");
const manifest = join(home, "package.json");
/** What must be unchanged for the bundle to be used: compilers' stamps, and the manifest that the version is from. */
const stamps = new Set([manifest]);

const inputs = {
  name: "inputs",
  load(id) {
    if (id.startsWith("\0")) return undefined;
    const path = id.split("?")[0];
    stamps.add(stampOf(path));
    if (path !== join(dist, "version.js")) return undefined;
    const { version } = JSON.parse(readFileSync(manifest, "utf8"));
    return `export const version = () => ${JSON.stringify(version)};`;
  },
};

const ascii = {
  name: "ascii",
  // One character above U+00FF makes V8 keep all of a file at two bytes each, and Node decode it at every start.
  generateBundle(_options, files) {
    for (const file of Object.values(files)) {
      if (file.type === "chunk") file.code = file.code.replaceAll(/[^\0-\x7f]/g, escaped);
    }
  },
};

function escaped(unit) {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** The file that changes whenever this module does: the compiler's stamp for ours, the manifest for a library's. */
function stampOf(path) {
  const parts = path.split(sep);
  const library = parts.lastIndexOf("node_modules");
  if (library < 0) return [...parts.slice(0, parts.lastIndexOf("dist") + 1), ".tsbuildinfo"].join(sep);
  const depth = parts[library + 1]?.startsWith("@") ? 3 : 2;
  return [...parts.slice(0, library + depth), "package.json"].join(sep);
}

await build({
  configFile: false,
  logLevel: "warn",
  root: dist,
  build: {
    ssr: join(dist, "start.js"),
    outDir: folder,
    emptyOutDir: true,
    target: "node24",
    minify: false,
    rolldownOptions: {
      // Loaded by name when needed: the pools start their workers from the files beside them, the client is for URIs only.
      external: ["@modelkeep/scanner/service", "@modelkeep/signing/hash/pool", "@modelkeep/mlflow"],
      output: {
        format: "cjs",
        entryFileNames: "[name].cjs",
        chunkFileNames: "[name].cjs",
        // White space and comments cost time at each start; names stay, for stack traces.
        minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
      },
    },
  },
  ssr: { noExternal: true },
  plugins: [inputs, ascii],
});

const rows = [...stamps]
  .toSorted((a, b) => (a < b ? -1 : 1))
  .map((path) => {
    const { size, mtimeMs } = statSync(path);
    return [relative(folder, path), size, mtimeMs];
  });
writeFileSync(join(folder, "manifest.json"), JSON.stringify({ stamps: rows }));
