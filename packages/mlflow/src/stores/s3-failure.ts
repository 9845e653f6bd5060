import { MlflowError, type MlflowErrorCode } from "../error.ts";

const BY_NAME: ReadonlyMap<string, MlflowErrorCode> = new Map([
  ["NoSuchKey", "not-found"],
  ["NotFound", "not-found"],
  ["NoSuchBucket", "not-found"],
  ["AccessDenied", "permission-denied"],
  ["InvalidAccessKeyId", "unauthenticated"],
  ["SignatureDoesNotMatch", "unauthenticated"],
  ["ExpiredToken", "unauthenticated"],
  ["InvalidToken", "unauthenticated"],
  ["PreconditionFailed", "integrity"],
  ["CredentialsProviderError", "configuration"],
]);

const ADVICE: Readonly<Partial<Record<MlflowErrorCode, string>>> = {
  "not-found": "check bucket, path and endpoint",
  "permission-denied": "give this key s3:GetObject and s3:ListBucket",
  unauthenticated: "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN",
  configuration: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE",
  integrity: "it was replaced while it was read: load it again",
  unavailable: "is the store running, and MLFLOW_S3_ENDPOINT_URL right?",
};

/** The typed error for what the SDK threw. */
export function s3Failure(error: unknown, where: string): MlflowError {
  if (error instanceof MlflowError) return error;
  const name = error instanceof Error ? error.name : "";
  const status = statusOf(error);
  const code = BY_NAME.get(name) ?? byStatus(status);
  const said = error instanceof Error && error.message !== "" ? error.message : name;
  return new MlflowError(code, `${where}: ${said.slice(0, 500)}: ${ADVICE[code] ?? "check the address"}`, {
    cause: error,
    ...(status === undefined ? {} : { status }),
  });
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("$metadata" in error)) return undefined;
  const metadata: unknown = error.$metadata;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) return undefined;
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}

/** What has no status never arrived: broken and refused connections. Other stores' failures are told apart so too. */
export function byStatus(status: number | undefined): MlflowErrorCode {
  if (status === undefined || status === 408 || status === 429 || status >= 500) return "unavailable";
  if (status === 404) return "not-found";
  if (status === 401) return "unauthenticated";
  if (status === 403) return "permission-denied";
  if (status === 412) return "integrity";
  return "invalid";
}
