import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BoundedLog } from "./bounded-log.ts";
import { type MlflowProcess, startChild } from "./child.ts";
import { waitUntilHealthy } from "./health.ts";

export interface UpstreamOptions {
  readonly dataDir: string;
  /** Interpreter of the managed environment. */
  readonly python: string;
  /** Told what happens: steps of the start, restarts. One line each, nothing secret. */
  readonly onLog?: (line: string) => void;
  /** Worker processes of MLflow; default 1 (SQLite writes one at a time anyway). */
  readonly workers?: number;
}

export interface Upstream {
  /** `http://127.0.0.1:<port>`; the same after a restart. */
  readonly url: string;
  /** What every request to it must carry; it answers 403 to all others. Secret. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of the process that runs at this moment. */
  readonly pid: number;
  /** Ends MLflow and all it started. */
  stop(): Promise<void>;
}

/**
 * Starts MLflow on a free loopback port, with its state under `<dataDir>/mlflow`, and keeps it running: when it dies
 * it is started again on the same port, waiting longer each time (0.5 s to 30 s).
 * @throws ModelkeepError UNAVAILABLE when the first start fails
 */
export async function startUpstream(options: UpstreamOptions): Promise<Upstream> {
  const folder = join(options.dataDir, "mlflow");
  await mkdir(join(folder, "artifacts"), { recursive: true, mode: 0o700 });
  const supervisor = new Supervisor(options, folder);
  await supervisor.start();
  return supervisor;
}

class Supervisor implements Upstream {
  readonly headers: Readonly<Record<string, string>>;
  readonly #options: UpstreamOptions;
  readonly #folder: string;
  readonly #token = randomBytes(32).toString("hex");
  readonly #log: BoundedLog;
  readonly #stopping = new AbortController();
  #child: MlflowProcess | undefined;
  #port = 0;
  #keeping: Promise<void> | undefined;

  constructor(options: UpstreamOptions, folder: string) {
    this.#options = options;
    this.#folder = folder;
    this.#log = new BoundedLog(join(folder, "server.log"));
    this.headers = { "x-modelkeep-upstream": this.#token };
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  async start(): Promise<void> {
    this.#child = await this.#launch();
    this.#port = this.#child.port;
    this.#keeping = this.#keepRunning(this.#child);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#child?.stop();
    await this.#keeping;
  }

  async #launch(): Promise<MlflowProcess> {
    const child = await startChild({
      python: this.#options.python,
      folder: this.#folder,
      token: this.#token,
      workers: this.#options.workers ?? 1,
      port: this.#port,
      onStep: (step) => this.#options.onLog?.(step),
      onOutput: (text) => this.#log.write(text),
    });
    try {
      await waitUntilHealthy(`http://127.0.0.1:${child.port}`, this.headers, child.ended);
      return child;
    } catch (error) {
      await child.stop();
      throw error;
    }
  }

  async #keepRunning(first: MlflowProcess): Promise<void> {
    let child = first;
    let failures = 0;
    while (!this.#stopping.signal.aborted) {
      const started = Date.now();
      await child.ended;
      // What is left of its group would keep the port and the database.
      await child.stop();
      if (this.#stopping.signal.aborted) return;
      if (Date.now() - started > 60_000) failures = 0;
      const next = await this.#restart(failures);
      if (next === undefined) return;
      child = next;
      failures += 1;
    }
  }

  async #restart(failuresBefore: number): Promise<MlflowProcess | undefined> {
    for (let failures = failuresBefore; !this.#stopping.signal.aborted; failures++) {
      const delay = Math.min(500 * 2 ** failures, 30_000);
      this.#options.onLog?.(`MLflow ended unexpectedly: starting it again in ${delay / 1000} s`);
      await sleep(delay, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      if (this.#stopping.signal.aborted) return undefined;
      try {
        const child = await this.#launch();
        this.#child = child;
        // stop() may have come while it was starting, and saw only the one before it.
        if (this.#stopping.signal.aborted) await child.stop();
        else this.#options.onLog?.("MLflow runs again");
        return child;
      } catch (error) {
        this.#options.onLog?.(error instanceof Error ? error.message : String(error));
      }
    }
    return undefined;
  }
}
