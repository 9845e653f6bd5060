import { readFileSync, statSync } from "node:fs";
import type * as run from "./run.ts";

/** What `scripts/bundle.mjs` writes beside a bundle: each file it was made of, as it was then. */
interface Manifest {
  readonly inputs: readonly (readonly [path: string, size: number, mtimeMs: number])[];
}

const BUNDLE = new URL("../bundle/scan.js", import.meta.url);
const MANIFEST = new URL("../bundle/manifest.json", import.meta.url);

/**
 * The scan, from one file where the build made one: loading its two hundred modules one by one costs more than
 * scanning a small pickle. A bundle is used only while every file that it was made of is unchanged, so that what
 * judges is always what is built.
 */
export async function loadScan(): Promise<typeof run> {
  if (isFresh()) {
    const bundled: typeof run = await import(/* @vite-ignore */ BUNDLE.href);
    return bundled;
  }
  return await import("./run.ts");
}

function isFresh(): boolean {
  try {
    const manifest: Manifest = JSON.parse(readFileSync(MANIFEST, "utf8"));
    return manifest.inputs.every(([path, size, mtimeMs]) => {
      const stat = statSync(new URL(path, MANIFEST));
      return stat.size === size && stat.mtimeMs === mtimeMs;
    });
  } catch (error) {
    // Not built, or an input is gone: the modules themselves are always right.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}
