import { SigningError } from "../errors.ts";
import { Fields } from "../json/fields.ts";
import { parseStrictJson } from "../json/strict.ts";
import { isJsonObject, type JsonValue } from "../json/value.ts";
import { decodeBase64 } from "./base64.ts";
import type { Bundle, Envelope, EnvelopeSignature, VerificationMaterial } from "./bundle.ts";

const MEDIA_TYPES: ReadonlySet<string> = new Set([
  "application/vnd.dev.sigstore.bundle+json;version=0.1",
  "application/vnd.dev.sigstore.bundle+json;version=0.2",
  "application/vnd.dev.sigstore.bundle+json;version=0.3",
  "application/vnd.dev.sigstore.bundle.v0.3+json",
]);

/** More than any honest signer writes; each one costs a verification. */
const MAX_SIGNATURES = 16;
const MAX_CERTIFICATES = 16;

/**
 * Reads a signature file: a Sigstore bundle (protobuf's JSON, camelCase names only) around a DSSE envelope.
 * Every field must be known, every value must have one reading; no signature is checked here.
 * @param bytes the document
 * @throws {SigningError} `bundle-malformed`, or `unsupported` for another kind of bundle
 */
export function parseBundle(bytes: Uint8Array): Bundle {
  const document = parseStrictJson(bytes, "the signature");
  const fields = new Fields(document, "the signature", "bundle-malformed");
  if (fields.has("messageSignature")) {
    throw new SigningError("unsupported", "the signature is over raw bytes, not over a list of files");
  }
  fields.only("mediaType", "verificationMaterial", "dsseEnvelope");
  const mediaType = fields.string("mediaType");
  if (!MEDIA_TYPES.has(mediaType)) {
    throw new SigningError(
      "unsupported",
      `the signature has the unknown media type ${JSON.stringify(mediaType.slice(0, 100))}`,
    );
  }
  if (!isJsonObject(document)) return fields.fail("is not an object");
  return {
    mediaType,
    material: materialOf(fields.child("verificationMaterial")),
    envelope: envelopeOf(fields.child("dsseEnvelope")),
    document,
  };
}

function envelopeOf(fields: Fields): Envelope {
  fields.only("payload", "payloadType", "signatures");
  const signatures = fields.array("signatures");
  if (signatures.length === 0) fields.fail("has no signatures");
  if (signatures.length > MAX_SIGNATURES) fields.fail(`has more than ${MAX_SIGNATURES} signatures`);
  return {
    payloadType: fields.string("payloadType"),
    payload: decodeBase64(fields.string("payload"), "the payload"),
    signatures: signatures.map((value, index) => signatureOf(value, index)),
  };
}

function signatureOf(value: JsonValue, index: number): EnvelopeSignature {
  const where = `signature ${index + 1} of the envelope`;
  const fields = new Fields(value, where, "bundle-malformed").only("sig", "keyid");
  const sig = decodeBase64(fields.string("sig"), where);
  if (sig.byteLength === 0) fields.fail("is empty");
  return { sig, keyid: fields.optionalString("keyid") };
}

function materialOf(fields: Fields): VerificationMaterial {
  fields.only("publicKey", "x509CertificateChain", "certificate", "tlogEntries", "timestampVerificationData");
  const kinds = ["publicKey", "x509CertificateChain", "certificate"].filter((name) => fields.has(name));
  if (kinds.length !== 1)
    fields.fail("must hold exactly one of publicKey, x509CertificateChain and certificate");
  const common = {
    tlogEntries: fields.optionalArray("tlogEntries"),
    timestampVerificationData: fields.get("timestampVerificationData"),
  };
  if (fields.has("publicKey")) return { ...publicKeyOf(fields.child("publicKey")), ...common };
  if (fields.has("x509CertificateChain")) {
    const certificates = chainOf(fields.child("x509CertificateChain"));
    return { kind: "certificate-chain", certificates, ...common };
  }
  const certificate = certificateOf(fields.child("certificate"), "the certificate");
  return { kind: "certificate", certificate, ...common };
}

function publicKeyOf(fields: Fields) {
  fields.only("hint", "rawBytes", "keyDetails", "validFor");
  const raw = fields.optionalString("rawBytes");
  return {
    kind: "public-key",
    hint: fields.optionalString("hint"),
    rawBytes: raw === "" ? undefined : decodeBase64(raw, "the public key"),
  } as const;
}

function chainOf(fields: Fields): readonly Uint8Array[] {
  fields.only("certificates");
  const listed = fields.array("certificates");
  if (listed.length === 0) fields.fail("holds no certificate");
  if (listed.length > MAX_CERTIFICATES) fields.fail(`holds more than ${MAX_CERTIFICATES} certificates`);
  return listed.map((value, index) => {
    const where = `certificate ${index + 1} of the chain`;
    return certificateOf(new Fields(value, where, "bundle-malformed"), where);
  });
}

function certificateOf(fields: Fields, where: string): Uint8Array {
  return decodeBase64(fields.only("rawBytes").string("rawBytes"), where);
}
