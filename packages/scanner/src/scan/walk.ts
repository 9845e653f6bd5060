import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";
import { ModelkeepError } from "@modelkeep/findings";

/** One thing below a folder. */
export interface Entry {
  /** Full path. */
  readonly path: string;
  /** Path below the folder that was walked, with `/`. */
  readonly relative: string;
  readonly kind: "file" | "symlink" | "special";
  /** Whether it lies in a model's folder. */
  readonly inModel: boolean;
}

/** A folder that is one MLflow model: it holds a MLmodel. */
export interface ModelFolder {
  readonly path: string;
  /** Whether it lies within another model's folder. */
  readonly nested: boolean;
}

export interface Walked {
  readonly entries: readonly Entry[];
  /** Sorted by path, so that an outer one comes before those within. */
  readonly models: readonly ModelFolder[];
}

interface Folder {
  readonly path: string;
  readonly relative: string;
  readonly depth: number;
  readonly inModel: boolean;
}

/** The name of the file that makes a folder a model. */
export const MLMODEL = "MLmodel";

export interface WalkLimits {
  readonly maxEntries: number;
  readonly maxDepth: number;
}

export const WALK_LIMITS: WalkLimits = { maxEntries: 1_000_000, maxDepth: 64 };

/**
 * Everything below a folder, sorted by path. Links are named, never followed.
 * @throws {ModelkeepError} `NOT_FOUND` when a folder cannot be read, `LIMIT_EXCEEDED`
 */
export function walk(folder: string, limits: WalkLimits = WALK_LIMITS): Walked {
  const entries: Entry[] = [];
  const models: ModelFolder[] = [];
  const todo: Folder[] = [{ path: folder, relative: "", depth: 0, inModel: false }];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    checkLimits(next, entries.length, limits);
    const items = readFolder(next.path);
    const isModel = items.some((item) => item.name === MLMODEL && !item.isDirectory());
    if (isModel) models.push({ path: next.path, nested: next.inModel });
    const inModel = next.inModel || isModel;
    for (const item of items) {
      const path = join(next.path, item.name);
      const relative = next.relative === "" ? item.name : `${next.relative}/${item.name}`;
      if (item.isDirectory()) todo.push({ path, relative, depth: next.depth + 1, inModel });
      else entries.push({ path, relative, kind: kindOf(item), inModel });
    }
  }
  entries.sort((a, b) => compare(a.relative, b.relative));
  models.sort((a, b) => compare(a.path, b.path));
  return { entries, models };
}

function checkLimits(folder: Folder, entries: number, limits: WalkLimits): void {
  const { path, depth } = folder;
  if (depth > limits.maxDepth) {
    const message = `${path} lies deeper than ${limits.maxDepth} folders: scan it by itself`;
    throw new ModelkeepError("LIMIT_EXCEEDED", message);
  }
  if (entries > limits.maxEntries) {
    throw new ModelkeepError(
      "LIMIT_EXCEEDED",
      `more than ${limits.maxEntries} files: scan parts of the folder`,
    );
  }
}

function readFolder(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ModelkeepError("NOT_FOUND", `cannot read folder ${path}: ${reason}`, { cause });
  }
}

function kindOf(item: Dirent): Entry["kind"] {
  if (item.isFile()) return "file";
  return item.isSymbolicLink() ? "symlink" : "special";
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
