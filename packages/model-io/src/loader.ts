import { resolve as absolutePath } from "node:path";
import { ModelkeepError, type ModelReport } from "@modelkeep/findings";
import {
  connect,
  type Connection,
  MlflowError,
  parseModelUri,
  type Resolved,
  resolveModelUri,
} from "@modelkeep/mlflow";
import { DEFAULT_POLICY, type Policy } from "@modelkeep/scanner/policy";
import { loadPolicy } from "@modelkeep/scanner/policy-file";
import { ScanService } from "@modelkeep/scanner/service";
import { Access } from "./access/event.ts";
import { AccessLog } from "./access/log.ts";
import type { ModelCache } from "./cache/cache.ts";
import { judgeName, openLoaderCache } from "./cache/loader-cache.ts";
import { chosenEngine, requireAdmitted, requireSameBytes } from "./decide.ts";
import { type Engine, ENGINES, type LoadEngine } from "./engines/engine.ts";
import { openVerified } from "./engines/model-file.ts";
import { isUnsupported, openNative } from "./engines/native.ts";
import { NO_ENGINE } from "./engines/none.ts";
import { toModelkeepError, translated } from "./errors.ts";
import {
  type Fallback,
  FALLBACKS,
  type FallbackInfo,
  fallbackRefused,
  mayFallBack,
  nothingVerified,
} from "./fallback.ts";
import { type Mlmodel, openMlmodel } from "./mlmodel.ts";
import { SecureModel } from "./model.ts";
import {
  checkChoice,
  checkOptions,
  type LoaderNotice,
  type LoaderOptions,
  type LoadOptions,
  type ModelScanner,
} from "./options.ts";
import { type Quarantined, quarantine, quarantineVerified, verifyHashes } from "./quarantine.ts";
import { openTrust } from "./trust/open.ts";
import {
  type AskedModel,
  baselineKey,
  baselineStore,
  type TrustExplanation,
  TrustStep,
} from "./trust/step.ts";
import type { Trust } from "./trust/trust.ts";

/** What a URI names at this moment. */
export interface ResolvedModel {
  readonly uri: string;
  /** The definite address of the model's bytes: it changes when an alias, a stage or `latest` moves. */
  readonly source: string;
  /** Registered name and version, where the URI names a registered model. */
  readonly name?: string;
  readonly version?: string;
}

/** Loads models without running their code: fetched, hashed, scanned, decided, then read as data or caged. */
export class SecureMLflowLoader implements AsyncDisposable {
  readonly #options: LoaderOptions;
  readonly #policy: Policy;
  readonly #scanner: ModelScanner;
  readonly #accesses: AccessLog;
  readonly #cache: ModelCache | undefined;
  readonly #disposables = new AsyncDisposableStack();
  readonly #trust: TrustStep;
  #connection: Connection | undefined;

  private constructor(options: LoaderOptions, policy: Policy, trust: Trust) {
    this.#options = options;
    this.#policy = policy;
    this.#trust = new TrustStep(trust, options.baselines ?? baselineStore(options.env));
    this.#accesses = new AccessLog(options);
    this.#cache = openLoaderCache(options, this.#notice);
    this.#scanner = options.scanner ?? this.#disposables.use(new ScanService({ policy, workers: 2 }));
  }

  /**
   * Opens a loader. Nothing is asked of a server before a model is loaded.
   * @throws {ModelkeepError} `CONFIGURATION`, `INVALID_ARGUMENT`
   */
  static async open(options: LoaderOptions = {}): Promise<SecureMLflowLoader> {
    checkOptions(options);
    const policy = typeof options.policy === "string" ? await loadPolicy(options.policy) : options.policy;
    return new SecureMLflowLoader(options, policy ?? DEFAULT_POLICY, await openTrust(options.trust));
  }

  /**
   * Asks the server what a URI names, and fetches nothing: one or two small requests, none for a folder.
   * @throws {ModelkeepError} `NOT_FOUND`, `UNAVAILABLE`, `UNAUTHENTICATED`, `CONFIGURATION`, …
   */
  async resolve(uri: string): Promise<ResolvedModel> {
    return { uri, ...factsOf(await this.#resolve(uri)) };
  }

  /**
   * resolve → quarantine → verify → scan → decide → engine. The model's folder and engine live until it, or this
   * loader, is disposed. On failure nothing stays behind. Every access is recorded first, refusals too.
   * @param uri a folder, models:/…, runs:/…, mlflow-artifacts:/…, s3://…: see docs/loader.md
   * @throws {ModelkeepError} `NOT_ADMITTED`, `INTEGRITY`, `UNSUPPORTED_MODEL`, `AUDIT_FAILED`, …
   */
  async safeLoadModel(uri: string, options: LoadOptions = {}): Promise<SecureModel> {
    checkChoice(options.engine, [...ENGINES, "none"], "engine");
    checkChoice(options.fallback, FALLBACKS, "fallback");
    const access = new Access(uri);
    await using held = new AsyncDisposableStack();
    try {
      const model = held.use(await translated(async () => await this.#load(uri, options, access)));
      await this.#accesses.record(access.allowed(`${model.verdict}, admitted by the policy`));
      this.#disposables.use(model);
      held.move();
      return model;
    } catch (error) {
      if (!(error instanceof ModelkeepError) || error.code !== "AUDIT_FAILED")
        await this.#accesses.record(access.refused(error));
      throw error;
    }
  }

  /**
   * Fetches a model and says which of its signatures count, and what is recorded of it. Nothing is loaded.
   * @throws {ModelkeepError} as `safeLoadModel`, but for what trust itself refuses: that is in the answer
   */
  async explainTrust(uri: string): Promise<TrustExplanation> {
    return await translated(async () => {
      await using model = await this.#quarantine(await this.#resolve(uri));
      return await this.#trust.explainFully({ uri, model, server: this.#server() });
    });
  }

  /**
   * Records a model, as it is now, as the one that its address means.
   * @returns its key in the store of baselines
   * @throws {ModelkeepError} `INVALID_ARGUMENT` for an address of which no baseline is kept
   */
  async acceptBaseline(uri: string): Promise<string> {
    return this.#trust.accept((await this.explainTrust(uri)).verified, uri);
  }

  /** Under which key a baseline of an address is kept. Fetches nothing. */
  async baselineKeyOf(uri: string): Promise<string> {
    const model = await this.#resolve(uri);
    return baselineKey({ uri, model, server: this.#server() });
  }

  /** Frees every model that was loaded, and the scan service. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#disposables.disposeAsync();
  }

  async #load(uri: string, options: LoadOptions, access: Access): Promise<SecureModel> {
    try {
      const resolved = await this.#resolve(uri);
      access.saw(factsOf(resolved));
      return await this.#admit(uri, await this.#quarantine(resolved), options, access);
    } catch (error) {
      const refusal = toModelkeepError(error);
      if (this.#fallbackOf(options) === "none" || !mayFallBack(refusal)) throw refusal;
      return await this.#fallBack(uri, options, access, refusal);
    }
  }

  /** verify → scan → decide → engine: the one way to a model, whether its bytes came from a server or from the cache. */
  async #admit(
    uri: string,
    model: Quarantined,
    options: LoadOptions,
    access: Access,
    fallback?: FallbackInfo,
  ): Promise<SecureModel> {
    await using held = new AsyncDisposableStack();
    held.use(model);
    const { digest, files } = model;
    const { name, version, source } = options.as ?? model;
    const named = { ...(name === undefined ? {} : { name }), ...(version === undefined ? {} : { version }) };
    access.saw({ digest, files, source, ...named });
    if (options.hashes !== undefined) verifyHashes(files, options.hashes);
    const verified = await this.#trust.verify(this.#asked(uri, model, options));
    const { signers } = verified;
    access.saw(signers[0] === undefined ? {} : { signer: signers[0].name });
    const report = await this.#scan(model);
    access.saw({ verdict: report.verdict });
    requireAdmitted(report, this.#policy, verified.decision);
    this.#trust.requireBaseline(verified, options.as?.uri ?? uri);
    const mlmodel = openMlmodel(model);
    const choice = chosenEngine(report, options.engine ?? this.#options.engine ?? "auto");
    const engine = held.use(await this.#open(model, mlmodel, choice));
    access.saw({ engine: engine.name, ...(engine.cage === undefined ? {} : { cage: engine.cage }) });
    this.#trust.remember(verified, options.as?.uri ?? uri);
    if (fallback === undefined && this.#fallbackOf(options) === "last-verified")
      await this.#cache?.keepVerified(this.#server(), model.folder, {
        uri: recordedUri(uri),
        ...{ source, digest, files, time: Date.now() },
        ...named,
      });
    await this.#cache?.trim();
    const kept = held.move();
    const read = (path: string): Uint8Array => bytesOf(model, path);
    const facts = { uri, report, digest, files, read, signature: mlmodel.signature, signers, ...named };
    return new SecureModel(fallback === undefined ? facts : { ...facts, fallback }, engine, async () => {
      await kept.disposeAsync();
    });
  }

  /** The last version that passed everything, judged again by today's policy and scanner. Never anything else. */
  async #fallBack(
    uri: string,
    options: LoadOptions,
    access: Access,
    refusal: ModelkeepError,
  ): Promise<SecureModel> {
    const cache = this.#cache;
    const verified = await cache?.lastVerified(this.#server(), recordedUri(uri));
    if (cache === undefined || verified === undefined) throw nothingVerified(uri, refusal);
    const info = { code: refusal.code, reason: refusal.message };
    try {
      if (verified === "broken")
        throw new ModelkeepError("INTEGRITY", "the record of the last verified version was changed");
      access.fellBack(refusal.message);
      const model = await quarantineVerified(verified, cache, this.#options.quarantineFolder);
      const loaded = await this.#admit(uri, model, options, access, { ...info, verifiedAt: verified.time });
      const which =
        verified.version === undefined ? verified.digest.slice(0, 12) : `version ${verified.version}`;
      this.#notice({
        kind: "fallback",
        message: `FALLBACK: ${uri} is answered by its last verified ${which}, because ${refusal.message}`,
      });
      return loaded;
    } catch (error) {
      throw fallbackRefused(refusal, toModelkeepError(error));
    }
  }

  #asked(uri: string, model: Quarantined, { as }: LoadOptions): AskedModel {
    if (as === undefined) return { uri, model, server: this.#server() };
    const { folder, files, digest } = model;
    return { uri: as.uri, model: { folder, files, digest, ...as }, server: as.server };
  }

  #fallbackOf(options: LoadOptions): Fallback {
    return options.fallback ?? this.#options.fallback ?? "none";
  }

  /** A verdict over the same bytes by the same code and policy is the same verdict. Refusals are always judged anew. */
  async #scan(model: Quarantined): Promise<ModelReport> {
    // What another scanner says, this one cannot vouch for.
    const cache = this.#options.scanner === undefined ? this.#cache : undefined;
    const judge = cache === undefined ? "" : judgeName(this.#policy);
    const kept = await cache?.verdict(model.digest, judge);
    const report = kept ?? (await this.#scanner.scanModel(model.folder, { name: "" }));
    requireSameBytes(report, new Map(model.files.map((file) => [file.path, file.sha256])));
    if (kept === undefined && report.admitted) await cache?.keepVerdict(model.digest, judge, report);
    return report;
  }

  readonly #notice = (notice: LoaderNotice): void => {
    const { onNotice } = this.#options;
    if (onNotice !== undefined) onNotice(notice);
    else process.emitWarning(notice.message, { type: "ModelkeepWarning", code: `MODELKEEP_${notice.kind}` });
  };

  readonly #connect = (): Connection => (this.#connection ??= connect(this.#options));

  /** Names the server that addresses without a host are asked of. */
  #server(): string {
    try {
      return this.#connect().settings.base.href;
    } catch (error) {
      if (error instanceof MlflowError && error.errorCode === "NO_TRACKING_URI") return "";
      throw error;
    }
  }

  async #resolve(uri: string): Promise<Resolved> {
    return await translated(async () => await resolveModelUri(uri, this.#connect));
  }

  async #quarantine(resolved: Resolved): Promise<Quarantined> {
    const { limits, quarantineFolder, onProgress, env } = this.#options;
    const options = {
      connection: this.#connect,
      ...(limits === undefined ? {} : { limits }),
      ...(env === undefined ? {} : { env }),
      ...(onProgress === undefined ? {} : { onProgress }),
      ...(this.#cache === undefined ? {} : { cache: this.#cache }),
    };
    return await quarantine(resolved, options, quarantineFolder);
  }

  async #open(model: Quarantined, mlmodel: Mlmodel, choice: LoadEngine): Promise<Engine> {
    if (choice === "none") return NO_ENGINE;
    if (choice === "sandbox") return await this.#cage(model, mlmodel);
    try {
      return await openNative(model, mlmodel);
    } catch (error) {
      if (choice === "native" || !isUnsupported(error)) throw error;
      return await this.#cage(model, mlmodel);
    }
  }

  /** Lazily: a loader that only reads data never touches the sandbox's code. */
  async #cage(model: Quarantined, mlmodel: Mlmodel): Promise<Engine> {
    const { openSandbox } = await import("./engines/sandbox.ts");
    return await openSandbox(model, mlmodel.signature, this.#options.sandbox ?? {});
  }
}

/** @throws {ModelkeepError} `INTEGRITY` when they are no longer those that were judged, `NOT_FOUND` */
function bytesOf(model: Quarantined, path: string): Uint8Array {
  const source = openVerified(model, path);
  try {
    return source.view(0, source.size);
  } finally {
    source.close();
  }
}

function factsOf({ source, name, version }: Resolved): Omit<ResolvedModel, "uri"> {
  return {
    source,
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version }),
  };
}

/** A relative path means another folder elsewhere. */
function recordedUri(uri: string): string {
  const parsed = parseModelUri(uri);
  return parsed.kind === "local" ? absolutePath(parsed.path) : uri;
}
