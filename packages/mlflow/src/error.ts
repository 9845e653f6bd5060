/** Why a call of this package failed. The union is closed: a caller may switch on it. */
export type MlflowErrorCode =
  /** the server says that it is not there (404, RESOURCE_DOES_NOT_EXIST, an unknown alias) */
  | "not-found"
  | "unauthenticated"
  | "permission-denied"
  /** the gateway looked at the bytes and refuses them */
  | "not-admitted"
  /** no answer, a time-out, 429 or 5xx after all retries */
  | "unavailable"
  /** an answer that is not what MLflow's API promises */
  | "malformed"
  /** the server refused the request as wrong */
  | "invalid"
  /** a limit of ours: too many files, too large, a name that no file may have */
  | "limit"
  /** bytes differ from what was announced */
  | "integrity"
  /** a URI or a setting that is not understood */
  | "configuration";

export interface MlflowErrorDetails {
  readonly status?: number;
  /** MLflow's own `error_code`, for example `RESOURCE_DOES_NOT_EXIST`. */
  readonly errorCode?: string;
  /** Without query and credentials. */
  readonly url?: string;
  readonly cause?: unknown;
}

/** The one error class of this package. The message says what to do; it never holds a credential. */
export class MlflowError extends Error {
  override readonly name = "MlflowError";
  readonly code: MlflowErrorCode;
  readonly status: number | undefined;
  readonly errorCode: string | undefined;
  readonly url: string | undefined;

  constructor(code: MlflowErrorCode, message: string, details: MlflowErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.errorCode = details.errorCode;
    this.url = details.url;
  }
}
