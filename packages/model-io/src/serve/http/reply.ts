import type { IncomingMessage, ServerResponse } from "node:http";

/** What goes back to the client. */
export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  /** More headers: name, value, name, value, … */
  readonly headers?: readonly string[];
}

export function json(status: number, value: unknown): Reply {
  return { status, type: "application/json", body: JSON.stringify(value) };
}

/**
 * Sends a reply. A body that was not read to its end must not be taken for the next request, so then the connection
 * ends; it also ends when the server is about to.
 */
export function send(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  more: readonly string[],
  closing: boolean,
): void {
  const { body } = reply;
  const length = typeof body === "string" ? Buffer.byteLength(body) : body.byteLength;
  const headers = ["content-type", reply.type, "content-length", String(length)];
  headers.push("x-content-type-options", "nosniff");
  if (reply.headers !== undefined) headers.push(...reply.headers);
  headers.push(...more);
  if (closing || !request.complete) headers.push("connection", "close");
  response.writeHead(reply.status, headers);
  if (request.method === "HEAD") response.end();
  else response.end(body);
}
