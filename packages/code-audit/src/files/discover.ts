import { closeSync, lstatSync, openSync, readdirSync, readSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { ModelkeepError } from "@modelkeep/findings";
import type { Unaudited } from "../model/report.ts";
import type { FileKind } from "../model/source.ts";
import { kindByHead, kindByName } from "./classify.ts";

/** One file to audit. */
export interface Candidate {
  /** As shown in the report. */
  readonly path: string;
  /** Where it is on this machine. */
  readonly absolute: string;
  readonly kind: FileKind;
  /** In bytes. */
  readonly size: number;
}

export interface Discovered {
  readonly files: readonly Candidate[];
  readonly unaudited: readonly Unaudited[];
}

/** Folders of other people's code, of caches and of version control. Audited only when named directly. */
const EXCLUDED: ReadonlySet<string> = new Set([
  ".bzr",
  ".eggs",
  ".git",
  ".hg",
  ".ipynb_checkpoints",
  ".mypy_cache",
  ".nox",
  ".pytest_cache",
  ".ruff_cache",
  ".svn",
  ".tox",
  ".venv",
  "__pycache__",
  "__pypackages__",
  "dist-packages",
  "node_modules",
  "site-packages",
]);

/**
 * Finds what to audit: every file under the paths whose kind is known, each once, sorted by path.
 * Virtual environments (a folder with `pyvenv.cfg`) and the folders of `EXCLUDED` are left out unless a path names them or leads into them.
 * @param cwd paths are shown relative to it
 * @throws {ModelkeepError} NOT_FOUND for a path that is not there
 */
export function discover(paths: readonly string[], cwd: string): Discovered {
  const walk = new Walk(cwd);
  for (const path of paths) walk.root(resolve(cwd, path), path);
  const files = walk.files.toSorted((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
  return { files, unaudited: walk.unaudited };
}

class Walk {
  readonly files: Candidate[] = [];
  readonly unaudited: Unaudited[] = [];
  readonly #seen = new Set<string>();
  readonly #cwd: string;

  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  root(absolute: string, named: string): void {
    const stat = statSync(absolute, { throwIfNoEntry: false });
    if (stat === undefined) {
      throw new ModelkeepError("NOT_FOUND", `${named}: no such file or folder: check the path`);
    }
    if (stat.isDirectory()) this.#folder(realpathSync(absolute), absolute);
    else this.#file(absolute, true);
  }

  /** @param shown by which path it was reached, so that reports use the name that the caller gave */
  #folder(real: string, shown: string): void {
    const open = [shown];
    this.#seen.add(real);
    for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
      for (const entry of this.#entries(folder)) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) {
          if (!EXCLUDED.has(entry.name) && !isEnvironment(path)) open.push(path);
        } else if (entry.isSymbolicLink()) this.#link(path, real);
        else if (entry.isFile()) this.#file(path, false);
      }
    }
  }

  #entries(folder: string) {
    try {
      return readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      this.#unread(folder, error);
      return [];
    }
  }

  /** A link to a file is audited; one to a folder within the tree is reached anyway; one that leads out is said. */
  #link(path: string, root: string): void {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isFile() === true) this.#file(path, false);
    else if (stat?.isDirectory() === true && !`${realpathSync(path)}${sep}`.startsWith(`${root}${sep}`)) {
      this.unaudited.push({
        path: this.#shown(path),
        state: "unread",
        reason: {
          en: "a link to a folder outside of what is audited: name that folder too",
          zh: "指向审计范围之外目录的符号链接：请同时指定该目录",
        },
      });
    }
  }

  #file(path: string, named: boolean): void {
    const shown = this.#shown(path);
    try {
      const { size } = statSync(path);
      const byName = kindByName(shown);
      const kind = byName === "peek" ? kindByHead(head(path)) : byName;
      const audited = kind ?? (named ? "python" : undefined);
      if (audited === undefined || this.#known(path)) return;
      this.files.push({ path: shown, absolute: path, kind: audited, size });
    } catch (error) {
      this.#unread(path, error);
    }
  }

  /** Links and paths that are named twice lead to one file, which is audited once. */
  #known(path: string): boolean {
    const real = lstatSync(path).isSymbolicLink() ? realpathSync(path) : path;
    if (this.#seen.has(real)) return true;
    this.#seen.add(real);
    return false;
  }

  #unread(path: string, error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    this.unaudited.push({
      path: this.#shown(path),
      state: "unread",
      reason: { en: `cannot be read: ${why}`, zh: `无法读取：${why}` },
    });
  }

  #shown(path: string): string {
    const inside = relative(this.#cwd, path);
    const shown = inside.startsWith("..") || isAbsolute(inside) ? path : inside;
    return sep === "/" ? shown : shown.replaceAll(sep, "/");
  }
}

function isEnvironment(folder: string): boolean {
  return statSync(join(folder, "pyvenv.cfg"), { throwIfNoEntry: false }) !== undefined;
}

function head(path: string): string {
  const handle = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(128);
    return bytes.toString("latin1", 0, readSync(handle, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(handle);
  }
}
