import { SigningError } from "../errors.ts";
import { countSigners } from "./count.ts";
import {
  type Credit,
  type FoundSignature,
  judgeSignature,
  type RecordedModel,
  type SignatureReport,
} from "./judge-signature.ts";
import { ruleFor, type TrustSubject } from "./match.ts";
import type { Revocation, TrustPolicy, TrustRule } from "./policy.ts";

/** What the signatures of a model come to under a policy. */
export interface TrustDecision {
  /** The rule that fits the model; undefined: none does, so no signature counts. */
  readonly rule: TrustRule | undefined;
  readonly signatures: readonly SignatureReport[];
  /** How many different signers count. */
  readonly counted: number;
  /** As many as the rule wants count. */
  readonly trusted: boolean;
  /** Code that came with the model may run in the sandbox. */
  readonly permitsExecutable: boolean;
  /** Who is credited, one for each name. */
  readonly credits: readonly (Credit & { readonly path: string })[];
  /** Why the model is refused whatever its verdict; undefined: trust does not stand against it. */
  readonly refusal: TrustRefusal | undefined;
}

export interface TrustRefusal {
  readonly kind: "revoked" | "tampered" | "unsigned";
  readonly reason: string;
}

export interface TrustQuestion {
  readonly policy: TrustPolicy;
  readonly subject: TrustSubject;
  readonly model: RecordedModel & { readonly digest: string };
  readonly signatures: readonly FoundSignature[];
  readonly now: Date;
}

/**
 * Decides whether a model's signatures make it trusted.
 * @throws {SigningError} `io`, when files must be hashed in another way and cannot be read
 */
export async function decideTrust(question: TrustQuestion): Promise<TrustDecision> {
  const { policy, subject, model, now } = question;
  const rule = ruleFor(policy.rules, subject);
  const context = {
    policy,
    names: rule?.signers ?? [],
    model,
    // What merely has the name of a signature may be anything: it counts as any other file.
    signaturePaths: new Set(
      question.signatures.filter(({ content }) => !(content instanceof SigningError)).map(({ path }) => path),
    ),
    now,
  };
  const signatures: SignatureReport[] = [];
  for (const found of question.signatures) signatures.push(await judgeSignature(found, context));
  const counted = countSigners(signatures);
  const trusted = rule !== undefined && counted >= rule.threshold;
  const refusal = revokedDigest(question) ?? standsAgainst(rule, signatures, trusted, counted);
  return {
    rule,
    signatures,
    counted,
    trusted,
    permitsExecutable: trusted && rule.permitsExecutable && refusal === undefined,
    credits: creditsOf(signatures),
    refusal,
  };
}

function creditsOf(signatures: readonly SignatureReport[]): TrustDecision["credits"] {
  const byName = new Map(
    signatures.flatMap(({ path, credited }) =>
      credited.map((credit) => [credit.name, { ...credit, path }] as const),
    ),
  );
  return [...byName.values()];
}

function standsAgainst(
  rule: TrustRule | undefined,
  signatures: readonly SignatureReport[],
  trusted: boolean,
  counted: number,
): TrustRefusal | undefined {
  if (trusted) return undefined;
  const tampered = signatures.find(({ state }) => state === "other-files");
  if (tampered !== undefined) return { kind: "tampered", reason: `${tampered.path}: ${tampered.reason}` };
  if (rule?.requiresSignature !== true) return undefined;
  const why = signatures.map(({ path, reason }) => `${path}: ${reason}`).join("; ");
  const found = why === "" ? "there is no signature in its folder" : why;
  return {
    kind: "unsigned",
    reason: `the rule ${JSON.stringify(rule.name)} wants ${rule.threshold} trusted signer(s), and ${counted} count (${found})`,
  };
}

function revokedDigest({ policy, model, now }: TrustQuestion): TrustRefusal | undefined {
  const digests = new Map([
    [model.digest, "the model"],
    ...model.files.map(({ path, sha256 }) => [sha256, path] as const),
  ]);
  for (const revocation of policy.revoked) {
    if (revocation.kind !== "digest" || (revocation.since !== undefined && now < revocation.since)) continue;
    const what = digests.get(revocation.sha256);
    if (what !== undefined)
      return { kind: "revoked", reason: `${what} is revoked by its digest${because(revocation)}` };
  }
  return undefined;
}

function because({ reason }: Revocation): string {
  return reason === undefined ? "" : `: ${reason}`;
}
