/** Why the sandbox could not answer. The union is closed: a caller may switch on it. */
export type SandboxErrorCode =
  /** this machine has no bubblewrap, no user namespaces, or no managed Python */
  | "unavailable"
  /** the worker died: a limit, a crash, an exit */
  | "died"
  /** no answer within the wall limit */
  | "timed-out"
  /** more output, memory or threads than allowed */
  | "exceeded"
  /** the worker sent what is no frame of the protocol */
  | "protocol"
  /** the model itself raised an error; the message is Python's */
  | "model-error"
  /** the input does not fit the model's signature, says MLflow */
  | "bad-input"
  /** too many requests wait already */
  | "busy"
  /** the model's environment cannot be built as it is written, or must not be */
  | "environment"
  /** closed by the caller */
  | "closed";

/** The one error class of this package. */
export class SandboxError extends Error {
  override readonly name = "SandboxError";
  readonly code: SandboxErrorCode;
  /** The end of what the worker wrote to its output, control characters escaped; may be empty. */
  readonly output: string;

  constructor(code: SandboxErrorCode, message: string, details: { cause?: unknown; output?: string } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.output = details.output ?? "";
  }
}
