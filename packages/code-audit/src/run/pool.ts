import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Candidate } from "../files/discover.ts";
import type { Unaudited } from "../model/report.ts";
import { type Batch, type Share, takeFiles } from "./share.ts";

// `.js` when built, `.ts` in tests.
const SCRIPT = new URL(`./worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url);
/** Starting a thread costs about as much as the audit of this many files. */
const FILES_PER_THREAD = 24;

/**
 * Audits files in threads that take them one by one.
 * @param jobs how many threads at most; few files are audited in this one
 * @param onBatch called with what was found, as it is found
 */
export async function auditAll(
  files: readonly Candidate[],
  cwd: string,
  jobs: number,
  onBatch: (batch: Batch) => void,
): Promise<void> {
  const threads = Math.min(jobs, Math.ceil(files.length / FILES_PER_THREAD));
  const share: Share = {
    files,
    cwd,
    next: new Int32Array(new SharedArrayBuffer(4)),
    at: new Int32Array(new SharedArrayBuffer(4 * Math.max(threads, 1))).fill(-1),
  };
  if (threads <= 1) {
    for await (const batch of takeFiles(share, 0)) onBatch(batch);
  } else await Promise.all(Array.from({ length: threads }, (_, slot) => keepOne(share, slot, onBatch)));
}

/** Keeps one thread running until no file is left: one that dies gives its file up, and another goes on. */
async function keepOne(share: Share, slot: number, onBatch: (batch: Batch) => void): Promise<void> {
  for (;;) {
    const failure = await runOne(share, slot, onBatch);
    if (failure === undefined) return;
    const path = share.files[Atomics.load(share.at, slot)]?.path;
    if (path === undefined) throw failure;
    onBatch({ files: 1, lines: 0, findings: [], unaudited: [died(path, failure.message)], directives: [] });
  }
}

function runOne(share: Share, slot: number, onBatch: (batch: Batch) => void): Promise<Error | undefined> {
  const { promise, resolve } = Promise.withResolvers<Error | undefined>();
  const worker = new Worker(SCRIPT, { workerData: { share, slot } });
  let failure: Error | undefined;
  worker.on("message", onBatch);
  worker.once("error", (error) => {
    failure = error instanceof Error ? error : new Error(String(error));
  });
  worker.once("exit", (code) =>
    resolve(failure ?? (code === 0 ? undefined : new Error(`the thread ended with ${code}`))),
  );
  return promise;
}

function died(path: string, why: string): Unaudited {
  return {
    path,
    state: "unread",
    reason: { en: `the thread that audited it died: ${why}`, zh: `审计该文件的线程异常终止：${why}` },
  };
}
