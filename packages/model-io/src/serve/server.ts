import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { ModelkeepError } from "@modelkeep/findings";
import type { SecureModel } from "../model.ts";
import { MAX_HEADERS, ServeApp } from "./app.ts";
import type { Authoriser } from "./auth.ts";
import { type Metric, ServeMetrics, type Snapshot } from "./metrics.ts";
import { ServedModel } from "./served-model.ts";
import { Slot } from "./slot.ts";
import { warm } from "./warm.ts";
import { canMove, type ModelSource, type ServeEvent, watch } from "./watch.ts";

export interface ModelServerOptions {
  /** Where models come from: a `SecureMLflowLoader`. It is not disposed with the server. */
  readonly loader: ModelSource;
  /** Name → URI. The first one also answers `/invocations`. */
  readonly models: ReadonlyMap<string, string> | Readonly<Record<string, string>>;
  /** What `/version` answers. */
  readonly version?: string;
  /** Who may use the models; default everybody who reaches the server. */
  readonly auth?: Authoriser | undefined;
  /** Largest request body in bytes; default 64 MiB. */
  readonly maxBodyBytes?: number;
  /** Scoring requests under way at the same time, above which 503 is answered; default 256. */
  readonly maxConcurrent?: number;
  /** Longest time for one request, seconds; default 60. */
  readonly timeoutSeconds?: number;
  /** Longest silence of a client within a request, seconds; default 10. */
  readonly idleSeconds?: number;
  /** How often it is looked whether an alias moved, seconds; default 5, 0 for never. */
  readonly pollSeconds?: number;
  /** Whether rows of requests that are there at the same time are evaluated together; default yes. */
  readonly batching?: boolean;
  readonly onEvent?: (event: ServeEvent) => void;
  /** Told of errors that clients see no details of. */
  readonly onError?: (error: unknown, traceparent: string | undefined) => void;
  /** Metrics of the other workers. */
  readonly others?: () => Promise<readonly Snapshot[]>;
}

const MAX_BODY_BYTES = 64 * 2 ** 20;
/** Bodies of that many largest requests may be in memory together. */
const BODIES_TOGETHER = 4;
const MAX_CONCURRENT = 256;
const MAX_CONNECTIONS = 4096;
const CHECK_CONNECTIONS = 1_000;

/** Serves models: each is fetched, scanned, decided and loaded before it answers, and so is each version that an alias comes to name. */
export class ModelServer implements AsyncDisposable {
  readonly metrics = new ServeMetrics();
  readonly #slots: ReadonlyMap<string, Slot>;
  readonly #options: ModelServerOptions;
  readonly #app: ServeApp;
  readonly #server: Server;
  readonly #stop = new AbortController();
  readonly #watches: Promise<void>[] = [];

  private constructor(options: ModelServerOptions, slots: ReadonlyMap<string, Slot>) {
    this.#options = options;
    this.#slots = slots;
    const each = options.maxBodyBytes ?? MAX_BODY_BYTES;
    const idle = (options.idleSeconds ?? 10) * 1000;
    const timeout = (options.timeoutSeconds ?? 60) * 1000;
    this.#app = new ServeApp({
      slots,
      version: options.version ?? "0",
      metrics: this.metrics,
      others: options.others,
      auth: options.auth,
      body: { each, together: each * BODIES_TOGETHER, idle },
      maxConcurrent: options.maxConcurrent ?? MAX_CONCURRENT,
      timeout,
      onError: options.onError ?? (() => undefined),
    });
    this.#server = createServer(
      {
        headersTimeout: idle,
        // A client that sends, but only just, is cut off here.
        requestTimeout: Math.max(timeout, idle) + idle,
        connectionsCheckingInterval: CHECK_CONNECTIONS,
        keepAliveTimeout: 65_000,
        noDelay: true,
      },
      this.#app.handle,
    );
    this.#server.maxHeadersCount = MAX_HEADERS + 1;
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /**
   * Loads all models. Nothing is listening yet.
   * @throws {ModelkeepError} what the loader throws for the first that fails; then none stays loaded
   */
  static async open(options: ModelServerOptions): Promise<ModelServer> {
    const models = options.models instanceof Map ? [...options.models] : Object.entries(options.models);
    if (models.length === 0) throw new ModelkeepError("INVALID_ARGUMENT", "no model is named");
    const slots = new Map(
      models.map(([name, uri]: [string, string]) => [checkedName(name), new Slot(name, uri)]),
    );
    const server = new ModelServer(options, slots);
    try {
      for (const slot of slots.values()) await server.#load(slot);
    } catch (error) {
      await server.#closeSlots();
      throw error;
    }
    server.#watch();
    return server;
  }

  /** What is served: name → the loaded model. */
  get models(): ReadonlyMap<string, SecureModel> {
    return new Map([...this.#slots].map(([name, slot]) => [name, slot.current.model]));
  }

  /** Requests under way. */
  get underWay(): number {
    return this.#app.underWay;
  }

  /** Begins to listen. @returns the address, `http://127.0.0.1:5000` */
  async listen(port: number, host: string): Promise<string> {
    this.#server.listen(port, host);
    await once(this.#server, "listening");
    return addressOf(this.#server.address());
  }

  /**
   * Ends without dropping a request: readiness goes down at once and each answer tells its connection to close; after
   * `delay` no new connection is taken; it settles when the requests under way are answered, at the latest after `timeout`.
   * @param delay milliseconds for load balancers to notice
   * @param timeout milliseconds
   * @returns whether all requests were answered
   */
  async drain(delay: number, timeout: number): Promise<boolean> {
    this.#app.draining = true;
    this.#stop.abort();
    if (!this.#server.listening) return true;
    await sleep(delay);
    const closed = once(this.#server, "close").then(() => true);
    this.#server.close();
    this.#server.closeIdleConnections();
    const late = new AbortController();
    const inTime = await Promise.race([closed, sleep(timeout, false, { signal: late.signal })]);
    late.abort();
    if (!inTime) this.#server.closeAllConnections();
    return inTime;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain(0, 0);
    await Promise.all(this.#watches);
    await this.#closeSlots();
  }

  async #load(slot: Slot): Promise<void> {
    const model = await this.#options.loader.safeLoadModel(slot.uri);
    try {
      if (this.#options.auth !== undefined && model.name === undefined) {
        const help = "name it as models:/NAME@ALIAS, or serve without keys";
        throw new ModelkeepError(
          "CONFIGURATION",
          `${slot.uri} is no registered model, so no key can read it: ${help}`,
        );
      }
      await this.#serve(slot, model);
    } catch (error) {
      await model[Symbol.asyncDispose]();
      throw error;
    }
    const { version, digest } = model;
    this.#event({
      kind: "loaded",
      model: slot.name,
      uri: slot.uri,
      ...(version === undefined ? {} : { version }),
      digest,
    });
  }

  async #serve(slot: Slot, model: SecureModel): Promise<void> {
    await warm(model);
    const batches = this.metrics.series("modelkeep_serve_batch_requests", { model: slot.name });
    const observe =
      this.#options.batching === false ? undefined : (requests: number) => batches.add(requests);
    const replaced = slot.replace(new ServedModel(model, slot.name, observe));
    // The version before may still answer slow requests; the new one answers already.
    replaced.catch((error: unknown) => this.#options.onError?.(error, undefined));
  }

  #watch(): void {
    const { pollSeconds = 5, loader } = this.#options;
    if (pollSeconds <= 0) return;
    const options = {
      source: loader,
      serve: async (slot: Slot, model: SecureModel) => await this.#serve(slot, model),
      onEvent: (event: ServeEvent) => this.#event(event),
      retry: pollSeconds * 2000,
    };
    for (const slot of this.#slots.values()) {
      if (!canMove(slot.uri)) continue;
      this.#watches.push(watch(slot, pollSeconds * 1000, options, this.#stop.signal));
    }
  }

  #event(event: ServeEvent): void {
    const metric: Metric = "modelkeep_serve_swaps_total";
    if (event.kind === "swapped" || event.kind === "refused")
      this.metrics.series(metric, { model: event.model, outcome: event.kind }).add();
    this.#options.onEvent?.(event);
  }

  async #closeSlots(): Promise<void> {
    await Promise.all([...this.#slots.values()].map(async (slot) => await slot.close()));
  }
}

/** @throws {ModelkeepError} `INVALID_ARGUMENT`: a name stands in paths, headers and labels */
function checkedName(name: string): string {
  if (/^[\w.~-]{1,128}$/u.test(name)) return name;
  throw new ModelkeepError(
    "INVALID_ARGUMENT",
    `${JSON.stringify(name)} is no name to serve under: use letters, digits, dots, dashes and underscores`,
  );
}

function addressOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === "string") return String(address);
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
