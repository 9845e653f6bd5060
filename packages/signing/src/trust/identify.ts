import type { Bundle } from "../bundle/bundle.ts";
import { SigningError } from "../errors.ts";
import { EnvelopeCheck } from "../methods/envelope.ts";
import { certificateVerifier } from "../methods/certificate.ts";
import { keyVerifier } from "../methods/key.ts";
import { parsePublicKey, type PublicKey } from "../methods/public-key.ts";
import { verifySigstore } from "../sigstore/verify.ts";
import type { Signer, VerifyContext } from "../verifier.ts";
import type { TrustedCertificate, TrustedIdentity, TrustedKey, TrustedSigner } from "./policy.ts";

/** A signer that a signature proves, and the names under which the policy knows it. */
export interface Identified {
  readonly signer: Signer;
  /** Tells one signer from another, whatever the names. */
  readonly credential: string;
  readonly known: readonly TrustedSigner[];
}

/**
 * Finds out who signed, among those whom a policy could know. Says nothing about what was signed.
 * @returns never empty; `known` is empty for a proven signer whom the policy does not name
 * @throws {SigningError} when nobody whom the policy could know is proven to have signed
 */
export async function identify(
  bundle: Bundle,
  signers: readonly TrustedSigner[],
  context: VerifyContext,
): Promise<readonly Identified[]> {
  const { material } = bundle;
  if (material.kind === "public-key") {
    return await byKeys(
      bundle,
      signers.filter((one) => one.method === "key"),
      context,
    );
  }
  if (material.kind === "certificate" || material.tlogEntries.length > 0) {
    return byIdentities(
      bundle,
      signers.filter((one) => one.method === "sigstore"),
    );
  }
  return await byCertificates(
    bundle,
    signers.filter((one) => one.method === "certificate"),
    context,
  );
}

async function byKeys(
  bundle: Bundle,
  trusted: readonly TrustedKey[],
  context: VerifyContext,
): Promise<readonly Identified[]> {
  const check = new EnvelopeCheck(bundle.envelope);
  const used = usableKeys(bundle, trusted).filter((key) =>
    bundle.envelope.signatures.some((signature) => check.isBy(key, signature)),
  );
  if (used.length === 0)
    throw new SigningError("signer-mismatch", "it is by none of the keys that the policy names");
  const proven = await keyVerifier(used).verify(bundle, context);
  return proven.flatMap((signer) => {
    if (signer.method !== "key") return [];
    const { keyFingerprint } = signer;
    const known = trusted.filter(({ fingerprint }) => fingerprint === keyFingerprint);
    return [{ signer, credential: `key ${keyFingerprint}`, known }];
  });
}

/** The policy's keys, and the signature's own where the policy knows it by its fingerprint. */
function usableKeys({ material }: Bundle, trusted: readonly TrustedKey[]): readonly PublicKey[] {
  const keys = new Map(
    trusted.flatMap(({ key }) => (key === undefined ? [] : [[key.fingerprint, key] as const])),
  );
  if (material.kind === "public-key" && material.rawBytes !== undefined) {
    const own = parsePublicKey(material.rawBytes, "the key in the signature");
    if (trusted.some(({ fingerprint }) => fingerprint === own.fingerprint)) keys.set(own.fingerprint, own);
  }
  return [...keys.values()];
}

async function byCertificates(
  bundle: Bundle,
  trusted: readonly TrustedCertificate[],
  context: VerifyContext,
): Promise<readonly Identified[]> {
  return await firstOrAll(
    trusted,
    async ({ roots }) => {
      const [signer] = await certificateVerifier(roots).verify(bundle, context);
      return signer?.method === "certificate"
        ? { signer, credential: `key ${signer.keyFingerprint}` }
        : undefined;
    },
    (one, signer) => signer.method === "certificate" && isNamed(one, signer),
  );
}

function isNamed(
  { subject, alternativeName }: TrustedCertificate,
  signer: Extract<Signer, { method: "certificate" }>,
): boolean {
  if (subject !== undefined && subject !== signer.subject) return false;
  return alternativeName === undefined || signer.alternativeNames.includes(alternativeName);
}

async function byIdentities(
  bundle: Bundle,
  trusted: readonly TrustedIdentity[],
): Promise<readonly Identified[]> {
  return await firstOrAll(
    trusted,
    ({ root }) => {
      const signer = verifySigstore(bundle, root);
      return { signer, credential: `identity ${signer.identity} ${signer.issuer}` };
    },
    ({ identity, issuer }, signer) =>
      signer.method === "sigstore" && signer.identity === identity && signer.issuer === issuer,
  );
}

/** Tries every candidate's roots; a signer that only some roots prove is known only under those names. */
async function firstOrAll<Candidate extends TrustedSigner>(
  candidates: readonly Candidate[],
  prove: (candidate: Candidate) => Promise<Proof | undefined> | Proof | undefined,
  isMeant: (candidate: Candidate, signer: Signer) => boolean,
): Promise<readonly Identified[]> {
  let proof: Proof | undefined;
  let failure: SigningError | undefined;
  const known: Candidate[] = [];
  for (const candidate of candidates) {
    try {
      const proven = await prove(candidate);
      proof ??= proven;
      if (proven !== undefined && isMeant(candidate, proven.signer)) known.push(candidate);
    } catch (error) {
      if (!(error instanceof SigningError)) throw error;
      failure ??= error;
    }
  }
  if (proof !== undefined) return [{ ...proof, known }];
  throw failure ?? new SigningError("signer-mismatch", "the policy names nobody who signs in this way");
}

interface Proof {
  readonly signer: Signer;
  readonly credential: string;
}
