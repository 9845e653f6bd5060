import { SigningError } from "../errors.ts";
import type { CertificateSigner, Verifier } from "../verifier.ts";
import { type Certificate, parseCertificate } from "../x509/certificate.ts";
import { findPath } from "../x509/chain.ts";
import { nameOf } from "../x509/rules.ts";
import { checkSignatures } from "./envelope.ts";
import { type PublicKey, publicKeyOf } from "./public-key.ts";

/**
 * Verifies signatures by certificates.
 * @param given what the caller trusts: self-signed roots, and certificates that may lie between
 */
export function certificateVerifier(given: readonly Certificate[]): Verifier {
  return {
    method: "certificate",
    verify({ material, envelope }, { compatible, now }) {
      if (material.kind !== "certificate-chain") {
        throw new SigningError("signer-mismatch", "the signature carries no certificate chain", {
          advice: "verify it with key or sigstore",
        });
      }
      const [leaf, ...between] = material.certificates.map((raw) => parseCertificate(raw));
      if (leaf === undefined) throw new SigningError("bundle-malformed", "the certificate chain is empty");
      const path = findPath(leaf, between, given, { compatible, now });
      const key = signingKey(leaf);
      checkSignatures(envelope, [key], compatible);
      return [signerOf(leaf, key, path.at(-1) ?? leaf)];
    },
  };
}

function signingKey(leaf: Certificate): PublicKey {
  try {
    return publicKeyOf(leaf.x509.publicKey, "the signing certificate's key");
  } catch (cause) {
    // It came with the signature: no fault of the caller's.
    throw new SigningError("certificate-invalid", cause instanceof Error ? cause.message : String(cause), {
      cause,
    });
  }
}

function signerOf(leaf: Certificate, key: PublicKey, root: Certificate): CertificateSigner {
  const { x509, fingerprint, notBefore, notAfter, extensions } = leaf;
  return {
    method: "certificate",
    keyType: key.type,
    keyFingerprint: key.fingerprint,
    certificateFingerprint: fingerprint,
    subject: nameOf(x509.subject),
    issuer: nameOf(x509.issuer),
    alternativeNames: extensions.alternativeNames,
    serialNumber: x509.serialNumber.toLowerCase(),
    rootFingerprint: root.fingerprint,
    notBefore,
    notAfter,
  };
}
