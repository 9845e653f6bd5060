import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { SigningError } from "../errors.ts";
import type { HashAlgorithm } from "../manifest/manifest.ts";
import type { HashTask } from "./file.ts";
import type { RunOptions } from "./run.ts";
import { type Outcome, type Share, takeTasks } from "./share.ts";

// `.js` when built, `.ts` in tests.
const SCRIPT = new URL(`./worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url);

/**
 * Hashes tasks in threads that take them one by one, the largest first.
 * @param options `jobs`: how many threads, this one included when it is `blocking`
 * @returns digests in the order of the tasks
 * @throws {SigningError}
 */
export async function runInThreads(
  tasks: readonly HashTask[],
  algorithm: HashAlgorithm,
  options: RunOptions & { readonly jobs: number },
): Promise<readonly string[]> {
  const share = shareOf(tasks, algorithm);
  const threads = options.blocking === true ? options.jobs - 1 : options.jobs;
  const others = Array.from({ length: threads }, () => outcomeOf(share));
  const own: Outcome = options.blocking === true ? takeTasks(share, options.onBytes) : { digests: [] };
  return collect([own, ...(await Promise.all(others))], tasks.length);
}

function shareOf(tasks: readonly HashTask[], algorithm: HashAlgorithm): Share {
  const order = tasks
    .map(({ start, end = 0 }, index) => ({ index, bytes: end - start }))
    .toSorted((a, b) => b.bytes - a.bytes)
    .map(({ index }) => index);
  return { tasks, algorithm, order, next: new Int32Array(new SharedArrayBuffer(4)) };
}

function outcomeOf(share: Share): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  const worker = new Worker(SCRIPT, { workerData: share });
  worker.once("message", resolve);
  worker.once("error", (cause) =>
    reject(
      new SigningError(
        "io",
        `a hashing thread failed: ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      ),
    ),
  );
  worker.once("exit", (code) => reject(new SigningError("io", `a hashing thread ended with ${code}`)));
  return promise;
}

function collect(outcomes: readonly Outcome[], count: number): readonly string[] {
  const digests = Array.from({ length: count }, () => "");
  for (const { failure } of outcomes) {
    if (failure !== undefined) throw new SigningError(failure.code, failure.message);
  }
  for (const [index, digest] of outcomes.flatMap((outcome) => outcome.digests)) digests[index] = digest;
  return digests;
}
