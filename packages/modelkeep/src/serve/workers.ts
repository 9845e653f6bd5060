import cluster, { type Worker } from "node:cluster";
import { setTimeout as sleep } from "node:timers/promises";
import type { Snapshot } from "@modelkeep/model-io";
import { announce } from "./announce.ts";
import type { WorkerLink } from "./link.ts";
import type { ServeCommandOptions } from "./options.ts";

// Each worker is the same command again, with the models loaded in it; the primary hands out connections. It loads
// nothing itself, so nothing that a request does can end it.

type Message =
  | { readonly kind: "listening"; readonly line: string }
  /** worker → primary → the other workers */
  | { readonly kind: "ask"; readonly id: number }
  /** the other workers → primary */
  | { readonly kind: "snapshot"; readonly id: number; readonly snapshot: Snapshot }
  /** primary → worker */
  | { readonly kind: "snapshots"; readonly id: number; readonly snapshots: readonly Snapshot[] };

/** A worker that is too busy to tell its numbers is left out of an answer. */
const ASK_MILLISECONDS = 1_000;
const RESTART_MILLISECONDS = 1_000;
const MAX_RESTART_MILLISECONDS = 60_000;

export function isWorker(): boolean {
  return cluster.isWorker;
}

/** In a worker: the link to the primary. */
export function workerLink(): WorkerLink {
  const waiting = new Map<number, (snapshots: readonly Snapshot[]) => void>();
  let asked = 0;
  process.on("message", (message: Message) => {
    if (message.kind === "snapshots") waiting.get(message.id)?.(message.snapshots);
  });
  return {
    others: async () => {
      const id = asked++;
      const { promise, resolve } = Promise.withResolvers<readonly Snapshot[]>();
      waiting.set(id, resolve);
      tell({ kind: "ask", id });
      const snapshots = await Promise.race([promise, sleep(2 * ASK_MILLISECONDS, [], { ref: false })]);
      waiting.delete(id);
      return snapshots;
    },
    share: (snapshot) => {
      process.on("message", (message: Message) => {
        if (message.kind === "ask") tell({ kind: "snapshot", id: message.id, snapshot: snapshot() });
      });
    },
    listening: (line) => tell({ kind: "listening", line }),
    // Not `disconnect`: that ends a worker at once, with code 0.
    release: () => process.channel?.unref(),
  };
}

function tell(message: Message): void {
  if (process.connected) process.send?.(message);
}

/** In the primary: starts the workers, replaces those that end, and ends when told. @returns the exit code */
export async function runWorkers(options: ServeCommandOptions): Promise<number> {
  announce(options);
  return await new Primary(options.workers).run();
}

class Primary {
  readonly #count: number;
  readonly #ended = Promise.withResolvers<number>();
  readonly #listening = new Set<number>();
  readonly #asks = new Map<number, (snapshot: Snapshot) => void>();
  #asked = 0;
  #stopping = false;
  #code = 0;
  #restarts = 0;

  constructor(count: number) {
    this.#count = count;
  }

  async run(): Promise<number> {
    process.on("SIGTERM", () => this.#stop("SIGTERM"));
    process.on("SIGINT", () => this.#stop("SIGINT"));
    cluster.on("message", (worker, message: Message) => this.#hear(worker, message));
    cluster.on("exit", (worker, code) => this.#lost(worker, code));
    for (let index = 0; index < this.#count; index++) cluster.fork();
    return await this.#ended.promise;
  }

  #hear(worker: Worker, message: Message): void {
    if (message.kind === "listening") this.#ready(worker, message.line);
    if (message.kind === "snapshot") this.#asks.get(message.id)?.(message.snapshot);
    if (message.kind === "ask") void this.#collect(worker, message.id);
  }

  #ready(worker: Worker, line: string): void {
    this.#listening.add(worker.id);
    // Once all are there: whoever waits for this line finds all of them.
    if (this.#listening.size === this.#count && this.#restarts === 0) process.stderr.write(`${line}\n`);
  }

  async #collect(asker: Worker, id: number): Promise<void> {
    const others = workers().filter((worker) => worker.id !== asker.id && this.#listening.has(worker.id));
    const answers = others.map(async (worker) => await this.#ask(worker));
    const snapshots = (await Promise.all(answers)).filter((snapshot) => snapshot !== undefined);
    if (asker.isConnected()) asker.send({ kind: "snapshots", id, snapshots } satisfies Message);
  }

  async #ask(worker: Worker): Promise<Snapshot | undefined> {
    const id = this.#asked++;
    const { promise, resolve } = Promise.withResolvers<Snapshot>();
    this.#asks.set(id, resolve);
    if (worker.isConnected()) worker.send({ kind: "ask", id } satisfies Message);
    const snapshot = await Promise.race([promise, sleep(ASK_MILLISECONDS, undefined, { ref: false })]);
    this.#asks.delete(id);
    return snapshot;
  }

  #lost(worker: Worker, code: number): void {
    const worked = this.#listening.delete(worker.id);
    if (!this.#stopping && !worked && this.#restarts === 0) {
      // It never answered: the others will not either.
      this.#code = code === 0 ? 2 : code;
      this.#stop("SIGTERM");
    }
    if (!this.#stopping) {
      void this.#restart(code);
      return;
    }
    if (workers().length === 0) this.#ended.resolve(this.#code);
  }

  async #restart(code: number): Promise<void> {
    const wait = Math.min(
      RESTART_MILLISECONDS * 2 ** Math.min(this.#restarts++, 10),
      MAX_RESTART_MILLISECONDS,
    );
    process.stderr.write(`modelkeep: a worker ended (${code}): another is started\n`);
    await sleep(wait);
    if (!this.#stopping) cluster.fork();
  }

  #stop(signal: "SIGINT" | "SIGTERM"): void {
    if (this.#stopping) return;
    this.#stopping = true;
    // Each drains by itself; Ctrl-C has reached them already.
    for (const worker of workers()) worker.process.kill(signal);
    if (workers().length === 0) this.#ended.resolve(this.#code);
  }
}

function workers(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
}
