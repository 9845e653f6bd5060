import { MlflowError } from "../error.ts";

const MAX_NAME_BYTES = 255;

/**
 * Checks one name of a file or folder that a server or a foreign folder gave.
 * @throws {MlflowError} `limit` for what could leave the folder, or would be another file on another system
 */
export function checkName(name: string, folder: string): string {
  const where = folder === "" ? "the model" : folder;
  if (name === "" || name === "." || name === "..") throw fault(where, name, "is no name");
  if (/[/\\:]/u.test(name)) throw fault(where, name, "holds a path");
  if (/[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]/u.test(name)) {
    throw fault(where, name, "holds control characters");
  }
  if (name.normalize("NFC") !== name) throw fault(where, name, "is not in normal form");
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) throw fault(where, `${name.slice(0, 40)}…`, "is too long");
  return name;
}

/**
 * Paths of which one would overwrite another, or lie within a file, on a system that ignores case or spelling.
 * @throws {MlflowError} `limit`
 */
export function checkDistinct(paths: readonly string[]): void {
  const files = new Map<string, string>();
  for (const path of paths) {
    const key = folded(path);
    const other = files.get(key);
    if (other !== undefined)
      throw new MlflowError("limit", `${path} and ${other} differ in case or spelling only: rename one`);
    files.set(key, path);
  }
  const folders = new Map<string, string>();
  for (const path of paths) {
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      const folder = path.slice(0, end);
      const key = folded(folder);
      const other = folders.get(key) ?? files.get(key);
      if (other !== undefined && (other !== folder || files.has(key)))
        throw new MlflowError("limit", `${path} and ${other} would be in each other's place: rename one`);
      folders.set(key, folder);
    }
  }
}

// Upper case first: ß and ss, ſ and s, the Kelvin sign and k are one name where case does not count.
function folded(path: string): string {
  return path.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFKC");
}

function fault(where: string, name: string, what: string): MlflowError {
  return new MlflowError("limit", `a file name in ${where} ${what}: ${JSON.stringify(name)} is refused`);
}
