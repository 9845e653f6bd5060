import { pipeline } from "node:stream/promises";
import { authorise, type Authorisation } from "../access/authorise.ts";
import { type Json, type JsonObject, parseRequestJson, readField } from "../http/json.ts";
import { hasBody, readBody } from "../http/body.ts";
import { requestHeaders, responseHeaders } from "../http/headers.ts";
import { badRequest, denied, Refusal, unavailable } from "../http/refusal.ts";
import type { ApiRequest } from "../routes/route.ts";
import { auditEvent, type Exchange } from "./exchange.ts";
import { filteredAnswer } from "./filter.ts";
import type { Services } from "./services.ts";
import { readAnswer, type UpstreamAnswer, type UpstreamMethod } from "./upstream.ts";

const METHODS: ReadonlySet<string> = new Set<UpstreamMethod>([
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
]);
const NO_FIELDS: JsonObject = {};

/** Answers that the gateway itself reads (lists to filter, created things) are at most this long. */
const MAX_READ_ANSWER = 256 * 2 ** 20;

/**
 * Decides what can be decided before a byte of the body is read: routes that are refused to everybody, or to all but
 * administrators or creators.
 * @throws {Refusal}
 */
export async function allowedAtAll(exchange: Exchange, services: Services): Promise<void> {
  const { match, target, request } = exchange;
  if (match.route.access.kind === "on") return;
  const bodiless = { method: request.method ?? "", target, params: match.params, body: NO_FIELDS };
  await allowed(exchange, bodiless, services);
}

/** A small request: read, decided, recorded, passed on, answered. @throws {Refusal} */
export async function forwardJson(exchange: Exchange, services: Services): Promise<void> {
  const { route } = exchange.match;
  const body = await readRequestBody(exchange, services.limits.jsonBytes);
  const request = apiRequest(exchange, body);
  const authorisation = await allowed(exchange, request, services);
  if (route.check !== undefined) {
    await withResource(authorisation.resource, () => route.check?.(request, exchange.principal, services));
  }
  const recorded = record(exchange, authorisation, services);
  // What changes something is on record before it happens; what only reads is on record before it is answered.
  if (isRead(request.method)) recorded.catch(() => undefined);
  else await recorded;
  const answer =
    route.filter === undefined
      ? await sendOn(exchange, services, body)
      : await filteredAnswer(route.filter, exchange, request, body, services);
  await recorded;
  if (route.effect !== undefined && isSuccess(answer))
    await answerWithEffect(exchange, request, services, answer);
  else await answerStreaming(exchange, answer);
}

/** The request as the decision sees it. @throws {Refusal} 400 when it can be understood in two ways */
export function apiRequest(exchange: Exchange, body: Buffer | null): ApiRequest {
  const { match, target, request } = exchange;
  const method = request.method ?? "";
  if (!isRead(method) && match.route.query !== true && target.query.size > 0) {
    throw badRequest(`${method} requests have no query here: give the parameters in the body`);
  }
  const parsed = body === null || match.route.transport !== "json" ? NO_FIELDS : parseRequestJson(body);
  for (const [name, value] of match.params) {
    const again = readField(parsed, name);
    if (again !== undefined && again !== value)
      throw badRequest(`the body gives another ${name} than the path`);
  }
  return { method, target, params: match.params, body: parsed };
}

/** Decides, or throws what the client gets instead. @throws {Refusal} */
export async function allowed(
  exchange: Exchange,
  request: ApiRequest,
  { directory, resolver }: Services,
): Promise<Authorisation> {
  const decision = await authorise(exchange.match.route, request, exchange.principal, directory, resolver);
  if (decision.allowed) return decision;
  const code = decision.status === 501 ? "ENDPOINT_NOT_FOUND" : "PERMISSION_DENIED";
  throw new ResourceRefusal(new Refusal(decision.status, code, decision.reason), decision.resource);
}

/** A refusal together with what it was about, for the audit log. */
export class ResourceRefusal extends Error {
  override readonly name = "ResourceRefusal";
  readonly refusal: Refusal;
  readonly resource: string;

  constructor(refusal: Refusal, resource: string) {
    super(refusal.message, { cause: refusal });
    this.refusal = refusal;
    this.resource = resource;
  }
}

/** Names the resource in whatever refusal comes out of `work`. */
export async function withResource<T>(resource: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Refusal ? new ResourceRefusal(error, resource) : error;
  }
}

/** Puts the decision on record. @throws {Refusal} 503 when that fails */
export async function record(
  exchange: Exchange,
  { resource, reason }: Pick<Authorisation, "resource" | "reason">,
  { audit }: Services,
  sha256?: string,
): Promise<void> {
  const about = { ...exchange, action: exchange.match.route.action };
  const seen = sha256 === undefined ? {} : { sha256 };
  await audit.append(auditEvent(about, { decision: "allow", resource, reason, ...seen }));
}

/** Sends the request to MLflow as it was understood. @throws {Refusal} 503 */
export async function sendOn(
  { request, target, gone }: Exchange,
  { upstream }: Services,
  body: Buffer | null,
): Promise<UpstreamAnswer> {
  return await upstream.send(
    methodOf(request.method),
    target.encoded,
    requestHeaders(request.headers),
    body,
    gone,
  );
}

/** Passes MLflow's answer on as it comes. */
export async function answerStreaming(
  { response, request }: Exchange,
  answer: UpstreamAnswer,
): Promise<void> {
  assertNoRedirect(answer);
  response.writeHead(answer.status, responseHeaders(answer.headers));
  if (request.method === "HEAD") {
    answer.body.destroy();
    response.end();
    return;
  }
  await pipeline(answer.body, response);
}

async function answerWithEffect(
  exchange: Exchange,
  request: ApiRequest,
  services: Services,
  answer: UpstreamAnswer,
): Promise<void> {
  const bytes = await readAnswer(answer, MAX_READ_ANSWER);
  const document = parseAnswer(bytes);
  await exchange.match.route.effect?.(request, exchange.principal, services, document);
  exchange.response.writeHead(answer.status, responseHeaders(answer.headers));
  exchange.response.end(bytes);
}

/** MLflow's answer as a document. @throws {Refusal} 503 when it is none */
export function parseAnswer(bytes: Buffer): Json {
  try {
    return bytes.length === 0 ? {} : (JSON.parse(bytes.toString("utf8")) as Json);
  } catch (error) {
    throw unavailable("MLflow's answer is not JSON", error);
  }
}

async function readRequestBody(
  { request, match, response }: Exchange,
  limit: number,
): Promise<Buffer | null> {
  if (!hasBody(request)) return null;
  if (isRead(request.method ?? ""))
    throw badRequest("a GET has no body here: give the parameters in the query");
  if (match.route.transport === "page") throw badRequest("this request has no body");
  if (request.headers["content-encoding"] !== undefined)
    throw badRequest("compressed bodies are not taken here");
  if (request.headers.expect !== undefined) response.writeContinue();
  const body = await readBody(request, limit);
  return body.length === 0 ? null : body;
}

export function isRead(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

export function isSuccess(answer: UpstreamAnswer): boolean {
  return answer.status >= 200 && answer.status < 300;
}

function methodOf(method: string | undefined): UpstreamMethod {
  if (method !== undefined && METHODS.has(method)) return method as UpstreamMethod;
  throw denied("this method is not allowed");
}

// A redirect would send the client, with its credential, to an address of the upstream's choosing.
function assertNoRedirect(answer: UpstreamAnswer): void {
  if (answer.status < 300 || answer.status >= 400 || answer.status === 304) return;
  answer.body.destroy();
  throw new Refusal(
    404,
    "ENDPOINT_NOT_FOUND",
    "MLflow answers this request with a redirect, which is not passed on",
  );
}
