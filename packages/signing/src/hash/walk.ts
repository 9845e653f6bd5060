import { type Dirent, lstatSync, readdirSync, realpathSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { SigningError } from "../errors.ts";
import { shown } from "../manifest/names.ts";
import type { EntryKind, Ignores } from "./ignore.ts";

/** A file to hash. */
export interface FoundFile {
  /** Relative to the folder, `/` between parts; `.` when the model is a single file. */
  readonly path: string;
  /** What to open: no link any more. */
  readonly real: string;
}

export interface WalkOptions {
  readonly ignores: Ignores;
  /** Hash the files that links name, as long as they stay in the folder. */
  readonly allowSymlinks: boolean;
  /** Pass over links to folders, as the reference tool does: nothing below them is hashed. */
  readonly compatible: boolean;
  /** Paths to look for: whatever else lies there is neither hashed nor refused. Undefined: everything. */
  readonly only?: ReadonlySet<string> | undefined;
}

const MAX_FILES = 1_000_000;
const MAX_DEPTH = 128;

/**
 * Lists the files of a model: a folder, or a single file. Links, devices and names that are not UTF-8 are refused
 * unless an option lets them pass; nothing outside of the folder is ever listed.
 * @throws {SigningError} `model-refused`, `limit`, `io`
 */
export function walk(model: string, options: WalkOptions): readonly FoundFile[] {
  try {
    return new Walk(model, options).run();
  } catch (cause) {
    if (cause instanceof SigningError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SigningError("io", `cannot read the model: ${reason}`, { cause });
  }
}

class Walk {
  readonly #model: string;
  readonly #options: WalkOptions;
  readonly #found: FoundFile[] = [];
  #root: string | undefined;

  constructor(model: string, options: WalkOptions) {
    this.#model = model;
    this.#options = options;
  }

  run(): readonly FoundFile[] {
    const stat = lstatSync(this.#model);
    if (stat.isSymbolicLink() && !this.#options.allowSymlinks) {
      refuse(this.#model, "is a symbolic link", "name what it points at, or give --allow-symlinks");
    }
    const target = stat.isSymbolicLink() ? statSync(this.#model) : stat;
    if (target.isFile()) return [{ path: ".", real: realpathSync(this.#model) }];
    if (!target.isDirectory()) refuse(this.#model, "is neither a file nor a folder");
    const open: { path: string; depth: number }[] = [{ path: "", depth: 0 }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      // Reversed: the first folder is the next one. So files come nearly in the order in which they are sorted later.
      for (const folder of this.#list(next.path, next.depth).reverse())
        open.push({ path: folder, depth: next.depth + 1 });
    }
    return this.#found;
  }

  /** Takes the files of one folder, and returns its folders. */
  #list(folder: string, depth: number): string[] {
    if (depth > MAX_DEPTH) throw new SigningError("limit", `the model is deeper than ${MAX_DEPTH} folders`);
    const folders: string[] = [];
    for (const entry of readdirSync(join(this.#model, folder), { withFileTypes: true })) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      const kind = kindOf(entry);
      if (this.#options.ignores(path, kind)) continue;
      if (kind !== "folder") this.#take(path, kind);
      else if (this.#options.only === undefined || !isNotUtf8(path)) folders.push(checkName(path));
    }
    return folders;
  }

  #take(path: string, kind: EntryKind): void {
    if (this.#options.only?.has(path) === false) return;
    checkName(path);
    if (kind === "special") refuse(path, "is neither a file nor a folder");
    if (kind === "link") this.#follow(path);
    else this.#add(path, `${this.#model}${sep}${path}`);
  }

  #add(path: string, real: string): void {
    if (this.#found.length >= MAX_FILES)
      throw new SigningError("limit", `the model has more than ${MAX_FILES} files`);
    this.#found.push({ path, real });
  }

  #follow(path: string): void {
    if (!this.#options.allowSymlinks) {
      refuse(path, "is a symbolic link", "replace it by the file, or give --allow-symlinks");
    }
    const real = this.#realPath(path);
    this.#root ??= realpathSync(this.#model);
    if (!real.startsWith(this.#root + sep)) refuse(path, "is a link that leaves the folder");
    const stat = lstatSync(real);
    if (stat.isFile()) this.#add(path, real);
    else if (!stat.isDirectory()) refuse(path, "is a link to something that is neither a file nor a folder");
    else if (!this.#options.compatible) {
      refuse(path, "is a link to a folder, which no signature covers", "replace it by the folder");
    }
  }

  #realPath(path: string): string {
    try {
      return realpathSync(join(this.#model, path));
    } catch {
      return refuse(path, "is a link that leads nowhere");
    }
  }
}

function isNotUtf8(path: string): boolean {
  return path.includes("\ufffd");
}

function checkName(path: string): string {
  if (isNotUtf8(path)) refuse(path, "has a name that is not UTF-8, which no signature can list");
  return path;
}

function kindOf(entry: Dirent): EntryKind {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  return entry.isSymbolicLink() ? "link" : "special";
}

function refuse(path: string, why: string, advice?: string): never {
  throw new SigningError("model-refused", `${shown(path)} ${why}`, advice === undefined ? {} : { advice });
}
