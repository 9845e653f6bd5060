import { SigningError } from "../errors.ts";

/** Linux allows no longer path; deeper trees cannot be opened by name. */
const MAX_PATH_BYTES = 4096;
const MAX_DEPTH = 128;

/** What nearly every path is, and nothing that {@link fault} would find. */
const PLAIN = /^(?!\.{1,2}(?:\/|$))[\w.-]+(?:\/(?!\.{1,2}(?:\/|$))[\w.-]+)*$/u;
const MAX_PLAIN = 2 * MAX_DEPTH;

/**
 * Checks that a signed path is one that a file below the model's folder can have, in its only spelling.
 * @throws {SigningError} `manifest-invalid`
 */
export function checkPath(path: string): void {
  if (path.length < MAX_PLAIN && PLAIN.test(path)) return;
  const why = fault(path);
  if (why !== undefined) {
    throw new SigningError("manifest-invalid", `the signed path ${shown(path)} ${why}`);
  }
}

function fault(path: string): string | undefined {
  if (path === "") return "is empty";
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return "is too long";
  if (/\p{Cc}/u.test(path)) return "holds a control character";
  if (path.includes("\\")) return "holds a backslash, which some systems take for a separator";
  if (path.startsWith("/")) return "is absolute";
  if (/^[A-Za-z]:($|\/)/u.test(path)) return "names a drive";
  const parts = path.split("/");
  if (parts.length > MAX_DEPTH) return "is too deep";
  if (parts.includes("..")) return "leaves the folder";
  if (parts.includes("") || parts.includes(".")) return "has a second spelling";
  return undefined;
}

/**
 * Checks that no two paths of a manifest can mean one file: none twice, none that differs only by case or by Unicode
 * normalisation, none that is a file and a folder at once.
 * @param paths each file once
 * @param compatible take what differs by case or normalisation for different, as the reference tool does
 * @throws {SigningError} `manifest-invalid`
 */
export function checkDistinct(paths: readonly string[], compatible: boolean): void {
  const key = compatible ? (path: string) => path : folded;
  const files = new Map<string, string>();
  for (const path of paths) {
    const name = key(path);
    const other = files.get(name);
    if (other === path) fail(path, "is listed twice");
    if (other !== undefined) fail(path, `cannot be told from ${shown(other)} on every system`);
    files.set(name, path);
  }
  const folders = new Map<string, string>();
  for (const path of paths) checkFolders(path, key, files, folders);
}

function checkFolders(
  path: string,
  key: (path: string) => string,
  files: ReadonlyMap<string, string>,
  folders: Map<string, string>,
): void {
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
    const folder = path.slice(0, at);
    const folderKey = key(folder);
    const other = folders.get(folderKey);
    if (other === folder) return;
    if (other !== undefined)
      fail(path, `lies in a folder that cannot be told from ${shown(other)} on every system`);
    if (files.has(folderKey)) fail(path, `lies in ${shown(folder)}, which is listed as a file`);
    folders.set(folderKey, folder);
  }
}

/** ASCII needs no normalisation, and nearly every path is ASCII. */
function folded(path: string): string {
  if (/^[\0-\x7f]*$/u.test(path)) return path.toLowerCase();
  return path.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFKC");
}

/** A hostile name in a message: quoted, control characters escaped, cut. */
export function shown(path: string): string {
  return JSON.stringify(path.length > 200 ? `${path.slice(0, 200)}…` : path);
}

function fail(path: string, why: string): never {
  throw new SigningError("manifest-invalid", `the signed path ${shown(path)} ${why}`);
}

/** Orders paths as Python's `PurePosixPath` does: part by part, by code point. */
export function comparePaths(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return weight(left) - weight(right);
  }
  return a.length - b.length;
}

/** A part ends before every character, and what UTF-16 writes in two units lies behind all that it writes in one. */
function weight(unit: number): number {
  if (unit === 0x2f) return -1;
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}
