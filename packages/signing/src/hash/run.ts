import { availableParallelism } from "node:os";
import type { HashAlgorithm } from "../manifest/manifest.ts";
import { hashTask, type HashTask } from "./file.ts";

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

/**
 * Hashes all tasks, in order, here or, when there is enough work, in threads as well.
 * @returns their digests, lower-case hexadecimal, in the order of the tasks
 * @throws {SigningError} as {@link hashTask}, the first that happened
 */
export async function runTasks(
  tasks: readonly HashTask[],
  algorithm: HashAlgorithm,
  options: RunOptions = {},
): Promise<readonly string[]> {
  const bytes = tasks.reduce((sum, { start, end }) => sum + end - start, 0);
  const jobs = options.jobs ?? availableParallelism();
  const wanted = Math.min(tasks.length, Math.ceil(bytes / THREAD_BYTES), jobs);
  if (wanted <= 1) return tasks.map((task) => hashTask(task, algorithm, options.onBytes));
  const { runInThreads } = await import("@modelkeep/signing/hash/pool");
  return await runInThreads(tasks, algorithm, { ...options, jobs: wanted });
}
