import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { ModelkeepError } from "@modelkeep/findings";
import type { OrtMetadata, OrtSession, OrtTensor } from "./api.ts";
import type { Answer, Opening, Request } from "./protocol.ts";

const SCRIPT = new URL(`./worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url);

/** Wall time, in milliseconds: a loop of a hostile model has no end. */
export interface WorkerLimits {
  readonly openMilliseconds: number;
  readonly runMilliseconds: number;
}

export const WORKER_LIMITS: WorkerLimits = { openMilliseconds: 120_000, runMilliseconds: 60_000 };

/**
 * A session in a thread of its own, which is ended when it takes too long, and begun anew for the next run. Runs come one
 * after the other: the caller waits for each.
 */
export class WorkerSession implements OrtSession {
  readonly inputMetadata: readonly OrtMetadata[];
  readonly outputMetadata: readonly OrtMetadata[];
  readonly #opening: Opening;
  readonly #limits: WorkerLimits;
  #worker: Worker | undefined;

  private constructor(
    opening: Opening,
    limits: WorkerLimits,
    worker: Worker,
    { inputs, outputs }: Extract<Answer, { kind: "opened" }>,
  ) {
    this.#opening = opening;
    this.#limits = limits;
    this.#worker = worker;
    this.inputMetadata = inputs;
    this.outputMetadata = outputs;
  }

  /** @throws {ModelkeepError} `LIMIT_EXCEEDED`; {Error} with onnxruntime's reason */
  static async open(opening: Opening, limits: WorkerLimits = WORKER_LIMITS): Promise<WorkerSession> {
    const { worker, opened } = await start(opening, limits);
    return new WorkerSession(opening, limits, worker, opened);
  }

  async run(
    feeds: Readonly<Record<string, OrtTensor>>,
    fetches: readonly string[],
  ): Promise<Readonly<Record<string, OrtTensor>>> {
    this.#worker ??= (await start(this.#opening, this.#limits)).worker;
    const worker = this.#worker;
    try {
      const request: Request = { feeds: Object.entries(feeds), fetches };
      const found = await answerOf(worker, this.#limits.runMilliseconds, () => {
        worker.postMessage(request, []);
      });
      if (found.kind === "answered") return Object.fromEntries(found.outputs);
      throw new Error(found.kind === "failed" ? found.reason : "an answer to another question");
    } catch (error) {
      if (error instanceof ModelkeepError) {
        this.#worker = undefined;
        await worker.terminate();
      }
      throw error;
    }
  }

  async release(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }
}

async function start(
  opening: Opening,
  { openMilliseconds }: WorkerLimits,
): Promise<{ worker: Worker; opened: Extract<Answer, { kind: "opened" }> }> {
  const worker = new Worker(SCRIPT, { workerData: opening, env: {}, execArgv: [] });
  try {
    const opened = await answerOf(worker, openMilliseconds, () => {});
    if (opened.kind === "opened") return { worker, opened };
    throw new Error(opened.kind === "failed" ? opened.reason : "an answer to another question");
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}

/** The next message of a worker. It holds the process only while it is waited for. */
async function answerOf(worker: Worker, milliseconds: number, ask: () => void): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const lost = (reason: string): void => {
    reject(new ModelkeepError("LIMIT_EXCEEDED", `the ONNX model ${reason}`));
  };
  const onError = (error: unknown): void => {
    lost(`ended its thread: ${error instanceof Error ? error.message : String(error)}`);
  };
  const onExit = (): void => {
    lost("ended its thread");
  };
  const timer = setTimeout(() => {
    lost(`computed for more than ${milliseconds / 1000} seconds`);
  }, milliseconds);
  worker.once("message", resolve);
  worker.once("error", onError);
  worker.once("exit", onExit);
  worker.ref();
  try {
    ask();
    return await promise;
  } finally {
    clearTimeout(timer);
    worker.off("message", resolve);
    worker.off("error", onError);
    worker.off("exit", onExit);
    worker.unref();
  }
}
