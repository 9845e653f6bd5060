import type { Progress } from "@modelkeep/code-audit";

/** After how long a person wants to see that something happens. */
const PATIENCE_MILLISECONDS = 1_000;
const REDRAW_MILLISECONDS = 200;

export interface ProgressLine extends Disposable {
  readonly update: (progress: Progress) => void;
}

/** Files and findings on standard error once the work takes over a second, on a terminal only. */
export function progressLine(): ProgressLine {
  const started = performance.now();
  let last = 0;
  let isShown = false;
  return {
    update({ done, total, findings }) {
      const now = performance.now();
      if (!process.stderr.isTTY || now - started < PATIENCE_MILLISECONDS || now - last < REDRAW_MILLISECONDS)
        return;
      last = now;
      isShown = true;
      process.stderr.write(`\r\u001b[Kaudited ${done} of ${total} files, ${findings} findings…`);
    },
    [Symbol.dispose]() {
      if (isShown) process.stderr.write("\r\u001b[K");
    },
  };
}
