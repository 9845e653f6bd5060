import { lstatSync } from "node:fs";
import { basename, resolve } from "node:path";
import { SigningError } from "../errors.ts";
import type { HashAlgorithm, Manifest, Resource, Serialization } from "../manifest/manifest.ts";
import { comparePaths } from "../manifest/names.ts";
import { changed, type FileState, type HashTask, sameState, stateOf } from "./file.ts";
import { gitPathsOf, type IgnoreOptions, ignores } from "./ignore.ts";
import { type RunOptions, runTasks } from "./run.ts";
import { treeDigest } from "./tree.ts";
import { type FoundFile, walk, type WalkOptions } from "./walk.ts";

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
  const listing = () => list(model, options);
  const files = listing();
  const tasks = files.flatMap((file) => tasksOf(file, method));
  const digests = await runTasks(tasks, method.hashType, options);
  checkUnchanged(files, listing());
  const resources = tasks.map((task, index) => resourceOf(task, method, digests[index] ?? ""));
  const uncovered = method.method === "shards" && options.compatible !== true;
  return {
    ...(uncovered
      ? { uncovered: files.filter(({ state }) => state.size === 0).map(({ path }) => path) }
      : {}),
    modelName: basename(resolve(model)),
    serialization: serializationOf(method, options),
    resources: method.method === "tree" ? [treeDigest(resources, method.mergeType)] : resources,
  };
}

interface ListedFile extends FoundFile {
  readonly state: FileState;
}

function list(model: string, options: HashOptions): readonly ListedFile[] {
  const walking: WalkOptions = {
    ignores: ignores(options),
    allowSymlinks: options.allowSymlinks === true,
    compatible: options.compatible === true,
    only: options.only,
  };
  return walk(model, walking)
    .toSorted((a, b) => comparePaths(a.path, b.path))
    .map((file) => ({ ...file, state: stateAt(file) }));
}

function stateAt({ path, real }: FoundFile): FileState {
  try {
    return stateOf(lstatSync(real));
  } catch (cause) {
    throw new SigningError("model-changed", changed(path).message, { cause });
  }
}

function tasksOf({ path, real, state }: ListedFile, method: HashMethod): HashTask[] {
  if (method.method !== "shards") return [{ path, real, start: 0, end: state.size, state }];
  const tasks: HashTask[] = [];
  for (let start = 0; start < state.size; start += method.shardSize) {
    tasks.push({ path, real, start, end: Math.min(start + method.shardSize, state.size), state });
  }
  return tasks;
}

function checkUnchanged(before: readonly ListedFile[], after: readonly ListedFile[]): void {
  const states = new Map(after.map(({ path, state }) => [path, state]));
  for (const { path, state } of before) {
    const now = states.get(path);
    if (now === undefined || !sameState(state, now)) throw changed(path);
    states.delete(path);
  }
  for (const path of states.keys()) throw changed(path);
}

function resourceOf({ path, start, end }: HashTask, method: HashMethod, digest: string): Resource {
  const resource = { path, algorithm: method.hashType, digest };
  return method.method === "shards" ? { ...resource, shard: { start, end } } : resource;
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
