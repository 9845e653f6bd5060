import { randomBytes } from "node:crypto";

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/u;

/**
 * The `traceparent` for what is done in a request's name (W3C Trace Context, level 1): the caller's trace, a new span.
 * @returns undefined when the caller sent none, or a wrong one, which the standard says to ignore
 */
export function childTrace(header: unknown): string | undefined {
  const match = typeof header === "string" ? TRACEPARENT.exec(header) : null;
  if (match === null) return undefined;
  const [whole, version, trace, parent, flags] = match;
  if (version === "ff" || /^0+$/u.test(trace ?? "") || /^0+$/u.test(parent ?? "")) return undefined;
  // Version 00 has nothing after the flags; what later versions add is not for us to copy.
  if (version === "00" && whole.length !== 55) return undefined;
  return `00-${trace}-${randomBytes(8).toString("hex")}-${flags}`;
}
