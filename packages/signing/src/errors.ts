/** Why a signature was not made or not accepted. The union is closed: a caller may switch on it. */
export type SigningErrorCode =
  /** the signature file is no well-formed bundle (JSON, base64, structure, size) */
  | "bundle-malformed"
  /** well-formed, but a version, method or algorithm that nothing here reads; named in the message */
  | "unsupported"
  /** the signed list of files contradicts itself or names what no file may be called */
  | "manifest-invalid"
  /** the cryptographic signature does not verify */
  | "signature-invalid"
  /** signed, but not by the key, the certificate or the identity that was expected */
  | "signer-mismatch"
  /** the certificate, or its chain, does not entitle to sign (validity, usage, constraints, trust) */
  | "certificate-invalid"
  /** the folder holds other files than the signed ones; `differences` lists them */
  | "model-mismatch"
  /** the folder holds what is never hashed: a link that was not allowed, a device, a name that cannot be listed */
  | "model-refused"
  /** the folder changed while it was read */
  | "model-changed"
  /** a key, password or certificate of the caller cannot be used */
  | "key-unusable"
  /** the disk or a program failed; says nothing about the signature */
  | "io"
  /** a named limit was exceeded */
  | "limit";

const NOT_VERIFIED: ReadonlySet<SigningErrorCode> = new Set<SigningErrorCode>([
  "bundle-malformed",
  "unsupported",
  "manifest-invalid",
  "signature-invalid",
  "signer-mismatch",
  "certificate-invalid",
  "model-mismatch",
  "model-refused",
  "model-changed",
  "limit",
]);

/** The one error of this package. Its message is a sentence that says what is wrong and what to do. */
export class SigningError extends Error {
  override readonly name = "SigningError";
  readonly code: SigningErrorCode;

  constructor(code: SigningErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
  }

  /** True: the work was done and the answer is no. False: it could not be done (a missing file, an unusable key). */
  get isAnswer(): boolean {
    return NOT_VERIFIED.has(this.code);
  }
}
