/** After how long a person wants to see that something happens. */
const PATIENCE_MILLISECONDS = 1_000;
const REDRAW_MILLISECONDS = 200;

export interface Progress extends Disposable {
  /** One more file is done. */
  tick(): void;
  /** Removes the line, before other output. */
  clear(): void;
}

/** Counts files on standard error once the work takes over a second, on a terminal only. */
export function progress(): Progress {
  const started = milliseconds();
  let last = 0;
  let done = 0;
  let shown = false;
  const clear = (): void => {
    if (shown) process.stderr.write("\r\u001b[K");
    shown = false;
  };
  return {
    tick() {
      done++;
      const now = milliseconds();
      if (now - started < PATIENCE_MILLISECONDS || now - last < REDRAW_MILLISECONDS) return;
      last = now;
      // Only now: to ask for the stream is to load it.
      if (!process.stderr.isTTY) return;
      shown = true;
      process.stderr.write(`\r\u001b[Kscanned ${done} files…`);
    },
    clear,
    [Symbol.dispose]: clear,
  };
}

function milliseconds(): number {
  return process.uptime() * 1000;
}
