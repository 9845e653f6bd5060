import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { ModelkeepError } from "@modelkeep/findings";
import type { SecureModel } from "../model.ts";
import { errorReply, invocations, type Reply } from "./invocations.ts";
import { ServeMetrics } from "./metrics.ts";

export interface ScoringServerOptions {
  /** What `/version` answers. */
  readonly version: string;
  /** Largest request body in bytes; default 64 MiB. */
  readonly maxBodyBytes?: number;
  /** Requests under way at the same time, above which 503 is answered; default 256. */
  readonly maxConcurrent?: number;
  /** Told of errors that clients see no details of. */
  readonly onError?: (error: unknown) => void;
}

const MAX_BODY_BYTES = 64 * 2 ** 20;
const MAX_CONCURRENT = 256;
const HEADERS_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 60_000;

/** A scoring server for one model. It is not listening yet. */
export function scoringServer(model: SecureModel, options: ScoringServerOptions): Server {
  const metrics = new ServeMetrics();
  let underWay = 0;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const began = performance.now();
    const scoring = pathOf(request) === "/invocations";
    underWay++;
    try {
      const busy = underWay > (options.maxConcurrent ?? MAX_CONCURRENT);
      const reply = busy ? BUSY : await answer(model, metrics, request, options);
      send(request, response, reply);
      if (scoring) metrics.observe(reply.status, (performance.now() - began) / 1_000);
    } finally {
      underWay--;
    }
  };
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      options.onError?.(error);
      response.destroy();
    });
  });
  server.headersTimeout = HEADERS_TIMEOUT;
  server.requestTimeout = REQUEST_TIMEOUT;
  return server;
}

const BUSY: Reply = {
  status: 503,
  type: "application/json",
  body: '{"error_code":"TEMPORARILY_UNAVAILABLE","message":"too many requests at once: try again"}',
};

async function answer(
  model: SecureModel,
  metrics: ServeMetrics,
  request: IncomingMessage,
  options: ScoringServerOptions,
): Promise<Reply> {
  const path = pathOf(request);
  const wanted = path === "/invocations" ? "POST" : "GET";
  if (ROUTES.has(path) && request.method !== wanted) {
    return { status: 405, type: "application/json", body: '{"detail":"Method Not Allowed"}' };
  }
  switch (path) {
    case "/ping":
    case "/health":
      return { status: 200, type: "application/json", body: "\n" };
    case "/version":
      return { status: 200, type: "application/json", body: options.version };
    case "/metrics":
      return { status: 200, type: "text/plain; version=0.0.4; charset=utf-8", body: metrics.text() };
    case "/invocations":
      return await score(model, request, options);
    default:
      return { status: 404, type: "application/json", body: '{"detail":"Not Found"}' };
  }
}

const ROUTES: ReadonlySet<string> = new Set(["/ping", "/health", "/version", "/metrics", "/invocations"]);

async function score(
  model: SecureModel,
  request: IncomingMessage,
  options: ScoringServerOptions,
): Promise<Reply> {
  try {
    const body = await readBody(request, options.maxBodyBytes ?? MAX_BODY_BYTES);
    return await invocations(model, request.headers["content-type"] ?? "", body);
  } catch (error) {
    if (!(error instanceof ModelkeepError)) options.onError?.(error);
    return errorReply(error);
  }
}

async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const tooLarge = new ModelkeepError(
    "LIMIT_EXCEEDED",
    `the request has more than ${limit} bytes: send fewer rows`,
  );
  if (Number(request.headers["content-length"] ?? 0) > limit) throw tooLarge;
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request) {
    const bytes: Buffer = piece;
    size += bytes.byteLength;
    if (size > limit) throw tooLarge;
    pieces.push(bytes);
  }
  return Buffer.concat(pieces);
}

function send(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, {
    "content-type": reply.type,
    "content-length": Buffer.byteLength(reply.body),
    "x-content-type-options": "nosniff",
    // A body that was not read to its end must not be taken for the next request.
    ...(request.complete ? {} : { connection: "close" }),
  });
  response.end(reply.body);
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? "").split("?", 1)[0] ?? "";
}
