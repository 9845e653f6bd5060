import { pipeline } from "node:stream/promises";
import { responseHeaders } from "../http/headers.ts";
import type { Json } from "../http/json.ts";
import { denied, Refusal, unavailable } from "../http/refusal.ts";
import { requestHeaders } from "../http/headers.ts";
import { isRead } from "./decision.ts";
import type { Exchange } from "./exchange.ts";
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

/** Answers that the gateway itself reads (lists to filter, created things) are at most this long. */
const MAX_READ_ANSWER = 256 * 2 ** 20;

/** Sends the request to MLflow as it was understood. @throws {Refusal} 503 */
export async function sendOn(
  { request, target, gone }: Exchange,
  { upstream }: Services,
  body: Buffer | null,
): Promise<UpstreamAnswer> {
  // A change is seen through even when the client goes away: what MLflow did has effects to be written down.
  const signal = isRead(request.method) ? gone : undefined;
  const headers = requestHeaders(request.headers);
  return await upstream.send(methodOf(request.method), target.encoded, headers, body, signal);
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

/** Passes on a status and headers of MLflow's with a body of the gateway's. */
export function answerBytes({ response }: Exchange, answer: UpstreamAnswer, bytes: Buffer): void {
  response.writeHead(answer.status, { ...responseHeaders(answer.headers), "content-length": bytes.length });
  response.end(bytes);
}

/** Reads MLflow's answer whole. @throws {Refusal} 503 when it is no JSON, or endless */
export async function readDocument(answer: UpstreamAnswer): Promise<{ bytes: Buffer; document: Json }> {
  const bytes = await readAnswer(answer, MAX_READ_ANSWER);
  try {
    return { bytes, document: bytes.length === 0 ? {} : (JSON.parse(bytes.toString("utf8")) as Json) };
  } catch (error) {
    throw unavailable("MLflow's answer is not JSON", error);
  }
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
  throw new Refusal(404, "ENDPOINT_NOT_FOUND", "MLflow answers this with a redirect, which is not passed on");
}
