import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** Verdicts depend on these packages' code: readers, machine, rules and allowlists. */
const PACKAGES = ["bytes", "formats", "scanner"];

let known: string | undefined;

/**
 * Names the code that makes verdicts: a SHA-256 (hexadecimal) over the files that run. Whoever keeps verdicts keeps this
 * beside them: a changed rule or reader must never meet a verdict of the old one. Read once, about 10 ms.
 */
export function scannerGeneration(): string {
  known ??= digestOf(codeFolders());
  return known;
}

/** The packages lie beside each other, in a checkout as in an installation. */
function codeFolders(): string[] {
  const here = dirname(fileURLToPath(import.meta.url));
  return PACKAGES.map((name) => join(here, "..", "..", name, basename(here)));
}

/** @throws the file system's error when a folder is not there: a digest over nothing would never change */
export function digestOf(folders: readonly string[]): string {
  const hash = createHash("sha256");
  for (const folder of folders) {
    for (const path of codeFiles(folder)) {
      const content = readFileSync(path);
      hash
        .update(`${basename(dirname(folder))}/${relative(folder, path)}\0${content.length}\0`)
        .update(content);
    }
  }
  return hash.digest("hex");
}

function codeFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && /\.[jt]s$/u.test(entry.name) && !/\.(?:d|test)\.ts$/u.test(entry.name),
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted((a, b) => (a < b ? -1 : 1));
}
