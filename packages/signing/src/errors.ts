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

/** What to do about each, where the place of the error knows nothing better. */
const ADVICE: Readonly<Record<SigningErrorCode, string>> = {
  "bundle-malformed": "get the signature file again from who signed the model",
  unsupported: "sign the model again with OpenSSF Model Signing 1.1 or with modelkeep sign",
  "manifest-invalid": "do not use the model, and ask who signed it",
  "signature-invalid": "do not use the model, and ask who signed it",
  "signer-mismatch": "check whom you expect to have signed",
  "certificate-invalid": "ask the signer for a signature by a valid certificate",
  "model-mismatch": "get the model again, and do not use this one",
  "model-refused": "take it out of the model",
  "model-changed": "try again when nothing writes to the model",
  "key-unusable": "use a P-256, P-384, P-521 or Ed25519 key in PEM",
  io: "check the path and its permissions",
  limit: "split the model",
};

/** Codes that say: the work could not be done. All others are answers. */
const NO_ANSWER: ReadonlySet<SigningErrorCode> = new Set<SigningErrorCode>(["key-unusable", "io"]);

/** The one error of this package. */
export class SigningError extends Error {
  override readonly name = "SigningError";
  readonly code: SigningErrorCode;
  /** What to do, in the imperative. */
  readonly advice: string;

  /** @param message what is wrong and where, without a full stop */
  constructor(code: SigningErrorCode, message: string, options: { cause?: unknown; advice?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.advice = options.advice ?? ADVICE[code];
  }

  /** True: the work was done and the answer is no. False: it could not be done (a missing file, an unusable key). */
  get isAnswer(): boolean {
    return !NO_ANSWER.has(this.code);
  }
}
