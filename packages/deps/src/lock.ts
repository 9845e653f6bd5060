import { canonicalName } from "./names.ts";

/** One package of a lock: an exact version, and the SHA-256 of every file that may be installed for it. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  readonly hashes: readonly string[];
}

const PACKAGE = /^([A-Za-z0-9][A-Za-z0-9._-]*)==([A-Za-z0-9][A-Za-z0-9.!+_-]*)(?:\s*;.*)?$/u;
const HASH = /^--hash=sha256:([0-9a-f]{64})$/u;

/**
 * Reads a lock in the form of `pip-compile --generate-hashes`.
 * @throws {Error} when a package has no exact version or no hash, or a line is something else
 */
export function parseLock(text: string): LockedPackage[] {
  const logical = text.replaceAll(/\\\r?\n/gu, " ").split(/\r?\n/u);
  return logical
    .map((line) => line.replace(/(?:^|\s)#.*$/u, "").trim())
    .filter((line) => line !== "")
    .map(lockedPackage);
}

function lockedPackage(line: string): LockedPackage {
  const [head = "", ...options] = line.split(/\s+(?=--)/u);
  const match = PACKAGE.exec(head.trim());
  const hashes = options.map((option) => HASH.exec(option.trim())?.[1]);
  if (match === null || hashes.length === 0 || hashes.includes(undefined))
    throw new Error(
      `the lock has a line without exact version and hashes: ${JSON.stringify(line.slice(0, 100))}`,
    );
  return {
    name: canonicalName(match[1] ?? ""),
    version: match[2] ?? "",
    hashes: hashes.flatMap((hash) => hash ?? []),
  };
}
