import { withAlarm } from "./alarm.ts";
import type { Cage, CageEnd } from "./cage.ts";
import { startFailure } from "./bubblewrap/start-failure.ts";
import { SandboxError, type SandboxErrorCode } from "./error.ts";
import type { SandboxLimits } from "./limits.ts";
import { OutputTail, shownText } from "./output.ts";
import { type Usage, UsageWatch } from "./usage-watch.ts";
import { encodeFrame, type Frame, FrameReader } from "./wire/frames.ts";

/** The worker cuts its messages too; one that is not ours any more does not. */
const MAX_MESSAGE = 4_100;

type Message = Readonly<Record<string, unknown>>;

/** What a worker answered: its message, and the bytes that it points into. */
export interface Answer {
  readonly message: Message;
  readonly payload: Buffer;
}

interface Waiting {
  readonly id: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: SandboxError) => void;
}

/** One caged process. It answers one request at a time and never lives again once it failed. */
export class Worker {
  readonly #limits: SandboxLimits;
  readonly #cage: Cage;
  readonly #frames: FrameReader;
  readonly #output: OutputTail;
  readonly #watch: UsageWatch | undefined;
  readonly #onFailure: ((code: SandboxErrorCode) => void)[] = [];
  #waiting: Waiting | undefined;
  #nextId = 1;
  #failure: SandboxError | undefined;

  constructor(cage: Cage, limits: SandboxLimits) {
    this.#cage = cage;
    this.#limits = limits;
    this.#frames = new FrameReader(limits.frameBytes, limits.answerValues);
    const { outputBytes } = limits;
    this.#output = new OutputTail(outputBytes, () =>
      this.#fail(new SandboxError("exceeded", `the model wrote more than ${outputBytes} bytes of output`)),
    );
    if (cage.pid !== undefined) this.#watch = new UsageWatch(cage.pid, (usage) => this.#look(usage));
    this.#listen();
  }

  get alive(): boolean {
    return this.#failure === undefined;
  }

  /** Calls back once when the worker failed, closing included. */
  onFailure(callback: (code: SandboxErrorCode) => void): void {
    this.#onFailure.push(callback);
  }

  /**
   * Sends one request and waits for its answer.
   * @throws {SandboxError}
   */
  async request(
    message: Message,
    payload: readonly Uint8Array[] = [],
    milliseconds = this.#limits.requestMilliseconds,
  ): Promise<Answer> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#waiting !== undefined)
      throw new SandboxError("protocol", "the worker is busy: one request at a time");
    const id = this.#nextId++;
    const frame = encodeFrame({ ...message, id }, payload, this.#limits.frameBytes);
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting = { id, resolve, reject };
    const late = new SandboxError("timed-out", `the model did not answer within ${milliseconds} ms`);
    this.#cage.requests.write(frame);
    try {
      const answer = await withAlarm(promise, milliseconds, () => this.#fail(late));
      return accepted(answer, this.#output.tail());
    } finally {
      this.#waiting = undefined;
    }
  }

  /** Kills the worker and waits until it is gone. */
  async close(): Promise<void> {
    this.#fail(new SandboxError("closed", "the sandbox was closed"));
    await this.#cage.ended;
  }

  #listen(): void {
    const { requests, answers, output, ended } = this.#cage;
    for (const stream of output) stream.on("data", (piece: Buffer) => this.#output.push(piece));
    answers.on("data", (piece: Buffer) => this.#receive(piece));
    // A dead worker's pipes fail too; its end tells more.
    for (const stream of new Set([requests, answers, ...output])) stream.on("error", () => undefined);
    void ended.then((end) => this.#ended(end));
  }

  #receive(piece: Buffer): void {
    if (this.#failure !== undefined) return;
    try {
      for (const frame of this.#frames.push(piece)) this.#deliver(frame);
    } catch (error) {
      this.#fail(error instanceof SandboxError ? error : new SandboxError("protocol", String(error)));
    }
  }

  #deliver({ message, payload }: Frame): void {
    const waiting = this.#waiting;
    if (typeof message !== "object" || message === null || !("id" in message) || message.id !== waiting?.id) {
      throw new SandboxError("protocol", "the worker answered what nobody asked");
    }
    this.#waiting = undefined;
    waiting?.resolve({ message: { ...message }, payload });
  }

  #look({ threads, bytes }: Usage): void {
    const { threads: mostThreads, memoryBytes } = this.#limits;
    const told =
      threads > mostThreads
        ? `the model ran ${threads} threads, more than ${mostThreads}`
        : bytes > memoryBytes
          ? `the model used ${bytes} bytes of memory, more than ${memoryBytes}`
          : undefined;
    if (told !== undefined) this.#fail(new SandboxError("exceeded", told));
  }

  #ended({ how, notStarted, exceeded }: CageEnd): void {
    const output = this.#output.tail();
    if (notStarted) return this.#fail(startFailure(output, undefined));
    if (exceeded !== undefined) return this.#fail(new SandboxError("exceeded", exceeded, { output }));
    this.#fail(new SandboxError("died", `the sandboxed model died (${how})`, { output }));
  }

  #fail(error: SandboxError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#watch?.stop();
    this.#cage.kill();
    this.#waiting?.reject(error);
    for (const callback of this.#onFailure) callback(error.code);
  }
}

function accepted(answer: Answer, output: string): Answer {
  const { message } = answer;
  if (message["ok"] === true) return answer;
  const code = message["kind"] === "bad-input" ? "bad-input" : "model-error";
  const said =
    typeof message["message"] === "string" ? shownText(message["message"], MAX_MESSAGE) : "no message";
  throw new SandboxError(code, said, { output });
}
