import type { Bundle } from "./bundle/bundle.ts";

/** Who signed, as far as the method can tell. */
export type Signer = KeySigner | CertificateSigner | SigstoreSigner;

export type KeyType = "P-256" | "P-384" | "P-521" | "Ed25519";

export interface KeySigner {
  readonly method: "key";
  readonly keyType: KeyType;
  /** SHA-256 of the key's SubjectPublicKeyInfo in DER, lower-case hexadecimal. */
  readonly keyFingerprint: string;
}

export interface CertificateSigner {
  readonly method: "certificate";
  readonly keyType: KeyType;
  /** SHA-256 of the key's SubjectPublicKeyInfo in DER, lower-case hexadecimal. */
  readonly keyFingerprint: string;
  /** SHA-256 of the certificate in DER, lower-case hexadecimal. */
  readonly certificateFingerprint: string;
  /** One line, as RFC 4514 orders it. */
  readonly subject: string;
  readonly issuer: string;
  /** Mail addresses, host names and URIs of the subject alternative name. */
  readonly alternativeNames: readonly string[];
  /** Hexadecimal. */
  readonly serialNumber: string;
  /** SHA-256 of the root's DER, lower-case hexadecimal. */
  readonly rootFingerprint: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export interface SigstoreSigner {
  readonly method: "sigstore";
  /** The certificate's subject alternative name: a mail address or a URI. */
  readonly identity: string;
  /** The OpenID Connect provider that vouched for it. */
  readonly issuer: string;
  /** When the transparency log took the signature. */
  readonly loggedAt: Date | undefined;
}

/** How strictly, and as of when, a verifier judges. */
export interface VerifyContext {
  /** Accept what the reference tool accepts. Default deny is the other way. */
  readonly compatible: boolean;
  /** The time at which certificates must be valid. */
  readonly now: Date;
}

/** One way to check the signatures of an envelope: by keys, certificates or sigstore. */
export interface Verifier {
  readonly method: Signer["method"];
  /**
   * Checks every signature of the envelope.
   * @returns who signed; never empty
   * @throws {SigningError} `signature-invalid`, `signer-mismatch`, `certificate-invalid`, `unsupported`
   */
  verify(bundle: Bundle, context: VerifyContext): readonly Signer[] | Promise<readonly Signer[]>;
}
