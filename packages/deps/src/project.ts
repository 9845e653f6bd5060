import { closeSync, fstatSync, openSync, readdirSync, readSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { printable } from "@modelkeep/findings";
import { type FileKind, NOTHING, type Reading } from "./model.ts";
import { kindOf, kindOfNamed } from "./read/kinds.ts";
import { readText } from "./read/read-file.ts";
import { decodeText, type SourceText } from "./text/decode.ts";
import { LineIndex, type Position } from "./text/lines.ts";

/** One file that was read, or not. */
export interface ProjectFile {
  /** As it is shown: as the user named it, or below what they named. */
  readonly path: string;
  readonly absolute: string;
  readonly kind: FileKind;
  readonly source: SourceText;
  readonly reading: Reading;
  /** The files that this one includes, as they are shown, and theirs. */
  readonly includes: readonly string[];
  positionOf(offset: number): Position;
  /** Whether a path that the file names lies in what was read. */
  isOwn(path: string): boolean;
}

/** What could not be read at all. */
export interface Unread {
  readonly path: string;
  readonly message: string;
}

export interface Project {
  readonly files: readonly ProjectFile[];
  readonly unread: readonly Unread[];
  /** Folders that were not entered, by name: environments, packages of others. */
  readonly passed: readonly string[];
}

const MAX_BYTES = 32 * 2 ** 20;
const MAX_FILES = 20_000;
const MAX_DEPTH = 60;
const PASSED: ReadonlySet<string> = new Set([
  ".git",
  ".hg",
  ".svn",
  "node_modules",
  "site-packages",
  "dist-packages",
  "__pycache__",
  ".tox",
  ".nox",
  ".venv",
]);

/** Finds and reads all files of dependencies at or below paths, and what they include. */
export function readProject(paths: readonly string[]): Project {
  const reader = new ProjectReader();
  for (const path of paths) reader.add(path);
  return { files: reader.files, unread: reader.unread, passed: reader.passed };
}

class ProjectReader {
  readonly files: ProjectFile[] = [];
  readonly unread: Unread[] = [];
  readonly passed: string[] = [];
  readonly #seen = new Map<string, string>();

  add(path: string): void {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) this.unread.push({ path, message: "there is no such file or folder" });
    else if (stat.isDirectory()) this.#folder(path, resolve(path), 0);
    else this.#file(path, dirname(resolve(path)), undefined);
  }

  #folder(shown: string, root: string, depth: number): void {
    if (depth > MAX_DEPTH) {
      this.unread.push({ path: shown, message: "folders are nested too deeply" });
      return;
    }
    for (const entry of this.#entries(shown)) {
      const path = join(shown, entry.name);
      if (entry.isDirectory()) {
        if (this.#isPassed(path, entry.name)) this.passed.push(path);
        else this.#folder(path, root, depth + 1);
      } else if (kindOf(path) === undefined) continue;
      else if (entry.isFile() || entry.isSymbolicLink()) this.#found(path, root);
    }
  }

  #entries(folder: string) {
    try {
      return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
      this.unread.push({ path: folder, message: `the folder cannot be read: ${reasonOf(error)}` });
      return [];
    }
  }

  /** An environment is known by its mark, whatever its name. */
  #isPassed(path: string, name: string): boolean {
    return PASSED.has(name) || statSync(join(path, "pyvenv.cfg"), { throwIfNoEntry: false }) !== undefined;
  }

  #found(path: string, root: string): void {
    const real = realPath(path);
    if (real === undefined) this.unread.push({ path, message: "the link leads nowhere" });
    else if (!isWithin(real, realPath(root) ?? root))
      this.unread.push({ path, message: "the link leaves the folder, and is not followed" });
    else this.#file(path, root, undefined);
  }

  /** @returns the shown paths of this file and of those that it includes */
  #file(path: string, root: string, kind: FileKind | undefined): readonly string[] {
    const absolute = realPath(path) ?? resolve(path);
    const seen = this.#seen.get(absolute);
    if (seen !== undefined) return [seen];
    this.#seen.set(absolute, path);
    if (this.#seen.size > MAX_FILES) {
      this.unread.push({ path, message: `more than ${MAX_FILES} files: the rest is not read` });
      return [];
    }
    const bytes = this.#bytes(path);
    if (bytes === undefined) return [];
    const source = decodeText(bytes);
    const known = kind ?? kindOfNamed(path, source.text);
    if (known === undefined) {
      this.unread.push({ path, message: "it is no kind of file that is read" });
      return [];
    }
    return this.#parsed({ path, absolute, root, kind: known, source });
  }

  #parsed(file: {
    path: string;
    absolute: string;
    root: string;
    kind: FileKind;
    source: SourceText;
  }): string[] {
    const { path, absolute, root, kind, source } = file;
    const reading = readText(kind, source.text);
    const problems = [...reading.problems];
    const lines = new LineIndex(source.text);
    const at = this.files.length;
    const included: string[] = [];
    const record = {
      ...{ path, absolute, kind, source, includes: included },
      ...{ positionOf: (offset: number) => lines.positionOf(offset) },
      isOwn: (named: string) => this.#isOwn(named, dirname(path), root),
    };
    this.files.push({ ...record, reading: NOTHING });
    for (const one of reading.includes) {
      const target = this.#target(one.path, dirname(path), root);
      if (target.path === undefined) problems.push({ message: target.reason, at: one.at });
      else included.push(...this.#file(target.path, root, kindOf(target.path) ?? one.kind));
    }
    this.files[at] = { ...record, reading: { ...reading, problems } };
    return [path, ...included];
  }

  /** Where an included path leads: only to files below what was named. */
  #target(
    path: string,
    folder: string,
    root: string,
  ): { path: string; reason: string } | { path: undefined; reason: string } {
    const shown = printable(path, 200);
    const not = (reason: string) => ({ path: undefined, reason: `${shown} is not read: ${reason}` });
    if (/^[a-z][a-z0-9+.-]+:\/\//iu.test(path)) return not("it is an address");
    if (/\$\{?\w+\}?/u.test(path)) return not("it names a variable of the environment");
    if (path === "" || path.includes("\0")) return not("it names no file");
    const target = isAbsolute(path) ? path : join(folder, path);
    const real = realPath(target);
    if (real === undefined) return not("there is no such file");
    if (!isWithin(real, realPath(root) ?? root)) return not("it leaves the folder that was named");
    return { path: target, reason: "" };
  }

  #isOwn(named: string, folder: string, root: string): boolean {
    const path = named.replace(/^file:(?:\/\/)?/iu, "").split(/[#[]/u, 1)[0] ?? "";
    const real = realPath(isAbsolute(path) ? path : join(folder, path));
    return real !== undefined && isWithin(real, realPath(root) ?? root);
  }

  #bytes(path: string): Uint8Array | undefined {
    try {
      return readBounded(path);
    } catch (error) {
      this.unread.push({ path, message: `it cannot be read: ${reasonOf(error)}` });
      return undefined;
    }
  }
}

/** Reads a regular file of bounded size: neither a device nor a pipe, whose end may never come. */
function readBounded(path: string): Uint8Array {
  const file = openSync(path, "r");
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new RangeError("it is no regular file");
    if (stat.size > MAX_BYTES) throw new RangeError(`it has ${stat.size} bytes, more than ${MAX_BYTES}`);
    const bytes = new Uint8Array(stat.size);
    let done = 0;
    for (let read = -1; read !== 0 && done < bytes.length; done += read) {
      read = readSync(file, bytes, done, bytes.length - done, done);
    }
    return bytes.subarray(0, done);
  } finally {
    closeSync(file);
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function isWithin(path: string, root: string): boolean {
  const way = relative(root, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
