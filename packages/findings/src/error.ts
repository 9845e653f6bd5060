/** Every reason for which a public function of Modelkeep refuses. Closed: a caller may switch on it. */
export type ErrorCode =
  /** the verdict is not admitted by the policy */
  | "NOT_ADMITTED"
  /** the model, version, alias, run or file is not there */
  | "NOT_FOUND"
  /** the tracking server refused the credential, or the action */
  | "UNAUTHENTICATED"
  | "PERMISSION_DENIED"
  /** the tracking server or a store did not answer, or answered nonsense */
  | "UNAVAILABLE"
  /** bytes differ from what was hashed, recorded or announced */
  | "INTEGRITY"
  /** the native engine cannot evaluate this model exactly, and says which part */
  | "UNSUPPORTED_MODEL"
  /** the model has no such method */
  | "UNSUPPORTED_METHOD"
  /** no sandbox on this machine, or it failed to start */
  | "SANDBOX_UNAVAILABLE"
  /** the sandboxed model broke a limit, crashed or hung */
  | "SANDBOX_FAILED"
  /** input does not fit the model's signature, or a value is out of bounds */
  | "INVALID_INPUT"
  | "INVALID_ARGUMENT"
  | "LIMIT_EXCEEDED"
  /** the access cannot be recorded in the audit log, so it is refused */
  | "AUDIT_FAILED"
  | "CONFIGURATION";

/** The one error class that the published entry points throw. `cause` keeps what lies beneath. */
export class ModelkeepError extends Error {
  override readonly name = "ModelkeepError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
