import { readFileSync } from "node:fs";

const PERIOD_MILLISECONDS = 100;
const MAX_INFO_BYTES = 4096;

/**
 * Counts the threads of a worker from outside. The process limit of the kernel does the same, but not for root, and it
 * counts other processes of the same user with it.
 */
export class ThreadWatch {
  readonly #limit: number;
  readonly #onExceeded: (count: number) => void;
  #info = "";
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(limit: number, onExceeded: (count: number) => void) {
    this.#limit = limit;
    this.#onExceeded = onExceeded;
  }

  /** Takes bubblewrap's `--info-fd` text, which names the worker's process id on the host. */
  info(piece: Buffer): void {
    if (this.#timer !== undefined || this.#stopped || this.#info.length > MAX_INFO_BYTES) return;
    this.#info += piece.toString("utf8");
    const pid = /"child-pid":\s*(\d+)/u.exec(this.#info)?.[1];
    if (pid === undefined) return;
    this.#timer = setInterval(() => this.#look(`/proc/${pid}/status`), PERIOD_MILLISECONDS);
    this.#timer.unref();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
  }

  #look(path: string): void {
    let status: string;
    try {
      status = readFileSync(path, "utf8");
    } catch {
      // The worker has gone; its exit is told by the process itself.
      this.stop();
      return;
    }
    const count = Number(/^Threads:\s*(\d+)/mu.exec(status)?.[1] ?? 0);
    if (count > this.#limit) this.#onExceeded(count);
  }
}
