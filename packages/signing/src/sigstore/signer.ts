import { X509Certificate as NodeCertificate } from "node:crypto";
import { ASN1Obj, X509Certificate } from "@sigstore/core";
import { SigningError } from "../errors.ts";

/** Whom Fulcio certified, and who told Fulcio so. */
export interface CertifiedIdentity {
  /** E-mail address, URI (of a workflow, a service account) or user name, exactly as certified. */
  readonly identity: string;
  /** Address of the OpenID Connect provider. */
  readonly issuer: string;
}

const SUBJECT_ALT_NAME = "2.5.29.17";
/** https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md */
const ISSUER_V1 = "1.3.6.1.4.1.57264.1.1";
const ISSUER_V2 = "1.3.6.1.4.1.57264.1.8";
const USER_NAME = "1.3.6.1.4.1.57264.1.7";
const CODE_SIGNING = "1.3.6.1.5.5.7.3.3";

const UTF8_STRING = 0x0c;
const RFC822_NAME = 1;
const URI = 6;
const OTHER_NAME = 0;

/**
 * Reads whom a Fulcio certificate names. Its chain must have been verified. One certificate names one identity: a
 * second name could be the one that a policy matches while the first is the one that people see.
 * @param der the leaf
 * @throws {SigningError} `certificate-invalid` when it may not sign code, or names nobody or two
 */
export function certifiedIdentity(der: Uint8Array): CertifiedIdentity {
  try {
    requireSigningUse(der);
    const extensions = extensionsOf(der);
    return { identity: identityOf(extensions), issuer: issuerOf(extensions) };
  } catch (cause) {
    if (cause instanceof SigningError) throw cause;
    throw new SigningError(
      "certificate-invalid",
      "the signing certificate is not built as Fulcio builds them",
      {
        cause,
      },
    );
  }
}

/** What `@sigstore/verify` leaves out and the reference tool checks. */
function requireSigningUse(der: Uint8Array): void {
  const certificate = X509Certificate.parse(Buffer.from(der));
  if (certificate.extBasicConstraints?.isCA === true)
    throw invalid("is one of an authority, not of a signer");
  if (certificate.extKeyUsage?.digitalSignature !== true) throw invalid("may not make digital signatures");
  if (!new NodeCertificate(der).keyUsage?.includes(CODE_SIGNING)) throw invalid("may not sign code");
}

/** OID → value. @throws {SigningError} when one stands twice */
function extensionsOf(der: Uint8Array): ReadonlyMap<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (const extension of X509Certificate.parse(Buffer.from(der)).extensions) {
    const oid = extension.subs[0]?.toOID();
    const value = extension.subs.at(-1)?.value;
    if (oid === undefined || value === undefined) throw invalid("has an extension that cannot be read");
    if (found.has(oid)) throw invalid(`has the extension ${oid} twice`);
    found.set(oid, value);
  }
  return found;
}

function identityOf(extensions: ReadonlyMap<string, Buffer>): string {
  const value = extensions.get(SUBJECT_ALT_NAME);
  const names = value === undefined ? [] : ASN1Obj.parseBuffer(Buffer.from(value)).subs;
  const [name] = names;
  if (name === undefined || names.length !== 1)
    throw invalid(`names ${names.length} identities instead of one`);
  if (name.tag.isContextSpecific(RFC822_NAME) || name.tag.isContextSpecific(URI)) return text(name.value);
  if (name.tag.isContextSpecific(OTHER_NAME) && name.subs[0]?.toOID() === USER_NAME) {
    return utf8String(name.subs[1]?.subs[0]);
  }
  throw invalid("names its signer in a way that Fulcio does not");
}

function issuerOf(extensions: ReadonlyMap<string, Buffer>): string {
  const second = extensions.get(ISSUER_V2);
  const first = extensions.get(ISSUER_V1);
  const issuers = [
    ...(second === undefined ? [] : [utf8String(ASN1Obj.parseBuffer(Buffer.from(second)))]),
    ...(first === undefined ? [] : [text(first)]),
  ];
  const [issuer] = issuers;
  if (issuer === undefined) throw invalid("does not say who vouched for its signer");
  if (issuers.some((other) => other !== issuer)) throw invalid("names two identity providers");
  return issuer;
}

function utf8String(value: ASN1Obj | undefined): string {
  if (value === undefined || !value.tag.isUniversal() || value.tag.number !== UTF8_STRING) {
    throw invalid("has a name that is no UTF-8 string");
  }
  return text(value.value);
}

/** Strictly: a decoder that drops or replaces bytes could make two names equal. */
function text(bytes: Buffer): string {
  const decoded = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  if (decoded === "" || /\p{Cc}/u.test(decoded))
    throw invalid("has an empty name, or one with control characters");
  return decoded;
}

function invalid(why: string): SigningError {
  return new SigningError("certificate-invalid", `the signing certificate ${why}`);
}
