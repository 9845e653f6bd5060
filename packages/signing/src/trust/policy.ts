import type { TrustMaterial } from "@sigstore/verify";
import type { PublicKey } from "../methods/public-key.ts";
import type { Certificate } from "../x509/certificate.ts";

/** Who is trusted to sign which models, and what their signatures permit. Default: nobody, nothing. */
export interface TrustPolicy {
  readonly signers: readonly TrustedSigner[];
  /** The first that fits a model decides. */
  readonly rules: readonly TrustRule[];
  readonly revoked: readonly Revocation[];
}

export const NOBODY: TrustPolicy = { signers: [], rules: [], revoked: [] };

/** Somebody who may sign, under a name that rules use. */
export type TrustedSigner = TrustedKey | TrustedCertificate | TrustedIdentity;

interface SignerBase {
  readonly name: string;
  /**
   * From and until when signatures count. Keyless signatures carry a proven time, which is compared; those by keys and
   * certificates do not, so there the present time is.
   */
  readonly from?: Date | undefined;
  readonly until?: Date | undefined;
}

export interface TrustedKey extends SignerBase {
  readonly method: "key";
  /** SHA-256 of the key's SubjectPublicKeyInfo in DER, lower-case hexadecimal. */
  readonly fingerprint: string;
  /** Absent: only signatures that carry their key can be checked (those of 0.2 to 1.0 do). */
  readonly key?: PublicKey | undefined;
}

/** A holder of a certificate below one of the roots. Both names must fit when both are given. */
export interface TrustedCertificate extends SignerBase {
  readonly method: "certificate";
  /** Roots, and what may lie between. */
  readonly roots: readonly Certificate[];
  /** One line, as RFC 4514 orders it. */
  readonly subject?: string | undefined;
  /** One of the subject alternative names. */
  readonly alternativeName?: string | undefined;
}

export interface TrustedIdentity extends SignerBase {
  readonly method: "sigstore";
  readonly identity: string;
  readonly issuer: string;
  readonly root: TrustMaterial;
}

/** For which models whose signatures count. A selector that is absent selects everything. */
export interface TrustRule {
  /** For people: its name, or its place. */
  readonly name: string;
  /** Patterns of registered names: exact, or with `*` for any run of characters. */
  readonly models?: readonly string[] | undefined;
  /** Registered names below these: `acme` selects `acme.vision` and `acme/vision`. */
  readonly namespaces?: readonly string[] | undefined;
  /** Exact aliases, when the model is asked for by alias. */
  readonly aliases?: readonly string[] | undefined;
  /** Patterns of the URI or folder that was asked for; folders are absolute. */
  readonly uris?: readonly string[] | undefined;
  /** Names of trusted signers. */
  readonly signers: readonly string[];
  /** How many different signers there must be. */
  readonly threshold: number;
  /** Whether code that came with the model may run, in the sandbox. */
  readonly permitsExecutable: boolean;
  /** Whether the model is refused unless enough signatures count, whatever its verdict. */
  readonly requiresSignature: boolean;
}

/** What no longer counts. */
export type Revocation = RevocationBase &
  (
    | { readonly kind: "key"; readonly fingerprint: string }
    | { readonly kind: "certificate"; readonly fingerprint: string }
    | { readonly kind: "identity"; readonly identity: string; readonly issuer: string }
    /** SHA-256 of one file, or a model's digest: refused whoever signed it. */
    | { readonly kind: "digest"; readonly sha256: string }
  );

interface RevocationBase {
  /** Absent: always was. Compared like a signer's `until`. */
  readonly since?: Date | undefined;
  readonly reason?: string | undefined;
}
