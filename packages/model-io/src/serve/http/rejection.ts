/** A request that is not taken, for a reason that is not the model's. */
export class Rejection extends Error {
  override readonly name = "Rejection";
  readonly status: number;
  /** One of few words, for counting. */
  readonly reason: string;
  /** Seconds after which to try again. */
  readonly retryAfter: number | undefined;
  readonly headers: readonly string[];

  constructor(
    status: number,
    reason: string,
    message: string,
    retryAfter?: number,
    headers: readonly string[] = [],
  ) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.retryAfter = retryAfter;
    this.headers = retryAfter === undefined ? headers : [...headers, "retry-after", String(retryAfter)];
  }
}
