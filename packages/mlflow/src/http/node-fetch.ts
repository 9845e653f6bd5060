import { type ClientRequest, type IncomingMessage, request as httpRequest } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { Readable } from "node:stream";
import type { TlsSettings } from "./settings.ts";

/** One HTTP request; redirects are never followed. `fetch` itself fits, so do fakes in tests. */
export type Fetch = (url: string, init: FetchInit) => Promise<Response>;

export interface FetchInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly redirect: "manual";
  readonly signal: AbortSignal;
}

/** Statuses for which `Response` allows no body. */
const BODILESS = new Set([101, 204, 205, 304]);

/**
 * `fetch` over `node:http(s)` with certificate settings of this connection alone: the global one knows only those of
 * the whole process. Bodies are passed as they come, never decompressed.
 */
export function nodeFetch(tls: TlsSettings): Fetch {
  const options: RequestOptions = {
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.insecure === true ? { rejectUnauthorized: false } : {}),
    ...(tls.clientCertificate === undefined
      ? {}
      : { cert: tls.clientCertificate, key: tls.clientCertificate }),
  };
  return async (url, init) => {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const settings = { ...options, method: init.method, headers: init.headers, signal: init.signal };
    const answer = (message: IncomingMessage): void => resolve(toResponse(message));
    const sent: ClientRequest = url.startsWith("https:")
      ? httpsRequest(url, settings, answer)
      : httpRequest(url, settings, answer);
    sent.on("error", reject);
    sent.end(init.body);
    return await promise;
  };
}

function toResponse(message: IncomingMessage): Response {
  const headers = new Headers();
  for (let index = 0; index + 1 < message.rawHeaders.length; index += 2) {
    headers.append(message.rawHeaders[index] ?? "", message.rawHeaders[index + 1] ?? "");
  }
  const status = message.statusCode ?? 502;
  if (!BODILESS.has(status))
    return new Response(Readable.toWeb(message) as ReadableStream, { status, headers });
  message.resume();
  return new Response(null, { status, headers });
}
