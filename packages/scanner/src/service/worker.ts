import { parentPort } from "node:worker_threads";
import { scanPath } from "../scan/scan-file.ts";
import { type Answer, type Request, toAnswer } from "./protocol.ts";

// One request at a time: the pool sends the next only after the answer, so a crash is always of one known file.
parentPort?.on("message", (request: Request) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(answer(request));
});

function answer(request: Request): Answer {
  const { path, ...options } = request;
  try {
    return { report: scanPath(path, options) };
  } catch (error) {
    return toAnswer(error);
  }
}
