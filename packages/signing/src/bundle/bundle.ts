import type { JsonObject, JsonValue } from "../json/value.ts";

/** A Sigstore bundle with a DSSE envelope, as read from a signature file. Nothing in it is verified yet. */
export interface Bundle {
  readonly mediaType: string;
  readonly material: VerificationMaterial;
  readonly envelope: Envelope;
  /** The whole document, for verifiers that need fields which are not read here. */
  readonly document: JsonObject;
}

export type VerificationMaterial = (PublicKeyMaterial | ChainMaterial | CertificateMaterial) & {
  /** Entries of the transparency log, as they stand in the document. */
  readonly tlogEntries: readonly JsonValue[];
  readonly timestampVerificationData: JsonValue | undefined;
};

export interface PublicKeyMaterial {
  readonly kind: "public-key";
  /** SHA-256 of the key's PEM, in hexadecimal; empty where the signer (before 1.1) did not give it. */
  readonly hint: string;
  /** What 0.2 … 1.0 wrote: the key itself, in PEM. Never trusted, only compared. */
  readonly rawBytes: Uint8Array | undefined;
}

/** Written by signers with certificates: the signing certificate first, then what leads to the root. */
export interface ChainMaterial {
  readonly kind: "certificate-chain";
  /** DER. Never empty. */
  readonly certificates: readonly Uint8Array[];
}

/** Written by sigstore: the one short-lived certificate. */
export interface CertificateMaterial {
  readonly kind: "certificate";
  /** DER. */
  readonly certificate: Uint8Array;
}

/** https://github.com/secure-systems-lab/dsse/blob/v1.0.0/envelope.md */
export interface Envelope {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  /** Never empty. */
  readonly signatures: readonly EnvelopeSignature[];
}

export interface EnvelopeSignature {
  readonly sig: Uint8Array;
  /** A hint that is not signed; empty when absent. */
  readonly keyid: string;
}

/** What 0.2 and later write for keys and certificates, and sigstore's clients of today. */
export const BUNDLE_V03 = "application/vnd.dev.sigstore.bundle.v0.3+json";
