import { join, resolve } from "node:path";
import { ModelkeepError } from "@modelkeep/findings";
import { parseModelUri, type Resolved } from "@modelkeep/mlflow";
import { SigningError } from "@modelkeep/signing/errors";
import type { TrustDecision, TrustQuestion } from "@modelkeep/signing/trust/decide";
import type { TrustPolicy } from "@modelkeep/signing/trust/policy";
import type { TrustSubject } from "@modelkeep/signing/trust/match";
import type { Signer } from "@modelkeep/signing/verifier";
import { stateFolder } from "../cache/folder.ts";
import { modelDigest, type Quarantined } from "../quarantine.ts";
import { type Baseline, Baselines, changesText } from "./baseline.ts";
import type { Trust } from "./trust.ts";
import { findSignatures } from "./signatures.ts";

/** Who signed a model, as far as the policy trusts them. */
export type ModelSigner = Signer & {
  /** The signer's name in the policy. */
  readonly name: string;
  /** The signature file, relative to the model's folder. */
  readonly file: string;
};

/** A model as somebody asked for it. */
export interface AskedModel {
  readonly uri: string;
  readonly model: Pick<Quarantined, "folder" | "files" | "digest" | "source" | "name" | "version">;
  /** Address of the tracking server; empty when none was asked. */
  readonly server: string;
}

/** What verification found: trust, and the baseline as it is now. */
export interface Verified {
  readonly decision: TrustDecision;
  readonly signers: readonly ModelSigner[];
  /** Undefined where none is kept. */
  readonly baseline: Baseline | undefined;
}

/** All that can be said of a model's signatures. */
export interface TrustExplanation {
  readonly uri: string;
  readonly subject: TrustSubject;
  readonly digest: string;
  readonly verified: Verified;
  /** What was recorded of it before; undefined: nothing. */
  readonly recorded: Baseline | undefined;
  readonly policy: TrustPolicy;
}

/** Where baselines lie: with what else this user's loaders must be able to rely on. */
export function baselineStore(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return join(stateFolder(env), "baselines.jsonl");
}

/** The `verify` step of loading. Signatures first; what is unsigned is held to what it was when it was first used. */
export class TrustStep {
  readonly #trust: Trust;
  readonly #baselines: Baselines;

  /** @param store file of the baselines; default in the state folder */
  constructor(trust: Trust, store: string = baselineStore()) {
    this.#trust = trust;
    this.#baselines = new Baselines(store);
  }

  /**
   * Judges the signatures in a model's folder against the hashes that were taken while it came.
   * @throws {ModelkeepError} `INTEGRITY`, `LIMIT_EXCEEDED`
   */
  async explain(asked: AskedModel, now = new Date()): Promise<Verified> {
    const signatures = findSignatures(asked.model);
    try {
      const { policy } = this.#trust;
      const decision = await decide({
        policy,
        subject: subjectOf(asked),
        model: asked.model,
        signatures,
        now,
      });
      const signers = decision.credits.map(({ name, path, signer }) => ({ ...signer, name, file: path }));
      const aside = new Set(
        signatures.filter(({ content }) => !(content instanceof SigningError)).map(({ path }) => path),
      );
      return { decision, signers, baseline: this.#baselineOf(asked, aside, now) };
    } catch (error) {
      if (!(error instanceof SigningError)) throw error;
      throw new ModelkeepError("INTEGRITY", `${error.message}: ${error.advice}`, { cause: error });
    }
  }

  /**
   * As `explain`, and refuses what trust stands against.
   * @throws {ModelkeepError} `NOT_ADMITTED` for revoked models and missing signatures, `INTEGRITY` for changed ones
   */
  async verify(asked: AskedModel): Promise<Verified> {
    const verified = await this.explain(asked);
    requireTrust(verified.decision);
    return verified;
  }

  /**
   * Holds an unsigned model to what it was when it was first used. After the scan: that a change is malicious is worse
   * news than that there is one.
   * @throws {ModelkeepError} `INTEGRITY` names the files that changed
   */
  requireBaseline({ baseline, decision }: Verified, uri: string): void {
    if (baseline === undefined || decision.trusted) return;
    const known = this.#baselines.find(baseline.key);
    if (known !== undefined) requireEqual(known, baseline, uri);
  }

  /** As `explain`, with what a person wants to know beside it. */
  async explainFully(asked: AskedModel): Promise<TrustExplanation> {
    const verified = await this.explain(asked);
    const { baseline } = verified;
    return {
      uri: asked.uri,
      subject: subjectOf(asked),
      digest: asked.model.digest,
      verified,
      recorded: baseline === undefined ? undefined : this.#baselines.find(baseline.key),
      policy: this.#trust.policy,
    };
  }

  /** @returns the key under which it is recorded from now on @throws {ModelkeepError} `INVALID_ARGUMENT` */
  accept({ baseline }: Verified, uri: string): string {
    if (baseline !== undefined) {
      this.#baselines.accept(baseline);
      return baseline.key;
    }
    throw new ModelkeepError(
      "INVALID_ARGUMENT",
      `no baseline is kept of ${uri}, by trust: {baseline: ${this.#trust.baseline}}: write baseline: all for folders too`,
    );
  }

  /** Records the first use of a model that was admitted; a trusted signature renews what was recorded. */
  remember({ baseline, decision }: Verified, uri: string): void {
    if (baseline === undefined) return;
    const known = this.#baselines.find(baseline.key);
    if (known?.digest === baseline.digest) return;
    if (decision.trusted && known !== undefined) this.#baselines.accept(baseline);
    else requireEqual(this.#baselines.record(baseline), baseline, uri);
  }

  #baselineOf(
    { model, server, uri }: AskedModel,
    aside: ReadonlySet<string>,
    now: Date,
  ): Baseline | undefined {
    const key = baselineKey({ model, server, uri });
    if (this.#trust.baseline === "off" || (this.#trust.baseline === "registered" && !isServed(uri)))
      return undefined;
    const files = model.files.filter(({ path }) => !aside.has(path));
    return {
      key,
      digest: modelDigest(files),
      files: Object.fromEntries(files.map(({ path, sha256 }) => [path, sha256])),
      at: now.toISOString(),
    };
  }
}

/** Lazily: most models have no signature, and most loaders no policy, and then none of its code is needed. */
async function decide(question: TrustQuestion): Promise<TrustDecision> {
  const { rules, revoked } = question.policy;
  if (question.signatures.length === 0 && rules.length === 0 && revoked.length === 0) return UNTRUSTED;
  const { decideTrust } = await import("@modelkeep/signing/trust/decide");
  return await decideTrust(question);
}

const UNTRUSTED: TrustDecision = {
  rule: undefined,
  signatures: [],
  counted: 0,
  trusted: false,
  permitsExecutable: false,
  credits: [],
  refusal: undefined,
};

/** What names a baseline. */
export interface BaselineAddress {
  readonly uri: string;
  readonly server: string;
  readonly model: Pick<Resolved, "source" | "name" | "version">;
}

/** What of an address must not change its bytes: name and version where there is one, else where the bytes are. */
export function baselineKey({ model, server, uri }: BaselineAddress): string {
  const { name, version, source } = model;
  if (name !== undefined && version !== undefined) {
    const key = `${server} models:/${name}/${version}`;
    return isLoopback(server) ? `${key} ${source}` : key;
  }
  const parsed = parseModelUri(uri);
  return parsed.kind === "local" ? `file ${resolve(parsed.path)}` : `${server} ${source}`.trim();
}

/** Servers on this machine come and go, and each new one has a version 1: there the place of the bytes tells them apart. */
function isLoopback(server: string): boolean {
  // A path or a database of somebody's own, which comes and goes as well.
  if (!URL.canParse(server)) return server !== "";
  const { hostname, protocol } = new URL(server);
  if (protocol !== "http:" && protocol !== "https:") return true;
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/u.test(hostname);
}

/** Names on a tracking server, whose bytes MLflow promises not to change. */
function isServed(uri: string): boolean {
  return ["version", "alias", "latest", "logged-model", "run", "proxy"].includes(parseModelUri(uri).kind);
}

/** What rules select by. */
export function subjectOf({ uri, model }: BaselineAddress): TrustSubject {
  const parsed = parseModelUri(uri);
  return {
    uri: parsed.kind === "local" ? resolve(parsed.path) : uri,
    name: model.name,
    alias: parsed.kind === "alias" ? parsed.alias : undefined,
  };
}

function requireTrust({ refusal }: TrustDecision): void {
  switch (refusal?.kind) {
    case undefined:
      return;
    case "tampered":
      throw new ModelkeepError(
        "INTEGRITY",
        `the model was changed after it was signed (${refusal.reason}): do not use it, and ask who signed it`,
      );
    case "revoked":
      throw new ModelkeepError(
        "NOT_ADMITTED",
        `the model is revoked (${refusal.reason}): use another version`,
      );
    case "unsigned":
      throw new ModelkeepError(
        "NOT_ADMITTED",
        `the model must be signed: ${refusal.reason}; have it signed, or see modelkeep trust explain`,
      );
  }
}

function requireEqual(recorded: Baseline, now: Baseline, uri: string): void {
  if (recorded.digest === now.digest) return;
  throw new ModelkeepError(
    "INTEGRITY",
    `the model is not what it was on ${recorded.at} (${changesText(recorded, now)}): find out who changed it; if that is right, modelkeep trust baseline accept ${uri}`,
  );
}
