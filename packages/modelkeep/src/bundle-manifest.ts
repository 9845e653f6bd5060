import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** What `scripts/bundle.mjs` writes beside a bundle: the compiler's stamp of each package in it, as it was then. */
interface Manifest {
  readonly stamps: readonly (readonly [path: string, size: number, mtimeMs: number])[];
}

const MANIFEST = "manifest.json";

/**
 * Whether the bundle in `folder` holds what is built now, so that what judges is always what was compiled last. The
 * compiler writes a package's stamp whenever it writes a module of it. Where there is no stamp there is no compiler:
 * a published package comes without.
 */
export function isFresh(folder: string): boolean {
  // The manifest is written last: without it the bundle is not all there.
  if (!existsSync(join(folder, MANIFEST))) return false;
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, MANIFEST), "utf8"));
  return manifest.stamps.every(([path, size, mtimeMs]) => {
    const stat = statSync(join(folder, path), { throwIfNoEntry: false });
    return stat === undefined || (stat.size === size && stat.mtimeMs === mtimeMs);
  });
}
