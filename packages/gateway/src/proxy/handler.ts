import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import { assertSameOrigin } from "../http/origin.ts";
import { badRequest, denied, Refusal, unavailable } from "../http/refusal.ts";
import { sendRefusal } from "../http/respond.ts";
import { normaliseTarget, type Target } from "../http/target.ts";
import { authenticate, isBrowserNavigation } from "../identity/authenticate.ts";
import type { Principal } from "../identity/principal.ts";
import type { RouteMatch } from "../routes/table.ts";
import { forwardDownload } from "./download.ts";
import { auditEvent, type Exchange, refusalOutcome } from "./exchange.ts";
import { allowedAtAll, ResourceRefusal } from "./decision.ts";
import { forwardJson } from "./forward.ts";
import { forwardPage } from "./page.ts";
import type { Services } from "./services.ts";
import { forwardUpload } from "./upload.ts";
import { isNetworkError } from "./upstream.ts";

/** Where the gateway's own pages and API are. */
export const OWN_PREFIX = "/modelkeep";

/** Answers the gateway's own pages and API. */
export type OwnHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Who asks for what, as far as it became known: what a refusal's row in the audit log can say. */
interface Known {
  principal?: Principal;
  action: string;
}

/** The way of every request: normalise, authenticate, decide, record, pass on. */
export function makeHandler(services: Services, own: OwnHandler, logger: Logger) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const id = randomUUID();
    const known: Known = { action: "unknown" };
    handle(request, response, id, known, services, own).catch(async (error: unknown) => {
      await refuse(error, request, response, id, known, services, logger);
    });
  };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
  known: Known,
  services: Services,
  own: OwnHandler,
): Promise<void> {
  assertOnce(request);
  const target = normaliseTarget(request.url ?? "");
  if (target.path === OWN_PREFIX || target.path.startsWith(`${OWN_PREFIX}/`)) {
    // The own router gets the normalised target too, so that both mean the same path.
    request.url = target.encoded;
    own(request, response);
    return;
  }
  const match = services.routes.match(request.method ?? "", target.path);
  if (match !== undefined) known.action = match.route.action;
  if (match?.route.access.kind === "public") {
    await passPublic(request, response, id, target, match, services);
    return;
  }
  if (wantsLogin(request, services)) {
    response.writeHead(303, { location: `${OWN_PREFIX}/login?next=${encodeURIComponent(target.encoded)}` });
    response.end();
    return;
  }
  known.principal = authenticate(request, services.directory, Date.now());
  services.lastUsed.touch(known.principal.keyId);
  if (known.principal.via === "session") assertSameOrigin(request);
  if (match === undefined) {
    throw denied(`${request.method} ${target.path} is not a route that this gateway knows, so it is refused`);
  }
  await pass(exchangeOf(request, response, id, target, match, known.principal), services);
}

/** Headers that decide who asks or where; Node keeps the first of two, others on the way may have gone by the last. */
const DECIDING = ["authorization", "host", "origin", "content-type", "content-encoding"] as const;

function assertOnce(request: IncomingMessage): void {
  for (const name of DECIDING) {
    if ((request.headersDistinct[name]?.length ?? 0) > 1)
      throw badRequest(`the header ${name} is there twice`);
  }
}

async function pass(exchange: Exchange, services: Services): Promise<void> {
  services.metrics.count("requests_total", { transport: exchange.match.route.transport });
  await allowedAtAll(exchange, services);
  switch (exchange.match.route.transport) {
    case "json":
      return await forwardJson(exchange, services);
    case "upload":
      return await forwardUpload(exchange, services);
    case "download":
      return await forwardDownload(exchange, services);
    case "page":
      return await forwardPage(exchange, services);
  }
}

const NOBODY: Principal = { userId: "-", name: "-", role: "viewer", keyId: "-", via: "key" };

// Health checks come every second from machines without a key: they are answered, not recorded.
async function passPublic(
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
  target: Target,
  match: RouteMatch,
  services: Services,
): Promise<void> {
  await forwardPage(exchangeOf(request, response, id, target, match, NOBODY), services);
}

function exchangeOf(
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
  target: Target,
  match: RouteMatch,
  principal: Principal,
): Exchange {
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  return { id, request, response, target, match, principal, gone: gone.signal };
}

function wantsLogin(request: IncomingMessage, { directory }: Services): boolean {
  if (!isBrowserNavigation(request)) return false;
  try {
    authenticate(request, directory, Date.now());
    return false;
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) return true;
    throw error;
  }
}

async function refuse(
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
  known: Known,
  services: Services,
  logger: Logger,
): Promise<void> {
  // Nobody is left to answer, and the decision was recorded where there was one.
  if (response.destroyed && !response.headersSent && request.destroyed) return;
  const { refusal, resource } = refusalOf(error);
  if (refusal.status >= 500 && refusal.status !== 501)
    logger.error({ err: refusal.cause ?? error, request: id }, refusal.message);
  services.metrics.count("refusals_total", { status: String(refusal.status) });
  let answer = refusal;
  try {
    const about = { id, request, action: known.action, principal: known.principal };
    await services.audit.append(auditEvent(about, refusalOutcome(refusal, resource)));
  } catch (failure) {
    // Not on record, so not answered as if it were.
    answer = failure instanceof Refusal ? failure : unavailable("the audit log cannot be written", failure);
  }
  sendRefusal(response, answer, id);
  // Whoever is still sending reads the answer only after all is sent: what nobody will look at is let go by.
  request.resume();
}

function refusalOf(error: unknown): { refusal: Refusal; resource: string } {
  if (error instanceof ResourceRefusal) return error;
  if (error instanceof Refusal) return { refusal: error, resource: "-" };
  if (isClientAbort(error))
    return { refusal: badRequest("the client ended the request early"), resource: "-" };
  if (isNetworkError(error))
    return { refusal: unavailable("MLflow broke its answer off", error), resource: "-" };
  const internal = new Refusal(500, "INTERNAL_ERROR", "the gateway failed on this request: see its log", {
    cause: error,
  });
  return { refusal: internal, resource: "-" };
}

function isClientAbort(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? error.code : undefined;
  return error.name === "AbortError" || code === "ERR_STREAM_PREMATURE_CLOSE" || code === "ECONNRESET";
}
