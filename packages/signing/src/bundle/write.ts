import { encodeBase64 } from "./base64.ts";
import { BUNDLE_V03, type Envelope } from "./bundle.ts";

/** A bundle's document before it is a file: plain JSON in protobuf's spelling. */
export interface BundleDocument {
  readonly mediaType: string;
  readonly verificationMaterial: VerificationMaterialDocument;
  readonly dsseEnvelope: EnvelopeDocument;
}

/** Exactly one of the first three. */
export interface VerificationMaterialDocument {
  readonly publicKey?: { readonly hint: string };
  readonly x509CertificateChain?: { readonly certificates: readonly { readonly rawBytes: string }[] };
  readonly certificate?: { readonly rawBytes: string };
  readonly tlogEntries: readonly unknown[];
  readonly timestampVerificationData?: unknown;
}

export interface EnvelopeDocument {
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: readonly { readonly sig: string; readonly keyid: string }[];
}

/** The document of an envelope with its verification material, in the media type that 1.1 of the reference tool reads. */
export function bundleDocument(material: VerificationMaterialDocument, envelope: Envelope): BundleDocument {
  return {
    mediaType: BUNDLE_V03,
    verificationMaterial: material,
    dsseEnvelope: {
      payload: encodeBase64(envelope.payload),
      payloadType: envelope.payloadType,
      signatures: envelope.signatures.map(({ sig, keyid }) => ({ sig: encodeBase64(sig), keyid })),
    },
  };
}
