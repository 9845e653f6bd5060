import { bundleFromJSON } from "@sigstore/bundle";
import { toSignedEntity, type TrustMaterial, VerificationError, Verifier } from "@sigstore/verify";
import type { Bundle } from "../bundle/bundle.ts";
import { SigningError, type SigningErrorCode } from "../errors.ts";
import { checkLogEntry } from "./log-entry.ts";
import { plainJson } from "./plain.ts";
import type { SigstoreSigner, Verifier as MethodVerifier } from "../verifier.ts";
import { type CertifiedIdentity, certifiedIdentity } from "./signer.ts";

/** Whom a keyless signature must be by, exactly, and which Sigstore is believed. */
export interface SigstoreExpectation extends CertifiedIdentity {
  readonly root: TrustMaterial;
}

/** Verifies keyless signatures by one identity. Both modes are equally strict. */
export function sigstoreVerifier({ root, identity, issuer }: SigstoreExpectation): MethodVerifier {
  return {
    method: "sigstore",
    verify(bundle) {
      const signer = verifySigstore(bundle, root);
      requireIdentity(signer, identity, issuer);
      return [signer];
    },
  };
}

/**
 * Verifies a keyless signature: the certificate chains to a certificate authority of the trusted root at the time that
 * the transparency log or a timestamp authority vouches for, a certificate transparency log saw it, it may sign code,
 * the envelope's one signature is by its key, and a transparency log of the root holds exactly this signature. Who the
 * signer is stays to be compared: see {@link requireIdentity}.
 * @throws {SigningError} `signature-invalid`, `certificate-invalid`, `bundle-malformed`, `unsupported`
 * @see https://github.com/sigstore/architecture-docs/blob/main/client-spec.md#4-verification
 */
export function verifySigstore(bundle: Bundle, root: TrustMaterial): SigstoreSigner {
  const certificate = signingCertificate(bundle);
  if (bundle.envelope.signatures.length !== 1) {
    throw new SigningError("bundle-malformed", "a keyless signature file must hold exactly one signature");
  }
  if (bundle.material.tlogEntries.length !== 1) {
    const found = bundle.material.tlogEntries.length;
    throw new SigningError(
      "signature-invalid",
      `the signature has ${found} transparency log entries instead of one`,
    );
  }
  return guarded(() => {
    const entity = toSignedEntity(bundleFromJSON(plainJson(bundle.document)));
    new Verifier(root).verify(entity);
    const times = entity.timestamps.flatMap((timestamp) =>
      timestamp.$case === "timestamp-authority"
        ? [timestamp.timestamp.signingTime]
        : timestamp.tlogEntry.inclusionPromise === undefined
          ? []
          : [new Date(Number(timestamp.tlogEntry.integratedTime) * 1000)],
    );
    for (const entry of entity.tlogEntries) checkLogEntry(entry, certificate, root, times);
    const loggedAt = new Date(Math.min(...times.map(Number)));
    return { method: "sigstore", ...certifiedIdentity(certificate), loggedAt };
  });
}

/**
 * Requires one identity, certified by one provider, letter for letter: no pattern, no part, no other case.
 * @throws {SigningError} `signer-mismatch`
 */
export function requireIdentity(signer: CertifiedIdentity, identity: string, issuer: string): void {
  if (signer.identity === identity && signer.issuer === issuer) return;
  throw new SigningError(
    "signer-mismatch",
    `signed by ${JSON.stringify(signer.identity)} (vouched for by ${JSON.stringify(signer.issuer)}), not by ${JSON.stringify(identity)} (${JSON.stringify(issuer)})`,
  );
}

function signingCertificate({ material }: Bundle): Uint8Array {
  if (material.kind === "certificate") return material.certificate;
  const [leaf] = material.kind === "certificate-chain" ? material.certificates : [];
  if (leaf !== undefined) return leaf;
  throw new SigningError(
    "signer-mismatch",
    "the signature is by a bare key, not by a certificate of Sigstore",
  );
}

const CODES: ReadonlyMap<string, SigningErrorCode> = new Map([
  ["CERTIFICATE_ERROR", "certificate-invalid"],
  ["PUBLIC_KEY_ERROR", "signer-mismatch"],
]);

/** The library throws whatever a hostile document makes it throw: all of it means that nothing was verified. */
function guarded(verify: () => SigstoreSigner): SigstoreSigner {
  try {
    return verify();
  } catch (cause) {
    if (cause instanceof SigningError) throw cause;
    if (cause instanceof VerificationError) {
      const code = CODES.get(cause.code) ?? "signature-invalid";
      throw new SigningError(code, `the keyless signature does not verify: ${reasons(cause)}`, { cause });
    }
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SigningError("bundle-malformed", `the keyless signature cannot be read: ${why}`, { cause });
  }
}

function reasons(error: Error): string {
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
