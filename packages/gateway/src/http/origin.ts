import type { IncomingMessage } from "node:http";
import { denied } from "./refusal.ts";

const SAFE_METHODS = new Set(["GET", "HEAD"]);

/**
 * Browsers attach cookies to requests that another site made them send. A request that changes something by
 * cookie must come from a page of this very origin.
 * @throws {Refusal} 403
 */
export function assertSameOrigin(request: IncomingMessage): void {
  if (SAFE_METHODS.has(request.method ?? "")) return;
  const { origin, host } = request.headers;
  if (origin !== undefined) {
    if (hostOf(origin) === host) return;
    throw denied("this request comes from another site: log in with an API key instead of a browser session");
  }
  if (request.headers["sec-fetch-site"] === "same-origin") return;
  throw denied(
    "this request does not say where it comes from: log in with an API key instead of a browser session",
  );
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
