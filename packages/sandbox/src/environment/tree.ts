import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/**
 * One digest for the state of a folder: names, kinds, sizes, times of change and targets of links, not contents: an
 * environment has tens of thousands of files, and is looked at on every use.
 * @param without a name directly in the folder that is left out
 */
export function treeDigest(folder: string, without: string): string {
  const digest = createHash("sha256");
  const walk = (path: string, name: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const [full, inner] = [join(path, entry.name), `${name}/${entry.name}`];
      if (inner === `/${without}`) continue;
      if (entry.isDirectory()) walk(full, inner);
      else digest.update(`${inner}\0${stateOf(full)}\n`);
    }
  };
  walk(folder, "");
  return digest.digest("hex");
}

function stateOf(path: string): string {
  const stat = lstatSync(path, { bigint: true });
  const target = stat.isSymbolicLink() ? readlinkSync(path) : "";
  return [stat.mode, stat.size, stat.mtimeNs, target].join(" ");
}
