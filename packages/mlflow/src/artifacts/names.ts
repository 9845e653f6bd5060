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

/** Two names that are one file on a system that ignores case. @throws {MlflowError} `limit` */
export function checkDistinct(paths: Iterable<string>): void {
  const seen = new Map<string, string>();
  for (const path of paths) {
    const folded = path.toLowerCase();
    const other = seen.get(folded);
    if (other !== undefined) {
      throw new MlflowError("limit", `${path} and ${other} differ in case only: rename one`);
    }
    seen.set(folded, path);
  }
}

function fault(where: string, name: string, what: string): MlflowError {
  return new MlflowError("limit", `a file name in ${where} ${what}: ${JSON.stringify(name)} is refused`);
}
