/** Counts bytes, and says so on a terminal when the work takes longer than a second. */
export interface Progress extends Disposable {
  readonly add: (bytes: number) => void;
}

const PERIOD_MS = 1000;

/** Progress of hashing on standard error; nothing when it is no terminal. */
export function progress(stream: Pick<NodeJS.WriteStream, "isTTY" | "write"> = process.stderr): Progress {
  if (!stream.isTTY) return { add() {}, [Symbol.dispose]() {} };
  let bytes = 0;
  let shown = false;
  let next = performance.now() + PERIOD_MS;
  return {
    add(count) {
      bytes += count;
      if (performance.now() < next) return;
      next += PERIOD_MS / 4;
      shown = true;
      stream.write(`\r\u001b[Khashed ${(bytes / 1e6).toFixed(0)} MB`);
    },
    [Symbol.dispose]() {
      if (shown) stream.write("\r\u001b[K");
    },
  };
}
