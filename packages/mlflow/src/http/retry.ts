import { setTimeout as sleep } from "node:timers/promises";

/** Statuses after which the same request may succeed: MLflow's own list. */
const TRANSIENT = new Set([408, 429, 500, 502, 503, 504]);
const MAX_WAIT_SECONDS = 60;

export interface RetryPlan {
  readonly maxRetries: number;
  /** Seconds. */
  readonly backoffFactor: number;
}

export function isTransient(status: number): boolean {
  return TRANSIENT.has(status);
}

/**
 * Seconds to wait before retry number `attempt` (from 1): what the server asks for, else exponential with jitter;
 * never more than a minute.
 */
export function waitSeconds(
  attempt: number,
  factor: number,
  retryAfter: string | null,
  random: number,
): number {
  const asked = retryAfter === null ? Number.NaN : secondsUntil(retryAfter);
  const wait = Number.isFinite(asked) ? asked : factor * 2 ** (attempt - 1) * (1 + random / 2);
  return Math.min(Math.max(wait, 0), MAX_WAIT_SECONDS);
}

function secondsUntil(retryAfter: string): number {
  if (/^\d{1,6}$/u.test(retryAfter)) return Number(retryAfter);
  return (Date.parse(retryAfter) - Date.now()) / 1_000;
}

export async function pause(seconds: number): Promise<void> {
  await sleep(seconds * 1_000);
}
