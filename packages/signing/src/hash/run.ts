import { availableParallelism } from "node:os";
import type { HashAlgorithm } from "../manifest/manifest.ts";
import { SigningError } from "../errors.ts";
import { shown } from "../manifest/names.ts";
import { type FileState, hashTask, type HashTask } from "./file.ts";

export interface RunOptions {
  /** Most threads, this one included. Default: as many as the machine has processors. */
  readonly jobs?: number;
  /** This thread may hash as well when there are several, and does nothing else meanwhile. For commands. */
  readonly blocking?: boolean;
  /** Called with the count of each piece that this thread hashed, for progress. */
  readonly onBytes?: (count: number) => void;
}

/** Starting a thread costs as much as hashing this much. */
export const THREAD_BYTES = 64 * 2 ** 20;
/** What is larger waits until it is known how much there is. */
const SMALL_BYTES = 4 * 2 ** 20;

/** A task that is done. */
export interface Done {
  /** Lower-case hexadecimal. */
  readonly digest: string;
  readonly state: FileState;
}

/**
 * Hashes all tasks: small ones at once and here, the others here too or, when there is enough work, in threads.
 * @returns in the order of the tasks
 * @throws {SigningError} as {@link hashTask}, the first that happened
 */
export async function runTasks(
  tasks: readonly HashTask[],
  algorithm: HashAlgorithm,
  options: RunOptions = {},
): Promise<readonly Done[]> {
  const jobs = options.jobs ?? availableParallelism();
  const done = new Map<number, Done>();
  const left = hashSmall(tasks, algorithm, options, done);
  const bytes = left.reduce((sum, { task: { start, end = 0 } }) => sum + end - start, 0);
  const threads = Math.min(left.length, Math.ceil(bytes / THREAD_BYTES), jobs);
  for (const [index, result] of await hashLarge(left, algorithm, options, threads)) done.set(index, result);
  return tasks.map((task, index) => done.get(index) ?? lost(task));
}

interface Left {
  readonly index: number;
  /** With the end and the state that it had. */
  readonly task: HashTask;
}

/** Hashes here what is small, as long as it does not add up, and returns the rest. */
function hashSmall(
  tasks: readonly HashTask[],
  algorithm: HashAlgorithm,
  { onBytes }: RunOptions,
  done: Map<number, Done>,
): readonly Left[] {
  const left: Left[] = [];
  let budget = THREAD_BYTES;
  for (const [index, task] of tasks.entries()) {
    const { digest, state } = hashTask(task, algorithm, { onBytes, most: Math.min(SMALL_BYTES, budget) });
    const end = task.end ?? state.size;
    if (digest === undefined) left.push({ index, task: { ...task, end, state } });
    else done.set(index, { digest, state });
    if (digest !== undefined) budget -= end - task.start;
  }
  return left;
}

async function hashLarge(
  left: readonly Left[],
  algorithm: HashAlgorithm,
  options: RunOptions,
  threads: number,
): Promise<readonly (readonly [number, Done])[]> {
  const tasks = left.map(({ task }) => task);
  const digests = threads > 1 ? await inThreads(tasks, algorithm, { ...options, jobs: threads }) : undefined;
  return left.map(({ index, task }, place) => {
    const digest = digests?.[place] ?? hashTask(task, algorithm, { onBytes: options.onBytes }).digest;
    return digest === undefined || task.state === undefined
      ? lost(task)
      : [index, { digest, state: task.state }];
  });
}

async function inThreads(
  tasks: readonly HashTask[],
  algorithm: HashAlgorithm,
  options: RunOptions & { readonly jobs: number },
): Promise<readonly string[]> {
  const { runInThreads } = await import("@modelkeep/signing/hash/pool");
  return await runInThreads(tasks, algorithm, options);
}

function lost({ path }: HashTask): never {
  throw new SigningError("io", `nothing hashed ${shown(path)}`);
}
