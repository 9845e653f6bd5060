import { createHash, X509Certificate } from "node:crypto";
import { SigningError } from "../errors.ts";
import { booleanOf, contextTag, DerReader, type Element, malformed, oidOf, TAG, timeOf } from "./der.ts";
import { type Extensions, readExtensions } from "./extensions.ts";

/** A certificate, read strictly (RFC 5280). Nothing says that it is to be trusted. */
export interface Certificate {
  /** DER. */
  readonly raw: Uint8Array;
  /** SHA-256 of `raw`, lower-case hexadecimal. */
  readonly fingerprint: string;
  /** Names in DER, to compare. */
  readonly subjectName: Uint8Array;
  readonly issuerName: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Dotted object identifier of the algorithm that signed it. */
  readonly signatureAlgorithm: string;
  readonly extensions: Extensions;
  /** The same certificate for `node:crypto`. */
  readonly x509: X509Certificate;
}

const MAX_CERTIFICATE_BYTES = 64 * 2 ** 10;

/** @throws {SigningError} `certificate-invalid` */
export function parseCertificate(raw: Uint8Array): Certificate {
  if (raw.byteLength > MAX_CERTIFICATE_BYTES) malformed(`is larger than ${MAX_CERTIFICATE_BYTES} bytes`);
  const outer = new DerReader(raw);
  const certificate = outer.enter(TAG.sequence);
  outer.end();
  const body = readBody(certificate.enter(TAG.sequence));
  const algorithm = certificate.next(TAG.sequence);
  certificate.next(TAG.bitString);
  certificate.end();
  if (!Buffer.from(algorithm.whole).equals(body.algorithm.whole)) malformed("names two signature algorithms");
  return {
    raw,
    fingerprint: createHash("sha256").update(raw).digest("hex"),
    ...body.fields,
    signatureAlgorithm: oidOf(new DerReader(algorithm.content).next(TAG.oid)),
    x509: x509From(raw),
  };
}

function x509From(raw: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(raw);
  } catch (cause) {
    throw new SigningError("certificate-invalid", "a certificate cannot be read", { cause });
  }
}

/** TBSCertificate: RFC 5280, 4.1. */
function readBody(body: DerReader) {
  const version = body.optional(contextTag(0));
  if (version?.content.join() !== "2,1,2") malformed("is not of version 3");
  body.next(TAG.integer);
  const algorithm = body.next(TAG.sequence);
  const issuerName = body.next(TAG.sequence).whole;
  const validity = body.enter(TAG.sequence);
  const [notBefore, notAfter] = [timeOf(validity.next()), timeOf(validity.next())];
  validity.end();
  const subjectName = body.next(TAG.sequence).whole;
  body.next(TAG.sequence);
  const extensions = extensionsOf(body);
  body.end();
  return { algorithm, fields: { subjectName, issuerName, notBefore, notAfter, extensions } };
}

function extensionsOf(body: DerReader): Extensions {
  const wrapped = body.optional(contextTag(3));
  if (wrapped === undefined) return readExtensions(new Map());
  const outer = new DerReader(wrapped.content);
  const list = outer.enter(TAG.sequence);
  outer.end();
  const found = new Map<string, { critical: boolean; value: Uint8Array }>();
  while (!list.done) {
    const { oid, ...extension } = extensionOf(list.enter(TAG.sequence));
    if (found.has(oid)) malformed(`has the extension ${oid} twice`);
    found.set(oid, extension);
  }
  return readExtensions(found);
}

function extensionOf(reader: DerReader) {
  const oid = oidOf(reader.next(TAG.oid));
  const flag: Element | undefined = reader.optional(TAG.boolean);
  const value = reader.next(TAG.octetString).content;
  reader.end();
  return { oid, critical: flag !== undefined && booleanOf(flag), value };
}
