import { lstatSync } from "node:fs";
import { basename, resolve } from "node:path";
import { SigningError } from "../errors.ts";
import type { HashAlgorithm, Manifest, Resource, Serialization } from "../manifest/manifest.ts";
import { comparePaths } from "../manifest/names.ts";
import { changed, type FileState, type HashTask, sameState, stateOf } from "./file.ts";
import { gitPathsOf, type IgnoreOptions, ignores } from "./ignore.ts";
import { type Done, type RunOptions, runTasks } from "./run.ts";
import { treeDigest } from "./tree.ts";
import { type FoundFile, walk } from "./walk.ts";

export interface HashOptions extends IgnoreOptions, RunOptions {
  /** Default: one SHA-256 for each file. */
  readonly method?: HashMethod;
  /** Hash the files that links name, as long as they stay in the folder. Default: a link is refused. */
  readonly allowSymlinks?: boolean;
  /** Pass over links to folders instead of refusing them. */
  readonly compatible?: boolean;
  /** Hash only these paths; whatever else lies in the folder is not looked at. */
  readonly only?: ReadonlySet<string>;
}

/** How to hash: the part of a {@link Serialization} that is no statement about the signing. */
export type HashMethod =
  | { readonly method: "files"; readonly hashType: HashAlgorithm }
  | { readonly method: "tree"; readonly hashType: HashAlgorithm; readonly mergeType: HashAlgorithm }
  | { readonly method: "shards"; readonly hashType: HashAlgorithm; readonly shardSize: number };

/**
 * Hashes a model, a folder or a single file, into a manifest: what a signature is made of and compared with.
 * Files are read once; the folder is listed again at the end, so what changed meanwhile is noticed.
 * @param model path of the folder or file
 * @throws {SigningError} `model-refused`, `model-changed`, `limit`, `io`
 */
export async function hashModel(model: string, options: HashOptions = {}): Promise<Manifest> {
  const method = options.method ?? { method: "files", hashType: "sha256" };
  const files = list(model, options).toSorted((a, b) => comparePaths(a.path, b.path));
  const tasks = files.flatMap((file) => tasksOf(file, method));
  const done = await runTasks(tasks, method.hashType, options);
  checkUnchanged(tasks, done, files, list(model, options));
  const resources = tasks.map((task, index) => resourceOf(task, method, done[index]?.digest ?? ""));
  return {
    ...uncoveredBy(tasks, files, method, options),
    modelName: basename(resolve(model)),
    serialization: serializationOf(method, options),
    resources: method.method === "tree" ? [treeDigest(resources, method.mergeType)] : resources,
  };
}

function list(model: string, options: HashOptions): readonly FoundFile[] {
  return walk(model, {
    ignores: ignores(options),
    allowSymlinks: options.allowSymlinks === true,
    compatible: options.compatible === true,
    only: options.only,
  });
}

function stateAt({ path, real }: FoundFile): FileState {
  try {
    return stateOf(lstatSync(real));
  } catch (cause) {
    throw new SigningError("model-changed", changed(path).message, { cause });
  }
}

function tasksOf(file: FoundFile, method: HashMethod): HashTask[] {
  const { path, real } = file;
  if (method.method !== "shards") return [{ path, real, start: 0, end: undefined, state: undefined }];
  const state = stateAt(file);
  const tasks: HashTask[] = [];
  for (let start = 0; start < state.size; start += method.shardSize) {
    tasks.push({ path, real, start, end: Math.min(start + method.shardSize, state.size), state });
  }
  return tasks;
}

/** Every file must still be what was opened, and there must be no other. */
function checkUnchanged(
  tasks: readonly HashTask[],
  done: readonly Done[],
  before: readonly FoundFile[],
  after: readonly FoundFile[],
): void {
  const now = new Map(after.map((file) => [file.path, stateAt(file)]));
  for (const [index, { path }] of tasks.entries()) {
    const then = done[index]?.state;
    const state = now.get(path);
    if (then === undefined || state === undefined || !sameState(then, state)) throw changed(path);
  }
  const listed = new Set(before.map(({ path }) => path));
  for (const path of listed) if (!now.has(path)) throw changed(path);
  for (const path of now.keys()) if (!listed.has(path)) throw changed(path);
}

function uncoveredBy(
  tasks: readonly HashTask[],
  files: readonly FoundFile[],
  { method }: HashMethod,
  { compatible }: HashOptions,
): Pick<Manifest, "uncovered"> {
  if (method !== "shards" || compatible === true) return {};
  const covered = new Set(tasks.map(({ path }) => path));
  return { uncovered: files.map(({ path }) => path).filter((path) => !covered.has(path)) };
}

function resourceOf({ path, start, end }: HashTask, method: HashMethod, digest: string): Resource {
  const resource = { path, algorithm: method.hashType, digest };
  return method.method === "shards" ? { ...resource, shard: { start, end: end ?? start } } : resource;
}

function serializationOf(method: HashMethod, options: HashOptions): Serialization {
  const common = {
    allowSymlinks: options.allowSymlinks === true,
    ignorePaths: [...(options.ignorePaths ?? []), ...gitPathsOf(options.gitPaths ?? "none")],
  };
  if (method.method === "shards") return { ...method, ...common };
  return method.method === "tree"
    ? { method: "tree", hashType: method.mergeType, ...common }
    : { method: "files", hashType: method.hashType, ...common };
}
