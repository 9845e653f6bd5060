import type { Bundle } from "../bundle/bundle.ts";
import { SigningError } from "../errors.ts";
import { hashModel } from "../hash/model.ts";
import { compareManifests, type Difference } from "../manifest/compare.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { manifestOf } from "../manifest/statement.ts";
import type { Signer } from "../verifier.ts";
import { methodsOf } from "../verify.ts";
import { type Identified, identify } from "./identify.ts";
import type { Revocation, TrustedSigner, TrustPolicy } from "./policy.ts";

/** The files of a model as they were hashed when they came. */
export interface RecordedModel {
  /** Where they lie: private and read-only. Read again only for signatures that do not use whole-file SHA-256. */
  readonly folder: string;
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}

/** A signature file of a model: what it holds, or why it cannot be read. */
export interface FoundSignature {
  readonly path: string;
  readonly content: Bundle | SigningError;
}

export type SignatureState =
  /** by a trusted signer, over exactly these files */
  | "counts"
  /** it does not verify, or is no signature */
  | "invalid"
  /** by somebody whom the rule does not name */
  | "stranger"
  /** outside of the time in which the signer is trusted */
  | "out-of-time"
  | "revoked"
  /** by a trusted signer, but over other files than these */
  | "other-files";

/** What became of one signature, and why. */
export interface SignatureReport {
  readonly path: string;
  readonly state: SignatureState;
  /** A sentence without a full stop. */
  readonly reason: string;
  /** Whom it proves to have signed. */
  readonly signers: readonly Signer[];
  /** Names of the policy for which it counts; empty unless it counts. */
  readonly credited: readonly Credit[];
}

export interface Credit {
  readonly name: string;
  readonly credential: string;
  readonly signer: Signer;
}

export interface JudgeContext {
  readonly policy: TrustPolicy;
  /** Names that the rule gives. */
  readonly names: readonly string[];
  readonly model: RecordedModel;
  /** Paths of all signature files: they may lie beside what is signed. */
  readonly signaturePaths: ReadonlySet<string>;
  readonly now: Date;
}

/**
 * Judges one signature: who made it, whether the rule counts them today, and whether it covers exactly these files.
 * @throws {SigningError} `io`, when the files cannot be read again
 */
export async function judgeSignature(found: FoundSignature, context: JudgeContext): Promise<SignatureReport> {
  const { path, content } = found;
  if (content instanceof SigningError) return report(path, "invalid", content.message);
  try {
    const { policy, now } = context;
    const identified = await identify(content, policy.signers, { compatible: false, now });
    const signers = identified.map(({ signer }) => signer);
    const manifest = manifestOf(content.envelope);
    const usable = identified.map((one) => usableAs(one, context));
    const credited = usable.flatMap(({ credits }) => credits);
    if (credited.length === 0) {
      const [first] = usable;
      return report(path, first?.state ?? "stranger", usable.map(({ reason }) => reason).join("; "), signers);
    }
    const differences = await compare(manifest, context);
    if (differences.length > 0) return report(path, "other-files", differencesText(differences), signers);
    const names = [...new Set(credited.map(({ name }) => name))].join(", ");
    return {
      path,
      state: "counts",
      reason: `signed by ${names}, over exactly these files`,
      signers,
      credited,
    };
  } catch (error) {
    if (!(error instanceof SigningError) || !error.isAnswer) throw error;
    return report(path, error.code === "signer-mismatch" ? "stranger" : "invalid", error.message);
  }
}

function report(
  path: string,
  state: SignatureState,
  reason: string,
  signers: readonly Signer[] = [],
): SignatureReport {
  return { path, state, reason, signers, credited: [] };
}

interface Usable {
  readonly state: SignatureState;
  readonly reason: string;
  readonly credits: readonly Credit[];
}

function usableAs({ signer, credential, known }: Identified, context: JudgeContext): Usable {
  const none = (state: SignatureState, reason: string): Usable => ({ state, reason, credits: [] });
  const time = (signer.method === "sigstore" ? signer.loggedAt : undefined) ?? context.now;
  const revocation = context.policy.revoked.find((one) => revokes(one, signer) && isSince(one.since, time));
  if (revocation !== undefined) return none("revoked", revocationText(signer, revocation));
  if (known.length === 0)
    return none("stranger", `signed by ${signerText(signer)}, whom the policy does not name`);
  const named = known.filter(({ name }) => context.names.includes(name));
  if (named.length === 0) {
    const names = known.map(({ name }) => name).join(", ");
    return none("stranger", `signed by ${names}, whom the rule for this model does not name`);
  }
  const timely = named.filter((one) => isTimely(one, time));
  if (timely.length === 0) return none("out-of-time", timeText(named, time));
  return { state: "counts", reason: "", credits: timely.map(({ name }) => ({ name, credential, signer })) };
}

function isTimely({ from, until }: TrustedSigner, time: Date): boolean {
  return (from === undefined || from <= time) && (until === undefined || time <= until);
}

function isSince(since: Date | undefined, time: Date): boolean {
  return since === undefined || since <= time;
}

function revokes(revocation: Revocation, signer: Signer): boolean {
  switch (revocation.kind) {
    case "key":
      return signer.method !== "sigstore" && signer.keyFingerprint === revocation.fingerprint;
    case "certificate":
      return (
        signer.method === "certificate" &&
        [signer.certificateFingerprint, signer.rootFingerprint].includes(revocation.fingerprint)
      );
    case "identity":
      return (
        signer.method === "sigstore" &&
        signer.identity === revocation.identity &&
        signer.issuer === revocation.issuer
      );
    case "digest":
      return false;
  }
}

/**
 * Compares what was signed with what was hashed when the files came. Other signature files beside it do not count as
 * unsigned, unless they were signed too.
 */
async function compare(
  manifest: Manifest,
  { model, signaturePaths }: JudgeContext,
): Promise<readonly Difference[]> {
  const signed = new Set(manifest.resources.map(({ path }) => path));
  const beside = new Set([...signaturePaths].filter((path) => !signed.has(path)));
  let differences: readonly Difference[] = [];
  for (const method of methodsOf(manifest)) {
    const actual =
      method.method === "files" && method.hashType === "sha256"
        ? recorded(manifest, model, beside)
        : await hashModel(model.folder, { method, ignorePaths: [...beside] });
    differences = compareManifests(manifest, actual);
    if (differences.length === 0) break;
  }
  return differences;
}

function recorded(
  { serialization }: Manifest,
  { files }: RecordedModel,
  beside: ReadonlySet<string>,
): Manifest {
  const resources = files
    .filter(({ path }) => !beside.has(path))
    .map(({ path, sha256 }) => ({ path, algorithm: "sha256" as const, digest: sha256 }));
  return { modelName: "", serialization, resources };
}

const MOST = 5;

function differencesText(differences: readonly Difference[]): string {
  const shown = differences.slice(0, MOST).map(({ kind, path }) => `${path} is ${KINDS[kind]}`);
  const more = differences.length > MOST ? ` and ${differences.length - MOST} more` : "";
  return `the files are not those that were signed: ${shown.join(", ")}${more}`;
}

const KINDS: Readonly<Record<Difference["kind"], string>> = {
  missing: "missing",
  extra: "not signed",
  changed: "changed",
  renamed: "renamed",
  swapped: "swapped",
};

function timeText(signers: readonly TrustedSigner[], time: Date): string {
  const spans = signers.map(
    ({ name, from, until }) =>
      `${name} from ${from?.toISOString() ?? "ever"} until ${until?.toISOString() ?? "ever"}`,
  );
  return `its time is ${time.toISOString()}, and trusted is ${spans.join(", ")}`;
}

function revocationText(signer: Signer, { since, reason }: Revocation): string {
  const when = since === undefined ? "" : ` since ${since.toISOString()}`;
  return `${signerText(signer)} is revoked${when}${reason === undefined ? "" : `: ${reason}`}`;
}

/** One signer in a few words. */
export function signerText(signer: Signer): string {
  switch (signer.method) {
    case "key":
      return `the key ${signer.keyFingerprint}`;
    case "certificate":
      return `the certificate of ${signer.subject}`;
    case "sigstore":
      return `${signer.identity} (${signer.issuer})`;
  }
}
