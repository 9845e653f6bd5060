import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";

// An allow-list: whatever identity, forwarding or workspace header a client invents never reaches MLflow.
const REQUEST_HEADERS = [
  "accept",
  "accept-language",
  "content-type",
  "if-modified-since",
  "if-none-match",
  "traceparent",
  "tracestate",
  "user-agent",
] as const;

const RESPONSE_HEADERS = new Set([
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-length",
  "content-type",
  "etag",
  "expires",
  "last-modified",
  "retry-after",
  "vary",
]);

/** Headers of a client's request that MLflow gets to see. */
export function requestHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of REQUEST_HEADERS) {
    const value = headers[name];
    if (typeof value === "string") kept[name] = value;
  }
  return kept;
}

/** Headers of MLflow's answer that the client gets to see, and the gateway's own on top. */
export function responseHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): OutgoingHttpHeaders {
  const kept: OutgoingHttpHeaders = { ...SECURITY_HEADERS };
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && RESPONSE_HEADERS.has(name)) kept[name] = value;
  }
  return kept;
}

/** On every answer. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "SAMEORIGIN",
  "referrer-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

/** On artifacts: whatever a file claims to be, a browser neither renders nor runs it in the gateway's origin. */
export const ARTIFACT_HEADERS: Readonly<Record<string, string>> = {
  ...SECURITY_HEADERS,
  "content-security-policy": "sandbox; default-src 'none'",
};
