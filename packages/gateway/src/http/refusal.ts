/** MLflow's error codes that the gateway uses; its clients know each of them. */
export type MlflowErrorCode =
  | "BAD_REQUEST"
  | "INVALID_PARAMETER_VALUE"
  | "UNAUTHENTICATED"
  | "PERMISSION_DENIED"
  | "RESOURCE_DOES_NOT_EXIST"
  | "ENDPOINT_NOT_FOUND"
  | "REQUEST_LIMIT_EXCEEDED"
  | "TEMPORARILY_UNAVAILABLE"
  | "INTERNAL_ERROR";

/**
 * The gateway's refusal of one request, answered as MLflow's own error document so that MLflow's clients show the
 * message. Their list of statuses worth retrying is 408, 429, 500, 502, 503, 504: a denial is never one of them.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly code: MlflowErrorCode;
  readonly headers: Readonly<Record<string, string>>;
  /** Hash of the artifact that was refused, for the audit log. */
  readonly sha256: string | undefined;

  constructor(
    status: number,
    code: MlflowErrorCode,
    message: string,
    extra: { headers?: Readonly<Record<string, string>>; sha256?: string; cause?: unknown } = {},
  ) {
    super(message, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.status = status;
    this.code = code;
    this.headers = extra.headers ?? {};
    this.sha256 = extra.sha256;
  }
}

export function badRequest(message: string): Refusal {
  return new Refusal(400, "INVALID_PARAMETER_VALUE", message);
}

export function denied(message: string): Refusal {
  return new Refusal(403, "PERMISSION_DENIED", message);
}

export function notFound(message: string): Refusal {
  return new Refusal(404, "RESOURCE_DOES_NOT_EXIST", message);
}

export function tooLarge(message: string): Refusal {
  return new Refusal(413, "REQUEST_LIMIT_EXCEEDED", message);
}

/** Seconds after which a client should ask again when MLflow or the audit log is away. */
const RETRY_AFTER = "5";

export function unavailable(message: string, cause?: unknown): Refusal {
  return new Refusal(503, "TEMPORARILY_UNAVAILABLE", message, {
    headers: { "retry-after": RETRY_AFTER },
    cause,
  });
}
