import { decide } from "../access/decide.ts";
import { type Json, type JsonObject, isJsonObject } from "../http/json.ts";
import { requestHeaders } from "../http/headers.ts";
import { encodeTarget } from "../http/target.ts";
import type { ApiRequest, ListFilter } from "../routes/route.ts";
import { Readable } from "node:stream";
import type { Exchange } from "./exchange.ts";
import { isSuccess, readDocument, sendOn } from "./answer.ts";
import { isRead } from "./decision.ts";
import type { Services } from "./services.ts";
import type { UpstreamAnswer } from "./upstream.ts";

/** A page is filled from this many of MLflow's pages at most; a shorter one with a token is a correct answer too. */
const MAX_PAGES = 20;

/**
 * A list with only what the principal may read. MLflow's next pages are taken until the page is as long as the client
 * asked for, each asked to be only as long as what is missing, so that MLflow's own page token stays right.
 * @throws {Refusal} 503
 */
export async function filteredAnswer(
  filter: ListFilter,
  exchange: Exchange,
  request: ApiRequest,
  body: Buffer | null,
  services: Services,
): Promise<UpstreamAnswer> {
  if (exchange.principal.role === "administrator") return await sendOn(exchange, services, body);
  const wanted = requestedLength(request);
  const items: Json[] = [];
  let answer = await sendOn(exchange, services, body);
  for (let page = 1; ; page++) {
    if (!isSuccess(answer)) return answer;
    const { document } = await readDocument(answer);
    const list = isJsonObject(document) ? document : {};
    items.push(...(await readable(list[filter.items], filter, exchange, services)));
    const token = list["next_page_token"];
    const missing = wanted === undefined ? 0 : wanted - items.length;
    if (missing <= 0 || typeof token !== "string" || token === "" || page === MAX_PAGES) {
      return documentAnswer(answer, { ...list, [filter.items]: items });
    }
    answer = await nextPage(exchange, request, services, token, missing);
  }
}

async function readable(
  list: Json | undefined,
  filter: ListFilter,
  { principal }: Exchange,
  { directory, resolver }: Services,
): Promise<Json[]> {
  const kept: Json[] = [];
  for (const item of isList(list) ? list : []) {
    const resource = await filter.resource(item, resolver);
    if (resource !== undefined && decide(principal, "READ", resource, directory).allowed) kept.push(item);
  }
  return kept;
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function requestedLength(request: ApiRequest): number | undefined {
  const given = isRead(request.method)
    ? request.target.query.get("max_results")?.[0]
    : request.body["max_results"];
  const length = Number(given);
  return given !== undefined && Number.isSafeInteger(length) && length > 0 ? length : undefined;
}

async function nextPage(
  exchange: Exchange,
  request: ApiRequest,
  { upstream }: Services,
  token: string,
  length: number,
): Promise<UpstreamAnswer> {
  const headers = requestHeaders(exchange.request.headers);
  if (!isRead(request.method)) {
    const next: JsonObject = { ...withoutCamel(request.body), page_token: token, max_results: length };
    const bytes = Buffer.from(JSON.stringify(next));
    return await upstream.send("POST", exchange.target.encoded, headers, bytes, exchange.gone);
  }
  const query = new Map(request.target.query);
  query.set("page_token", [token]);
  query.set("max_results", [String(length)]);
  const target = encodeTarget(request.target.path, query);
  return await upstream.send("GET", target, headers, null, exchange.gone);
}

function withoutCamel(body: JsonObject): JsonObject {
  const { pageToken: _token, maxResults: _results, ...rest } = body;
  return rest;
}

function documentAnswer(answer: UpstreamAnswer, document: JsonObject): UpstreamAnswer {
  const bytes = Buffer.from(JSON.stringify(document));
  const headers = { "content-type": "application/json", "content-length": String(bytes.length) };
  return { status: answer.status, headers, body: Readable.from([bytes]) };
}
