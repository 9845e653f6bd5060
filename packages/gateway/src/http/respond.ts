import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { SECURITY_HEADERS } from "./headers.ts";
import type { Refusal } from "./refusal.ts";

/** Answers with a JSON document. */
export function sendJson(
  response: ServerResponse,
  status: number,
  document: unknown,
  headers: OutgoingHttpHeaders = {},
): void {
  const body = Buffer.from(JSON.stringify(document));
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    "content-type": "application/json",
    "content-length": body.length,
    ...headers,
  });
  response.end(body);
}

/** MLflow's error document. When an answer already began, the connection is cut so that nobody takes it for whole. */
export function sendRefusal(response: ServerResponse, refusal: Refusal, requestId: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const document = { error_code: refusal.code, message: refusal.message, request_id: requestId };
  sendJson(response, refusal.status, document, refusal.headers);
}
