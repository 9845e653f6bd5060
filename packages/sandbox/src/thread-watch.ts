import { readFileSync } from "node:fs";

const PERIOD_MILLISECONDS = 100;

/**
 * Counts the threads of a worker from outside. The process limit of the kernel does the same, but not for root.
 */
export class ThreadWatch {
  readonly #timer: NodeJS.Timeout;
  readonly #limit: number;
  readonly #onExceeded: (count: number) => void;

  /** @param pid the worker's process id on this side of the namespaces */
  constructor(pid: number, limit: number, onExceeded: (count: number) => void) {
    this.#limit = limit;
    this.#onExceeded = onExceeded;
    this.#timer = setInterval(() => this.#look(`/proc/${pid}/status`), PERIOD_MILLISECONDS);
    this.#timer.unref();
  }

  stop(): void {
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
