import { badInput } from "../error.ts";

/**
 * Whether an iteration has come to its end: `value <= limit`. Where rounding alone decides, the library might go on for
 * one more round, or stop before.
 * @throws {EstimatorError} `bad-input` when the two are that close
 */
export function reached(value: number, limit: number, className: string): boolean {
  if (limit > 0 && Math.abs(value - limit) <= limit * 1e-9)
    throw badInput(`${className}: rounding decides whether the iteration ends: pass fewer or other rows`);
  return value <= limit;
}
