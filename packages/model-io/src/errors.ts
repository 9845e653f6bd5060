import { EstimatorError } from "@modelkeep/estimators/error";
import { type ErrorCode, ModelkeepError } from "@modelkeep/findings";
import { MlflowError, type MlflowErrorCode } from "@modelkeep/mlflow";
import { SandboxError, type SandboxErrorCode } from "@modelkeep/sandbox";

const FROM_MLFLOW: Readonly<Record<MlflowErrorCode, ErrorCode>> = {
  "not-found": "NOT_FOUND",
  unauthenticated: "UNAUTHENTICATED",
  "permission-denied": "PERMISSION_DENIED",
  "not-admitted": "NOT_ADMITTED",
  unavailable: "UNAVAILABLE",
  malformed: "UNAVAILABLE",
  invalid: "INVALID_ARGUMENT",
  limit: "LIMIT_EXCEEDED",
  integrity: "INTEGRITY",
  configuration: "CONFIGURATION",
};

const FROM_SANDBOX: Readonly<Record<SandboxErrorCode, ErrorCode>> = {
  unavailable: "SANDBOX_UNAVAILABLE",
  died: "SANDBOX_FAILED",
  "timed-out": "SANDBOX_FAILED",
  exceeded: "SANDBOX_FAILED",
  protocol: "SANDBOX_FAILED",
  "model-error": "SANDBOX_FAILED",
  "bad-input": "INVALID_INPUT",
  busy: "LIMIT_EXCEEDED",
  environment: "NOT_ADMITTED",
  closed: "INVALID_ARGUMENT",
};

const FROM_ESTIMATORS: Readonly<Record<EstimatorError["code"], ErrorCode>> = {
  unsupported: "UNSUPPORTED_MODEL",
  malformed: "UNSUPPORTED_MODEL",
  "bad-input": "INVALID_INPUT",
};

/** The published error for an error of a package below. What is no error of ours is passed on as it is. */
export function toModelkeepError(error: unknown): unknown {
  if (error instanceof ModelkeepError) return error;
  const code = codeOf(error);
  return code !== undefined && error instanceof Error
    ? new ModelkeepError(code, error.message, { cause: error })
    : error;
}

function codeOf(error: unknown): ErrorCode | undefined {
  if (error instanceof MlflowError) return FROM_MLFLOW[error.code];
  if (error instanceof SandboxError) return FROM_SANDBOX[error.code];
  if (error instanceof EstimatorError) return FROM_ESTIMATORS[error.code];
  return undefined;
}

/** Awaits `work` and translates its errors. */
export async function translated<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toModelkeepError(error);
  }
}

export function invalidInput(message: string): ModelkeepError {
  return new ModelkeepError("INVALID_INPUT", message);
}

/**
 * Input that can be read but does not fit the model's signature. MLflow's scoring server answers another error code for
 * it than for input that cannot be read or cast.
 */
export class SchemaMismatch extends ModelkeepError {
  constructor(message: string) {
    super("INVALID_INPUT", message);
  }
}

export function schemaMismatch(message: string): SchemaMismatch {
  return new SchemaMismatch(message);
}
