import { decide } from "../access/decide.ts";
import { hasBody, readBody } from "../http/body.ts";
import { badRequest } from "../http/refusal.ts";
import type { ApiRequest } from "../routes/route.ts";
import { answerBytes, answerStreaming, isSuccess, readDocument, sendOn } from "./answer.ts";
import { allowed, apiRequest, isRead, record, withResource } from "./decision.ts";
import type { Exchange } from "./exchange.ts";
import { filteredAnswer } from "./filter.ts";
import type { Services } from "./services.ts";
import type { UpstreamAnswer } from "./upstream.ts";

/** A small request: read, decided, recorded, passed on, answered. @throws {Refusal} */
export async function forwardJson(exchange: Exchange, services: Services): Promise<void> {
  const { route } = exchange.match;
  const body = await readRequestBody(exchange, services.limits.jsonBytes);
  const request = apiRequest(exchange, body);
  const authorisation = await allowed(exchange, request, services);
  const { check, filter } = route;
  if (check !== undefined) {
    await withResource(authorisation.resource, () => check(request, exchange.principal, services));
  }
  const recorded = record(exchange, authorisation, services);
  // What changes something is on record before it happens; what only reads is on record before it is answered.
  if (isRead(request.method)) recorded.catch(() => undefined);
  else await recorded;
  const answer =
    filter === undefined
      ? await sendOn(exchange, services, body)
      : await filteredAnswer(filter, exchange, request, body, services);
  await recorded;
  await finish(exchange, request, services, answer);
}

async function finish(
  exchange: Exchange,
  request: ApiRequest,
  services: Services,
  answer: UpstreamAnswer,
): Promise<void> {
  const { effect, rewrite } = exchange.match.route;
  if ((effect === undefined && rewrite === undefined) || !isSuccess(answer)) {
    await answerStreaming(exchange, answer);
    return;
  }
  const { bytes, document } = await readDocument(answer);
  await effect?.(request, exchange.principal, services, document);
  if (rewrite === undefined) {
    answerBytes(exchange, answer, bytes);
    return;
  }
  const shown = rewrite(document, (resource) => {
    return decide(exchange.principal, "READ", resource, services.directory).allowed;
  });
  answerBytes(exchange, answer, Buffer.from(JSON.stringify(shown)));
}

async function readRequestBody(
  { request, match, response }: Exchange,
  limit: number,
): Promise<Buffer | null> {
  if (!hasBody(request)) return null;
  if (isRead(request.method) || match.route.transport === "page") {
    throw badRequest("a GET has no body here: give the parameters in the query");
  }
  if (request.headers["content-encoding"] !== undefined) {
    throw badRequest("compressed bodies are not taken here");
  }
  if (request.headers.expect !== undefined) response.writeContinue();
  const body = await readBody(request, limit);
  return body.length === 0 ? null : body;
}
