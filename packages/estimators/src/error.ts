/** Why the native engine refuses. The union is closed: a caller may switch on it. */
export type EstimatorErrorCode =
  /** the model is honest, but nothing here evaluates it exactly */
  | "unsupported"
  /** the model's data contradict themselves */
  | "malformed"
  /** the input does not fit the model; the message is scikit-learn's own where it has one */
  | "bad-input";

/** The one error class of this package. The message names the class and the parameter or the input at fault. */
export class EstimatorError extends Error {
  override readonly name = "EstimatorError";
  readonly code: EstimatorErrorCode;

  constructor(code: EstimatorErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

export function unsupported(message: string): EstimatorError {
  return new EstimatorError("unsupported", message);
}

export function malformed(message: string): EstimatorError {
  return new EstimatorError("malformed", message);
}

export function badInput(message: string): EstimatorError {
  return new EstimatorError("bad-input", message);
}
