import { lookup, type LookupAddress } from "node:dns";
import { type ClientRequest, type IncomingMessage, request as httpRequest } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { isIP, type LookupFunction } from "node:net";
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
  /** Asked of every numeric address before it is connected to. */
  readonly isForbidden?: (address: string) => boolean;
}

/** An address that a server named and that must not be connected to. */
export class ForbiddenAddress extends Error {
  override readonly name = "ForbiddenAddress";

  constructor(address: string) {
    super(
      `${address} is an address that no server may send us to (this machine or its cloud's own services)`,
    );
  }
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
    const { method, headers, signal, isForbidden } = init;
    if (isForbidden !== undefined) requireAllowed(new URL(url).hostname, isForbidden);
    const guard =
      isForbidden === undefined ? {} : { lookup: guardedLookup(isForbidden), agent: false as const };
    const settings = { ...options, method, headers, signal, ...guard };
    const answer = (message: IncomingMessage): void => resolve(toResponse(message));
    const sent: ClientRequest = url.startsWith("https:")
      ? httpsRequest(url, settings, answer)
      : httpRequest(url, settings, answer);
    sent.on("error", reject);
    sent.end(init.body);
    return await promise;
  };
}

/** A numeric host is never looked up. */
function requireAllowed(hostname: string, isForbidden: (address: string) => boolean): void {
  const host = hostname.replace(/^\[|\]$/gu, "");
  if (isIP(host) !== 0 && isForbidden(host)) throw new ForbiddenAddress(host);
}

/** Looks at the very address that is then connected to: a name that resolves differently a second time gains nothing. */
function guardedLookup(isForbidden: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      const bad = error === null ? addresses.find(({ address }) => isForbidden(address)) : undefined;
      const [first] = addresses ?? [];
      if (error !== null) callback(error, [], 0);
      else if (bad !== undefined) callback(new ForbiddenAddress(bad.address), [], 0);
      else if (options.all === true) callback(null, addresses);
      else callback(null, first?.address ?? "", first?.family ?? 0);
    });
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
