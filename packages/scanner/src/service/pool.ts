import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { Socket } from "node:net";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { ModelkeepError } from "@modelkeep/findings";
import type { Answer, Request } from "./protocol.ts";

/** Thrown when a worker did not survive a request: the file it was given is to blame. */
export class WorkerLost extends Error {
  override readonly name = "WorkerLost";
}

export interface PoolOptions {
  readonly workers: number;
  /** Milliseconds that one file may take. */
  readonly wallMilliseconds: number;
  /** MiB of JavaScript heap per worker. */
  readonly heapMegabytes: number;
  /** The worker's script; replaced in tests. */
  readonly script?: URL;
}

interface Job {
  readonly request: Request;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

const SCRIPT = new URL(`./worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url);

/**
 * Processes that scan files, one at a time each. A worker that crashes, hangs or grows is replaced. Not threads: V8
 * ends the whole process when a thread outgrows its heap too fast, and a hostile file could have ended the gateway.
 */
export class Pool {
  readonly #options: PoolOptions;
  readonly #queue: Job[] = [];
  readonly #idle: Seat[] = [];
  readonly #seats = new Set<Seat>();
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /**
   * Has one file scanned.
   * @throws {WorkerLost} when the worker did not survive it
   */
  async run(request: Request): Promise<Answer> {
    if (this.#closed)
      throw new ModelkeepError("INVALID_ARGUMENT", "the scan service is closed: make a new one");
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#queue.push({ request, resolve, reject });
    this.#next();
    return await promise;
  }

  /** Ends all workers; requests that wait or run are rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    const gone = new ModelkeepError(
      "UNAVAILABLE",
      "the scan service was closed before this file was scanned",
    );
    for (const job of this.#queue.splice(0)) job.reject(gone);
    await Promise.all([...this.#seats].map((seat) => seat.close(gone)));
  }

  #next(): void {
    if (this.#queue.length === 0 || this.#closed) return;
    const seat = this.#idle.pop() ?? this.#hire();
    const job = seat === undefined ? undefined : this.#queue.shift();
    if (seat !== undefined && job !== undefined) seat.start(job);
  }

  #hire(): Seat | undefined {
    if (this.#seats.size >= this.#options.workers) return undefined;
    const seat = new Seat(this.#options, (one, alive) => {
      if (alive) this.#idle.push(one);
      else this.#retire(one);
      this.#next();
    });
    this.#seats.add(seat);
    return seat;
  }

  #retire(seat: Seat): void {
    this.#seats.delete(seat);
    const index = this.#idle.indexOf(seat);
    if (index >= 0) this.#idle.splice(index, 1);
  }
}

const COMPLAINT_LENGTH = 4_096;

/** Why a process ended, from what Node wrote as it did. */
function lastWords(complaint: string): string {
  if (/heap out of memory/u.test(complaint)) return "it needed more memory than a worker may have";
  return /^[A-Za-z]*Error: (.*)$/mu.exec(complaint)?.[1] ?? "the worker ended";
}

/** One worker and the job it has. */
class Seat {
  readonly #worker: ChildProcess;
  readonly #wall: number;
  readonly #onFree: (seat: Seat, alive: boolean) => void;
  #job: Job | undefined;
  #timer: NodeJS.Timeout | undefined;
  #reason: string | undefined;
  #complaint = "";
  #over = false;

  constructor(options: PoolOptions, onFree: (seat: Seat, alive: boolean) => void) {
    this.#wall = options.wallMilliseconds;
    this.#onFree = onFree;
    this.#worker = fork(options.script ?? SCRIPT, [], {
      execArgv: [`--max-old-space-size=${options.heapMegabytes}`],
      env: {},
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#worker.on("message", (answer: Answer) => this.#finish(answer));
    this.#worker.on("error", (error) => {
      this.#reason = error.message;
      this.#lost();
    });
    this.#worker.on("close", () => this.#lost());
    this.#worker.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-COMPLAINT_LENGTH);
    });
    this.#release();
  }

  /** While something is awaited from a worker, this process must not end by itself. */
  #hold(): void {
    this.#worker.ref();
    this.#worker.channel?.ref();
    if (this.#worker.stderr instanceof Socket) this.#worker.stderr.ref();
  }

  /** A process with idle workers may end by itself. */
  #release(): void {
    this.#worker.unref();
    this.#worker.channel?.unref();
    if (this.#worker.stderr instanceof Socket) this.#worker.stderr.unref();
  }

  start(job: Job): void {
    this.#job = job;
    // While a file is being scanned the process must not end by itself.
    this.#hold();
    this.#timer = setTimeout(() => this.#expire(), this.#wall);
    this.#worker.send(job.request, (error) => {
      if (error !== null) this.#worker.kill("SIGKILL");
    });
  }

  async close(reason: Error): Promise<void> {
    this.#take()?.reject(reason);
    if (this.#over) return;
    const closed = once(this.#worker, "close");
    this.#hold();
    this.#worker.kill("SIGKILL");
    await closed;
  }

  #finish(answer: Answer): void {
    const job = this.#take();
    this.#release();
    job?.resolve(answer);
    this.#onFree(this, true);
  }

  #expire(): void {
    this.#reason = `it took longer than ${this.#wall} ms`;
    this.#worker.kill("SIGKILL");
  }

  #lost(): void {
    if (this.#over) return;
    this.#over = true;
    this.#take()?.reject(new WorkerLost(this.#reason ?? lastWords(this.#complaint)));
    this.#onFree(this, false);
  }

  #take(): Job | undefined {
    const job = this.#job;
    this.#job = undefined;
    clearTimeout(this.#timer);
    return job;
  }
}
