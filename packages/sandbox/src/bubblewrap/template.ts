import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { withAlarm } from "../alarm.ts";
import type { Cage, CageEnd } from "../cage.ts";
import { SandboxError } from "../error.ts";
import type { SandboxLimits } from "../limits.ts";
import { OutputTail } from "../output.ts";
import { seccompFilter, templateFilter } from "../seccomp/filter.ts";
import { tableOfThisMachine } from "../seccomp/syscalls.ts";
import { encodeFrame, FrameReader } from "../wire/frames.ts";
import { bubblewrapArguments, DESCRIPTORS } from "./arguments.ts";
import { hostPid } from "./host-pid.ts";
import { PRELOAD } from "./preload.ts";
import { inspectPython } from "./python.ts";
import { type Slot, Slots } from "./slots.ts";
import { startFailure } from "./start-failure.ts";
import { Ways } from "./ways.ts";

const MAX_WORD_BYTES = 64 * 1024;
const MAX_OUTPUT_BYTES = 2 ** 20;
/** For what takes the template milliseconds: a fork, a kill, its own end. Later it hangs, and is ended. */
const PATIENCE_MILLISECONDS = 20_000;
/** The template's own words for a worker whose cage could not be shut; stands in _modelkeep_template.py too. */
const NOT_SHUT = 70;

export interface TemplateOptions {
  readonly python: string;
  /** False for packages that a model chose. */
  readonly trusted: boolean;
  /** Default `bwrap`, found on PATH. */
  readonly bubblewrap: string;
}

interface Listener {
  readonly forked: (pid: number) => void;
  readonly ended: (end: CageEnd) => void;
}

/** The process in bubblewrap that workers are forked from. It never sees a model's code. */
export class Template implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #slots: Slots;
  readonly #ways: Ways;
  readonly #filter: string;
  readonly #frames = new FrameReader(MAX_WORD_BYTES);
  readonly #output = new OutputTail(MAX_OUTPUT_BYTES, () => this.#fail("it wrote too much"));
  readonly #workers = new Map<number, Listener>();
  readonly #ready = Promise.withResolvers<undefined>();
  readonly #gone = Promise.withResolvers<undefined>();
  #info = "";
  #nextId = 1;
  #failure: SandboxError | undefined;

  private constructor(child: ChildProcess, slots: Slots, ways: Ways, filter: string) {
    this.#child = child;
    this.#slots = slots;
    this.#ways = ways;
    this.#filter = filter;
    this.#listen();
  }

  /**
   * Starts a template and waits until it has imported what it shares.
   * @param modelFolder the first model that will come
   * @throws {SandboxError} `unavailable` says what this machine lacks
   */
  static async start(options: TemplateOptions, modelFolder: string, milliseconds: number): Promise<Template> {
    const table = tableOfThisMachine();
    const python = await inspectPython(options.python, options.trusted);
    await using made = new AsyncDisposableStack();
    const slots = made.use(await Slots.make(modelFolder));
    const ways = made.use(await Ways.open());
    const argv = bubblewrapArguments({ python, slots: slots.folder, ways: ways.folder });
    const child = launch(options.bubblewrap, argv, templateFilter(table));
    const filter = Buffer.from(seccompFilter(table)).toString("hex");
    const template = new Template(child, slots, ways, filter);
    made.move();
    try {
      await template.#introduce(options.trusted ? PRELOAD : [], milliseconds);
    } catch (error) {
      await template[Symbol.asyncDispose]();
      throw error;
    }
    return template;
  }

  get alive(): boolean {
    return this.#failure === undefined;
  }

  /** Shows a model's folder to workers to come. */
  async addModel(modelFolder: string): Promise<Slot> {
    return await this.#slots.add(modelFolder);
  }

  /**
   * Forks a worker and shuts it in.
   * @throws {SandboxError} `unavailable`
   */
  async fork(slot: Slot, limits: SandboxLimits): Promise<Cage> {
    if (this.#failure !== undefined) throw this.#failure;
    const id = this.#nextId++;
    const forked = Promise.withResolvers<number>();
    const ended = Promise.withResolvers<CageEnd>();
    this.#workers.set(id, { forked: forked.resolve, ended: ended.resolve });
    const { token, ways, cancel } = this.#ways.expect();
    const { memoryBytes, cpuSeconds, fileBytes, openFiles, threads } = limits;
    const own = { memoryBytes, cpuSeconds, fileBytes, openFiles, threads };
    this.#say({ op: "fork", id, slot: slot.name, token, limits: own, filter: this.#filter });
    const early = ended.promise.then(() => undefined);
    const late = (): void => this.#fail("it made no worker in time");
    const connected = await withAlarm(Promise.race([ways, early]), PATIENCE_MILLISECONDS, late);
    if (connected === undefined) {
      cancel();
      throw this.#failure ?? startFailure(this.#output.tail(), undefined);
    }
    const { frames, output } = connected;
    return {
      requests: frames,
      answers: frames,
      output: [output],
      pid: hostPid(this.#pid(), await forked.promise),
      ended: ended.promise,
      kill: () => this.#kill(id, ended.promise),
    };
  }

  /** Nothing of it keeps this process running while no request waits. */
  unref(): void {
    this.#child.unref();
    for (const stream of streamsOf(this.#child)) if (stream instanceof Socket) stream.unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#fail("the sandbox was closed");
    this.#child.kill("SIGKILL");
    await withAlarm(this.#gone.promise, PATIENCE_MILLISECONDS, () => this.#gone.resolve(undefined));
  }

  async #introduce(preload: readonly string[], milliseconds: number): Promise<void> {
    const late = (): void => this.#fail(`its imports took more than ${milliseconds} ms`);
    this.#say({ id: 0, preload });
    await withAlarm(this.#ready.promise, milliseconds, late);
    this.unref();
  }

  #kill(id: number, ended: Promise<CageEnd>): void {
    this.#say({ op: "kill", id });
    void withAlarm(ended, PATIENCE_MILLISECONDS, () => this.#fail("it ended no worker in time"));
  }

  #pid(): number {
    return Number(/"child-pid":\s*(\d+)/u.exec(this.#info)?.[1]);
  }

  #say(order: Readonly<Record<string, unknown>>): void {
    if (this.#failure === undefined) pipe(this.#child).write(encodeFrame(order, [], MAX_WORD_BYTES));
  }

  #listen(): void {
    const child = this.#child;
    child.stdout?.on("data", (piece: Buffer) => this.#output.push(piece));
    child.stderr?.on("data", (piece: Buffer) => this.#output.push(piece));
    source(child, DESCRIPTORS.word).on("data", (piece: Buffer) => this.#hear(piece));
    source(child, DESCRIPTORS.info).on("data", (piece: Buffer) => {
      this.#info = (this.#info + piece.toString()).slice(0, 4_096);
    });
    // A dead process's pipes fail too; its exit tells more.
    for (const stream of streamsOf(child)) stream?.on("error", () => undefined);
    child.on("error", (cause) => this.#end(startFailure(cause.message, cause)));
    child.on("close", (code, signal) => {
      const said = this.#output.tail();
      this.#end(startFailure(said === "" ? `its first process ended (${signal ?? code})` : said, undefined));
    });
  }

  #hear(piece: Buffer): void {
    try {
      for (const { message } of this.#frames.push(piece)) this.#obey(message);
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  #obey(message: unknown): void {
    if (typeof message !== "object" || message === null || !("id" in message)) return;
    if ("ready" in message) return this.#ready.resolve(undefined);
    const id = Number(message.id);
    const listener = this.#workers.get(id);
    if ("forked" in message) listener?.forked(Number(message.forked));
    if (!("ended" in message)) return;
    this.#workers.delete(id);
    listener?.ended(endOf(Number(message.ended)));
  }

  #fail(why: string): void {
    this.#failure ??= new SandboxError("unavailable", `the sandbox's template failed: ${why}`, {
      output: this.#output.tail(),
    });
    this.#child.kill("SIGKILL");
  }

  /** Its namespaces ended with it, and so did every worker. */
  #end(error: SandboxError): void {
    this.#failure ??= error;
    this.#ready.reject(this.#failure);
    for (const listener of this.#workers.values()) listener.ended({ how: "SIGKILL", notStarted: false });
    this.#workers.clear();
    void this.#cleanUp();
  }

  async #cleanUp(): Promise<void> {
    await this.#slots[Symbol.asyncDispose]();
    await this.#ways[Symbol.asyncDispose]();
    this.#gone.resolve(undefined);
  }
}

function endOf(code: number): CageEnd {
  return { how: code < 0 ? `signal ${-code}` : `code ${code}`, notStarted: code === NOT_SHUT };
}

function launch(bubblewrap: string, argv: string[], filterBytes: Uint8Array): ChildProcess {
  const filter = temporaryDescriptor(filterBytes);
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

type Stream = Readable | Writable | null | undefined;

function streamsOf(child: ChildProcess): readonly Stream[] {
  return child.stdio;
}

function pipe(child: ChildProcess): Writable {
  const stream = streamsOf(child)[DESCRIPTORS.orders];
  if (stream !== null && stream !== undefined && "write" in stream) return stream;
  throw new SandboxError("unavailable", "the template has no pipe for orders");
}

function source(child: ChildProcess, index: 4 | 6): Readable {
  const stream = streamsOf(child)[index];
  if (stream !== null && stream !== undefined && "read" in stream) return stream;
  throw new SandboxError("unavailable", "the template has no pipe for its word");
}
