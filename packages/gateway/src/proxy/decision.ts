import { type Authorisation, authorise } from "../access/authorise.ts";
import { type JsonObject, parseRequestJson, readField } from "../http/json.ts";
import { badRequest, Refusal } from "../http/refusal.ts";
import type { ApiRequest } from "../routes/route.ts";
import { auditEvent, type Exchange } from "./exchange.ts";
import type { Services } from "./services.ts";

const NO_FIELDS: JsonObject = {};

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

/** The request as the decision sees it. @throws {Refusal} 400 when it can be understood in two ways */
export function apiRequest({ match, target, request }: Exchange, body: Buffer | null): ApiRequest {
  const method = request.method ?? "";
  if (!isRead(method) && match.route.query !== true && target.query.size > 0) {
    throw badRequest(`${method} requests have no query here: give the parameters in the body`);
  }
  const parsed = body === null || match.route.transport !== "json" ? NO_FIELDS : parseRequestJson(body);
  for (const [name, value] of match.params) {
    const again = readField(parsed, name);
    if (again !== undefined && again !== value) {
      throw badRequest(`the body gives another ${name} than the path`);
    }
  }
  return { method, target, params: match.params, body: parsed };
}

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

/** Whether a method only reads. */
export function isRead(method: string | undefined): boolean {
  return method === "GET" || method === "HEAD";
}
