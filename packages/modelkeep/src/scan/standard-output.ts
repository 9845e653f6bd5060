import { writeSync } from "node:fs";
import type { Output } from "./output.ts";

const STDOUT = 1;

/**
 * Standard output, as it comes. Written to directly: to ask for `process.stdout` is to load streams, and on a pipe it
 * writes synchronously as well. Where the other end made the pipe non-blocking and is slow, the stream takes over.
 * When the reader of a pipe (`head`) has seen enough the process ends with 2: the work is not done.
 */
export function standardOutput(): Output {
  let direct = true;
  return {
    write(text) {
      if (text === "") return;
      const rest = direct ? writeDirectly(Buffer.from(text)) : Buffer.from(text);
      if (rest.byteLength === 0) return;
      if (direct) watchForClosedPipe();
      direct = false;
      process.stdout.write(rest);
    },
    close() {},
  };
}

/** @returns what could not be written without waiting */
function writeDirectly(bytes: Buffer): Buffer {
  let done = 0;
  try {
    while (done < bytes.byteLength) done += writeSync(STDOUT, bytes, done);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EPIPE") process.exit(2);
    if (code !== "EAGAIN") throw error;
  }
  return bytes.subarray(done);
}

function watchForClosedPipe(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(2);
    throw error;
  });
}
