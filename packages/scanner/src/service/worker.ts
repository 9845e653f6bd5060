import { scanPath } from "../scan/scan-file.ts";
import { type Answer, type Request, toAnswer } from "./protocol.ts";

// One request at a time: the pool sends the next only after the answer, so a crash is always of one known file.
process.on("message", (request: Request) => {
  process.send?.(answer(request));
});
// Whoever asked is gone; nobody reads the answer.
process.on("disconnect", () => process.exit());
// Ctrl-C reaches the whole process group; the pool ends its workers when their files are done.
process.on("SIGINT", () => {});

function answer(request: Request): Answer {
  const { path, ...options } = request;
  try {
    return { report: scanPath(path, options) };
  } catch (error) {
    return toAnswer(error);
  }
}
