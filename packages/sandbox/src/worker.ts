import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { bubblewrapArguments } from "./bubblewrap/arguments.ts";
import { inspectPython } from "./bubblewrap/python.ts";
import { startFailure } from "./bubblewrap/start-failure.ts";
import { SandboxError } from "./error.ts";
import { DEFAULT_SANDBOX_LIMITS, type SandboxLimits } from "./limits.ts";
import { OutputTail } from "./output.ts";
import { seccompFilter } from "./seccomp/filter.ts";
import { SYSCALL_TABLES } from "./seccomp/syscalls.ts";
import { ThreadWatch } from "./thread-watch.ts";
import { encodeFrame, FrameReader } from "./wire/frames.ts";

/** Beside `src` and `dist` alike. */
const WORKER_FILE = fileURLToPath(new URL("../python/worker.py", import.meta.url));
/** Imported before the model's folder is read, so that their cost is not the model's. */
const PRELOAD = ["numpy", "pandas", "mlflow.pyfunc", "mlflow.sklearn", "mlflow.pyfunc.scoring_server"];

export interface WorkerOptions {
  /** The managed environment's interpreter. */
  readonly python: string;
  /** A private copy of the model; seen read-only inside. */
  readonly modelFolder: string;
  readonly limits?: Partial<SandboxLimits>;
  /** Default `bwrap`, found on PATH. */
  readonly bubblewrap?: string;
}

interface Waiting {
  readonly id: number;
  readonly resolve: (answer: Readonly<Record<string, unknown>>) => void;
  readonly reject: (error: SandboxError) => void;
}

/** One process in one cage. It answers one request at a time and never lives again once it failed. */
export class Worker {
  readonly #limits: SandboxLimits;
  readonly #child: ChildProcess;
  readonly #frames: FrameReader;
  readonly #output: OutputTail;
  readonly #threads: ThreadWatch;
  #waiting: Waiting | undefined;
  #nextId = 1;
  #failure: SandboxError | undefined;
  #started = false;

  private constructor(child: ChildProcess, limits: SandboxLimits) {
    this.#child = child;
    this.#limits = limits;
    this.#frames = new FrameReader(limits.frameBytes);
    this.#output = new OutputTail(limits.outputBytes, () =>
      this.#fail(
        new SandboxError("exceeded", `the model wrote more than ${limits.outputBytes} bytes of output`),
      ),
    );
    this.#threads = new ThreadWatch(limits.threads, (count) =>
      this.#fail(new SandboxError("exceeded", `the model ran ${count} threads, more than ${limits.threads}`)),
    );
    this.#listen();
  }

  /**
   * Starts a worker with its libraries imported; the model is not loaded yet.
   * @throws {SandboxError} `unavailable` says what this machine lacks
   */
  static async start(options: WorkerOptions): Promise<Worker> {
    const limits = { ...DEFAULT_SANDBOX_LIMITS, ...options.limits };
    const python = await inspectPython(options.python);
    const cage = {
      python,
      workerFile: WORKER_FILE,
      modelFolder: options.modelFolder,
      scratchBytes: limits.fileBytes,
    };
    const worker = new Worker(launch(options.bubblewrap ?? "bwrap", bubblewrapArguments(cage)), limits);
    await worker.request({ limits, preload: PRELOAD }, limits.startMilliseconds);
    worker.#started = true;
    return worker;
  }

  get alive(): boolean {
    return this.#failure === undefined;
  }

  /**
   * Sends one request and waits for its answer.
   * @throws {SandboxError}
   */
  async request(
    message: Readonly<Record<string, unknown>>,
    milliseconds = this.#limits.requestMilliseconds,
  ): Promise<Readonly<Record<string, unknown>>> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#waiting !== undefined)
      throw new SandboxError("protocol", "the worker is busy: one request at a time");
    const id = this.#nextId++;
    const frame = encodeFrame({ ...message, id }, this.#limits.frameBytes);
    const { promise, resolve, reject } = Promise.withResolvers<Readonly<Record<string, unknown>>>();
    this.#waiting = { id, resolve, reject };
    const late = new SandboxError("timed-out", `the model did not answer within ${milliseconds} ms`);
    const alarm = setTimeout(() => this.#fail(late), milliseconds);
    pipe(this.#child, 3).write(frame);
    try {
      return accepted(await promise, this.#output.tail());
    } finally {
      clearTimeout(alarm);
      this.#waiting = undefined;
    }
  }

  /** Kills the worker and waits until it is gone. */
  async close(): Promise<void> {
    const gone = Promise.withResolvers<undefined>();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.once("close", () => gone.resolve(undefined));
    this.#fail(new SandboxError("closed", "the sandbox was closed"));
    await gone.promise;
  }

  #listen(): void {
    const child = this.#child;
    child.stdout?.on("data", (piece: Buffer) => this.#output.push(piece));
    child.stderr?.on("data", (piece: Buffer) => this.#output.push(piece));
    source(child, 4).on("data", (piece: Buffer) => this.#receive(piece));
    source(child, 6).on("data", (piece: Buffer) => this.#threads.info(piece));
    // A dead worker's pipes fail too; its exit tells more.
    const streams: readonly (Readable | Writable | null | undefined)[] = child.stdio;
    for (const index of [3, 4, 6]) streams[index]?.on("error", () => undefined);
    child.on("error", (cause) => this.#fail(startFailure(cause.message, cause)));
    child.on("close", (code, signal) => this.#ended(code, signal));
  }

  #receive(piece: Buffer): void {
    if (this.#failure !== undefined) return;
    try {
      for (const message of this.#frames.push(piece)) this.#deliver(message);
    } catch (error) {
      this.#fail(error instanceof SandboxError ? error : new SandboxError("protocol", String(error)));
    }
  }

  #deliver(message: unknown): void {
    const waiting = this.#waiting;
    if (typeof message !== "object" || message === null || !("id" in message) || message.id !== waiting?.id) {
      throw new SandboxError("protocol", "the worker answered what nobody asked");
    }
    this.#waiting = undefined;
    waiting?.resolve({ ...message });
  }

  #ended(code: number | null, signal: NodeJS.Signals | null): void {
    const tail = this.#output.tail();
    if (!this.#started) return this.#fail(startFailure(tail, undefined));
    const how = signal === null ? `code ${code}` : signal;
    this.#fail(new SandboxError("died", `the sandboxed model died (${how})`, { output: tail }));
  }

  #fail(error: SandboxError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#threads.stop();
    // bubblewrap dies, and with it the first process of the namespace, and with that all of them.
    this.#child.kill("SIGKILL");
    this.#waiting?.reject(error);
  }
}

function launch(bubblewrap: string, argv: string[]): ChildProcess {
  const table = SYSCALL_TABLES.get(process.arch);
  if (table === undefined) {
    throw new SandboxError("unavailable", `there is no seccomp filter for ${process.arch}: use x64 or arm64`);
  }
  const filter = temporaryDescriptor(seccompFilter(table));
  try {
    return spawn(bubblewrap, argv, {
      env: {},
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe", filter, "pipe"],
    });
  } finally {
    closeSync(filter);
  }
}

/** A descriptor to read these bytes from; the file has no name any more. */
function temporaryDescriptor(bytes: Uint8Array): number {
  const folder = mkdtempSync(join(tmpdir(), "modelkeep-filter-"));
  try {
    const path = join(folder, "filter");
    writeFileSync(path, bytes, { mode: 0o400 });
    return openSync(path, "r");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function accepted(
  answer: Readonly<Record<string, unknown>>,
  output: string,
): Readonly<Record<string, unknown>> {
  if (answer["ok"] === true) return answer;
  const code = answer["kind"] === "bad-input" ? "bad-input" : "model-error";
  throw new SandboxError(code, typeof answer["message"] === "string" ? answer["message"] : "no message", {
    output,
  });
}

function pipe(child: ChildProcess, index: 3): Writable {
  const stream = child.stdio[index];
  if (stream !== null && stream !== undefined && "write" in stream) return stream;
  throw new SandboxError("unavailable", "the worker has no request pipe");
}

function source(child: ChildProcess, index: 4 | 6): Readable {
  const streams: readonly (Readable | Writable | null | undefined)[] = child.stdio;
  const stream = streams[index];
  if (stream !== null && stream !== undefined && "read" in stream) return stream;
  throw new SandboxError("unavailable", "the worker has no answer pipe");
}
