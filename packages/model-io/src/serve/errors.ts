import { type ErrorCode, ModelkeepError } from "@modelkeep/findings";
import { SandboxError } from "@modelkeep/sandbox";
import { SchemaMismatch } from "../errors.ts";
import { json, type Reply } from "./http/reply.ts";
import { Rejection } from "./http/rejection.ts";

/** Status and MLflow's error code for each of ours. */
const STATUS: Readonly<Record<ErrorCode, readonly [status: number, code: string]>> = {
  NOT_ADMITTED: [403, "PERMISSION_DENIED"],
  NOT_FOUND: [404, "RESOURCE_DOES_NOT_EXIST"],
  UNAUTHENTICATED: [401, "UNAUTHENTICATED"],
  PERMISSION_DENIED: [403, "PERMISSION_DENIED"],
  UNAVAILABLE: [503, "TEMPORARILY_UNAVAILABLE"],
  INTEGRITY: [500, "DATA_LOSS"],
  UNSUPPORTED_MODEL: [501, "NOT_IMPLEMENTED"],
  UNSUPPORTED_METHOD: [400, "BAD_REQUEST"],
  SANDBOX_UNAVAILABLE: [503, "TEMPORARILY_UNAVAILABLE"],
  SANDBOX_FAILED: [500, "INTERNAL_ERROR"],
  INVALID_INPUT: [400, "BAD_REQUEST"],
  INVALID_ARGUMENT: [400, "INVALID_PARAMETER_VALUE"],
  LIMIT_EXCEEDED: [413, "BAD_REQUEST"],
  AUDIT_FAILED: [503, "TEMPORARILY_UNAVAILABLE"],
  CONFIGURATION: [500, "INTERNAL_ERROR"],
};

/** MLflow's error codes of rejections. */
const REJECTED: ReadonlyMap<number, string> = new Map([
  [401, "UNAUTHENTICATED"],
  [403, "PERMISSION_DENIED"],
  [404, "RESOURCE_DOES_NOT_EXIST"],
  [408, "BAD_REQUEST"],
  [429, "REQUEST_LIMIT_EXCEEDED"],
  [431, "BAD_REQUEST"],
  [504, "DEADLINE_EXCEEDED"],
  [503, "TEMPORARILY_UNAVAILABLE"],
]);

/** Whether an error is told to clients only as "see the log". */
export function isInternal(error: unknown): boolean {
  return !(error instanceof ModelkeepError || error instanceof Rejection);
}

/** What failed, for any protocol. What is no error of ours says things that are for the log only. */
export function describeFailure(error: unknown): {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers?: readonly string[];
} {
  if (error instanceof Rejection) {
    const code = REJECTED.get(error.status) ?? "BAD_REQUEST";
    return { status: error.status, code, message: error.message, headers: error.headers };
  }
  // A caged model that took too long, by whichever clock: the same answer as the server's own.
  if (error instanceof ModelkeepError && isLate(error.cause))
    return { status: 504, code: "DEADLINE_EXCEEDED", message: error.message };
  if (error instanceof ModelkeepError) {
    const [status, own] = STATUS[error.code];
    const code = error instanceof SchemaMismatch ? "INVALID_PARAMETER_VALUE" : own;
    return { status, code, message: error.message };
  }
  const message = "the request could not be answered: see the server's log";
  return { status: 500, code: "INTERNAL_ERROR", message };
}

function isLate(cause: unknown): boolean {
  return cause instanceof SandboxError && cause.code === "timed-out";
}

/** MLflow's error document. */
export function errorReply(error: unknown): Reply {
  const { status, code, message, headers } = describeFailure(error);
  const reply = json(status, { error_code: code, message });
  return headers === undefined ? reply : { ...reply, headers };
}
