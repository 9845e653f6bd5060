import { parentPort, workerData } from "node:worker_threads";
import { type Share, takeTasks } from "./share.ts";

// A thread of ./pool.ts: hashes its share and sends back the digests.
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
parentPort?.postMessage(takeTasks(workerData as Share));
