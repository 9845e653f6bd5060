import type { IncomingMessage, ServerResponse } from "node:http";
import type { Authoriser } from "./auth.ts";
import { describeFailure, errorReply, isInternal } from "./errors.ts";
import { BodyReader, type BodyLimits, ClientGone } from "./http/body.ts";
import { Rejection } from "./http/rejection.ts";
import { json, type Reply, send } from "./http/reply.ts";
import { metricsText, type ServeMetrics, type Series, type Snapshot } from "./metrics.ts";
import { openApi } from "./openapi.ts";
import { match, type Matched, type RouteName } from "./routes.ts";
import { invocations } from "./scoring.ts";
import type { ServedModel } from "./served-model.ts";
import type { Slot } from "./slot.ts";
import { childTrace } from "./trace.ts";
import { infer } from "./v2/infer.ts";
import { modelMetadata } from "./v2/metadata.ts";

export interface AppOptions {
  /** By name, in order; the first one also answers the routes of a single model. */
  readonly slots: ReadonlyMap<string, Slot>;
  /** What `/version` answers. */
  readonly version: string;
  readonly metrics: ServeMetrics;
  /** Metrics of the other workers, where there are any. */
  readonly others?: (() => Promise<readonly Snapshot[]>) | undefined;
  readonly auth?: Authoriser | undefined;
  readonly body: BodyLimits;
  /** Scoring requests under way at the same time, above which 503 is answered. */
  readonly maxConcurrent: number;
  /** Longest time for one request, milliseconds. */
  readonly timeout: number;
  readonly onError: (error: unknown, traceparent: string | undefined) => void;
}

interface Exchange extends Matched {
  readonly request: IncomingMessage;
  readonly trace: string | undefined;
  readonly began: number;
}

/** More header lines than any honest client sends. Node would drop what is above its limit without a word. */
export const MAX_HEADERS = 100;

/** Answers requests. It knows nothing of listening and ending. */
export class ServeApp {
  readonly #options: AppOptions;
  readonly #bodies: BodyReader;
  readonly #counts = new Map<string, Series>();
  readonly #durations = new Map<string, Series>();
  #underWay = 0;
  /** Set when the server is about to end: readiness is down, connections are told to close. */
  draining = false;

  constructor(options: AppOptions) {
    this.#options = options;
    this.#bodies = new BodyReader(options.body);
  }

  /** Requests under way. */
  get underWay(): number {
    return this.#underWay;
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    this.#underWay++;
    response.once("close", () => void this.#underWay--);
    this.#exchange(request, response).catch((error: unknown) => {
      if (!(error instanceof ClientGone)) this.#options.onError(error, undefined);
      response.destroy();
    });
  };

  async #exchange(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const began = performance.now();
    const { traceparent } = request.headers;
    const trace = traceparent === undefined ? undefined : childTrace(traceparent);
    const found = match(request.method ?? "", request.url ?? "", this.#options.slots);
    if ("reply" in found) return this.#send(request, response, found.reply, trace);
    const exchange: Exchange = { ...found, request, trace, began };
    let reply: Reply;
    try {
      if (request.rawHeaders.length > 2 * MAX_HEADERS)
        throw new Rejection(431, "headers", `a request has at most ${MAX_HEADERS} header lines`);
      reply = await this.#answer(exchange);
    } catch (error) {
      if (error instanceof ClientGone) throw error;
      reply = this.#failure(error, exchange);
    }
    this.#send(request, response, reply, trace);
    if (found.scores) this.#count(exchange, reply.status);
  }

  #send(request: IncomingMessage, response: ServerResponse, reply: Reply, trace: string | undefined): void {
    send(request, response, reply, trace === undefined ? [] : ["traceparent", trace], this.draining);
  }

  #failure(error: unknown, { trace, v2 }: Exchange): Reply {
    if (isInternal(error)) this.#options.onError(error, trace);
    if (error instanceof Rejection) {
      this.#options.metrics.series("modelkeep_serve_rejected_total", { reason: error.reason }).add();
    }
    if (!v2) return errorReply(error);
    const { status, message, headers } = describeFailure(error);
    const reply = json(status, { error: message });
    return headers === undefined ? reply : { ...reply, headers };
  }

  #count({ slot, v2, began }: Exchange, status: number): void {
    const model = slot?.name ?? "";
    const key = `${model} ${v2} ${status}`;
    let count = this.#counts.get(key);
    if (count === undefined) {
      const labels = { model, protocol: v2 ? "v2" : "mlflow", status: String(status) };
      count = this.#options.metrics.series("modelkeep_serve_requests_total", labels);
      this.#counts.set(key, count);
    }
    count.add();
    let duration = this.#durations.get(model);
    if (duration === undefined) {
      duration = this.#options.metrics.series("modelkeep_serve_request_duration_seconds", { model });
      this.#durations.set(model, duration);
    }
    duration.add((performance.now() - began) / 1000);
  }

  async #answer(exchange: Exchange): Promise<Reply> {
    if (!exchange.scores && exchange.slot !== undefined) await this.#authorise(exchange, exchange.slot);
    return await this.#handlers[exchange.route](exchange);
  }

  readonly #handlers: Readonly<Record<RouteName, (exchange: Exchange) => Reply | Promise<Reply>>> = {
    invocations: async (exchange) => await this.#score(exchange),
    infer: async (exchange) => await this.#score(exchange),
    ping: () => ({ status: 200, type: "application/json", body: "\n" }),
    version: () => ({ status: 200, type: "application/json", body: this.#options.version }),
    metrics: async () => await this.#metrics(),
    ready: () => this.#ready(),
    models: async (exchange) => await this.#models(exchange),
    model: ({ slot }) => json(200, describe(slot!)),
    openapi: async (exchange) => await this.#openApi(exchange),
    "v2-server": () =>
      json(200, { name: "modelkeep", version: this.#options.version, extensions: ["binary_tensor_data"] }),
    "v2-live": () => json(200, { live: true }),
    "v2-ready": () => json(this.draining ? 503 : 200, { ready: !this.draining }),
    "v2-index": async (exchange) => await this.#index(exchange),
    "v2-model": ({ slot, version }) => json(200, modelMetadata(slot!.name, ofVersion(slot!, version).model)),
    "v2-model-ready": ({ slot, version }) => {
      ofVersion(slot!, version);
      return json(this.draining ? 503 : 200, { name: slot!.name, ready: !this.draining });
    },
  };

  async #score(exchange: Exchange): Promise<Reply> {
    const { request, slot, version } = exchange;
    if (slot === undefined) throw new Rejection(404, "route", "there is no such model");
    if (this.#underWay > this.#options.maxConcurrent)
      throw new Rejection(503, "requests", "too many requests at once: try again", 1);
    await this.#authorise(exchange, slot);
    const { bytes, release } = await this.#bodies.read(request);
    let served: ServedModel | undefined;
    try {
      served = ofVersion(slot, version).enter();
      const reply = await this.#inTime(exchange, served, bytes);
      return { ...reply, headers: [...(reply.headers ?? []), ...served.headers] };
    } finally {
      release();
      served?.leave();
    }
  }

  async #inTime(exchange: Exchange, served: ServedModel, body: Buffer): Promise<Reply> {
    const { request, slot, v2, began } = exchange;
    if (performance.now() - began > this.#options.timeout) throw tooSlow();
    const answer = v2
      ? infer(served, slot!.name, request.headers, body)
      : invocations(served, request.headers["content-type"] ?? "", body);
    // What is evaluated here is not waited for: it has happened when a timer could fire.
    if (served.model.engine === "native") return await answer;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(tooSlow()), this.#options.timeout);
    try {
      return await Promise.race([answer, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #authorise({ request, trace }: Exchange, slot: Slot): Promise<void> {
    const { auth } = this.#options;
    if (auth === undefined) return;
    await auth.check(request.headers.authorization, slot.current.model.name ?? "", trace);
  }

  /** The slots that the caller may read. @throws {Rejection} 401; 403 when there is none */
  async #readable(exchange: Exchange): Promise<Slot[]> {
    const slots = [...this.#options.slots.values()];
    const readable: Slot[] = [];
    let refusal: unknown;
    for (const slot of slots) {
      try {
        await this.#authorise(exchange, slot);
        readable.push(slot);
      } catch (error) {
        if (!(error instanceof Rejection) || error.status !== 403) throw error;
        refusal = error;
      }
    }
    if (readable.length === 0 && refusal !== undefined) throw refusal;
    return readable;
  }

  async #models(exchange: Exchange): Promise<Reply> {
    return json(200, { models: (await this.#readable(exchange)).map(describe) });
  }

  async #index(exchange: Exchange): Promise<Reply> {
    const readable = await this.#readable(exchange);
    return json(
      200,
      readable.map((slot) => ({
        name: slot.name,
        version: slot.current.model.version ?? "1",
        state: "READY",
        reason: "",
      })),
    );
  }

  async #openApi(exchange: Exchange): Promise<Reply> {
    const { slots, version, auth } = this.#options;
    const readable = exchange.slot === undefined ? await this.#readable(exchange) : [exchange.slot];
    const [first] = slots.values();
    const described = readable.map((slot) => {
      const own = `/models/${encodeURIComponent(slot.name)}`;
      return { name: slot.name, model: slot.current.model, prefixes: slot === first ? ["", own] : [own] };
    });
    return json(200, openApi(described, version, auth !== undefined));
  }

  #ready(): Reply {
    const models = [...this.#options.slots.values()];
    const reasons = this.draining ? ["the server is about to end"] : [];
    // Behind a key, what was refused and why is for those who may read the model: /models says it.
    const notes = models.flatMap((slot) => (this.#options.auth === undefined ? notesOf(slot) : []));
    return json(this.draining ? 503 : 200, { ready: !this.draining, reasons, notes });
  }

  async #metrics(): Promise<Reply> {
    const { metrics, slots, others } = this.#options;
    metrics.set("modelkeep_serve_ready", this.draining ? 0 : 1);
    metrics.set("modelkeep_serve_requests_under_way", this.#underWay);
    metrics.set("modelkeep_serve_buffered_bytes", this.#bodies.held);
    metrics.clear("modelkeep_serve_model_info");
    for (const { name, current, behind } of slots.values()) {
      const { version = "", digest, engine } = current.model;
      metrics.set("modelkeep_serve_model_info", 1, { model: name, version, digest, engine });
      for (const [reason, count] of current.model.workerFailures)
        metrics.set("modelkeep_serve_sandbox_workers_replaced_total", count, { model: name, reason });
      metrics.set("modelkeep_serve_model_behind", behind === undefined ? 0 : 1, { model: name });
    }
    const snapshots = [metrics.snapshot(), ...((await others?.()) ?? [])];
    return { status: 200, type: "text/plain; version=0.0.4; charset=utf-8", body: metricsText(snapshots) };
  }
}

/** The version that answers now, which must be the one that the path names, where it names one. */
function ofVersion(slot: Slot, version: string | undefined): ServedModel {
  const { current, name } = slot;
  const actual = current.model.version ?? "1";
  if (version === undefined || version === actual) return current;
  const shown = JSON.stringify(version).slice(0, 60);
  throw new Rejection(
    404,
    "version",
    `the model ${name} has no version ${shown} here: version ${actual} answers`,
  );
}

function tooSlow(): Rejection {
  return new Rejection(504, "timeout", "Request processing time exceeded limit");
}

function notesOf({ name, behind, unresolved }: Slot): string[] {
  return [
    ...(behind === undefined ? [] : [`${name}: version ${behind.version} was refused: ${behind.reason}`]),
    ...(unresolved === undefined ? [] : [`${name}: it is not known whether its alias moved: ${unresolved}`]),
  ];
}

function describe(slot: Slot): object {
  const { name, uri, behind, unresolved } = slot;
  const { version, digest, engine, sandbox, className, verdict, methods } = slot.current.model;
  return {
    name,
    uri,
    version,
    digest,
    engine,
    sandbox,
    class: className,
    verdict,
    methods,
    behind,
    unresolved,
  };
}
