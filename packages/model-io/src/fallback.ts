import { type ErrorCode, ModelkeepError } from "@modelkeep/findings";

/** What a loader does when the version that a URI names cannot be loaded safely. */
export const FALLBACKS = ["none", "last-verified"] as const;
export type Fallback = (typeof FALLBACKS)[number];

/** Why an older version was loaded. */
export interface FallbackInfo {
  readonly code: ErrorCode;
  readonly reason: string;
  /** When that version passed everything: milliseconds since 1970. */
  readonly verifiedAt: number;
}

/**
 * The version was refused, or its server is away. Not among them: what somebody took away on purpose (not there any
 * more, no permission any more), and what the caller did wrong.
 */
const FALLS_BACK: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "NOT_ADMITTED",
  "INTEGRITY",
  "UNAVAILABLE",
  "LIMIT_EXCEEDED",
  "UNSUPPORTED_MODEL",
  "SANDBOX_UNAVAILABLE",
  "SANDBOX_FAILED",
]);

/** Whether an older version may answer for this failure. */
export function mayFallBack(error: unknown): error is ModelkeepError {
  return error instanceof ModelkeepError && FALLS_BACK.has(error.code);
}

/** Nothing was verified before: the refusal stands, and says so. */
export function nothingVerified(uri: string, refusal: ModelkeepError): ModelkeepError {
  return new ModelkeepError(
    refusal.code,
    `${refusal.message}; and no version of ${uri} passed on this machine before, so there is none to fall back to: load a good version once with fallback on, or name one by its number`,
    { cause: refusal },
  );
}

/** The version that was verified before is refused today. */
export function fallbackRefused(refusal: ModelkeepError, today: unknown): ModelkeepError {
  const why = today instanceof Error ? today.message : String(today);
  const code = today instanceof ModelkeepError ? today.code : refusal.code;
  return new ModelkeepError(
    code,
    `${refusal.message}; and the last verified version is refused today (${why}): publish a version that passes, or name one by its number`,
    { cause: refusal },
  );
}
