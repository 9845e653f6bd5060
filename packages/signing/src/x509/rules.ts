import { SigningError } from "../errors.ts";
import type { Certificate } from "./certificate.ts";

const CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
const ANY_USAGE = "2.5.29.37.0";

/** SHA-2 with ECDSA, RSA and RSA-PSS, and the Edwards curves. Nothing with MD5 or SHA-1. */
const SIGNATURE_ALGORITHMS: ReadonlySet<string> = new Set([
  "1.2.840.10045.4.3.2",
  "1.2.840.10045.4.3.3",
  "1.2.840.10045.4.3.4",
  "1.2.840.113549.1.1.10",
  "1.2.840.113549.1.1.11",
  "1.2.840.113549.1.1.12",
  "1.2.840.113549.1.1.13",
  "1.3.101.112",
  "1.3.101.113",
]);
const MIN_RSA_BITS = 2048;

/**
 * What every certificate of a path must be: valid at the time, signed by an algorithm that holds, without demands
 * that nobody here understands.
 * @throws {SigningError} `certificate-invalid`
 */
export function checkSound(certificate: Certificate, time: Date): void {
  const { notBefore, notAfter, extensions, signatureAlgorithm, x509 } = certificate;
  if (time < notBefore) refuse(certificate, `is not valid before ${notBefore.toISOString()}`);
  if (time > notAfter) refuse(certificate, `expired at ${notAfter.toISOString()}`);
  if (!SIGNATURE_ALGORITHMS.has(signatureAlgorithm)) {
    refuse(certificate, `is signed by the algorithm ${signatureAlgorithm}, which is not accepted`);
  }
  const [unknown] = extensions.unknownCritical;
  if (unknown !== undefined) refuse(certificate, `makes the demand ${unknown}, which is not supported`);
  const bits = x509.publicKey.asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined && bits < MIN_RSA_BITS) refuse(certificate, `has an RSA key of ${bits} bits`);
}

/**
 * What the signing certificate must be.
 * Strict: no authority; its usages, where it names any, all allow signatures over code, and it names one.
 * Compatible: one of its usages allows signatures.
 * @throws {SigningError} `certificate-invalid`
 */
export function checkLeaf(leaf: Certificate, compatible: boolean): void {
  const { basicConstraints, keyUsage, extendedKeyUsage } = leaf.extensions;
  const signs = keyUsage?.digitalSignature;
  const code = extendedKeyUsage?.includes(CODE_SIGNING);
  if (signs !== true && code !== true) refuse(leaf, "names no usage that allows signing");
  if (compatible) return;
  if (basicConstraints?.ca === true) refuse(leaf, "is an authority's: it may sign certificates, not models");
  if (signs === false) refuse(leaf, "has a key usage without digitalSignature");
  if (code === false) refuse(leaf, "has an extended key usage without codeSigning");
}

/**
 * What an issuer must be.
 * @param below the authorities between it and the leaf
 * @throws {SigningError} `certificate-invalid`
 */
export function checkAuthority(issuer: Certificate, below: readonly Certificate[]): void {
  const { basicConstraints, keyUsage, extendedKeyUsage } = issuer.extensions;
  if (basicConstraints?.ca !== true) refuse(issuer, "is no authority, but issued a certificate");
  if (keyUsage?.certificateSign === false) refuse(issuer, "may not sign certificates, but did");
  const limit = basicConstraints.pathLength;
  // Certificates that an authority issued to itself do not count: RFC 5280, 4.2.1.9.
  const counted = below.filter(
    ({ subjectName, issuerName }) => Buffer.compare(subjectName, issuerName) !== 0,
  );
  if (limit !== undefined && counted.length > limit) refuse(issuer, `allows ${limit} authorities below it`);
  const usages = extendedKeyUsage ?? [ANY_USAGE];
  if (!usages.includes(ANY_USAGE) && !usages.includes(CODE_SIGNING)) {
    refuse(issuer, "may not issue certificates for signing code");
  }
}

/** One line, most specific part first, as RFC 4514 orders it. */
export function nameOf(text: string): string {
  return text.split("\n").reverse().join(",");
}

function refuse({ x509 }: Certificate, why: string): never {
  throw new SigningError(
    "certificate-invalid",
    `the certificate of ${JSON.stringify(nameOf(x509.subject))} ${why}`,
  );
}
