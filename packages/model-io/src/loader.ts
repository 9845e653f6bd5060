import { ModelkeepError, type ModelReport } from "@modelkeep/findings";
import {
  connect,
  type ConnectOptions,
  type Connection,
  type FetchLimits,
  type Resolved,
  resolveModelUri,
} from "@modelkeep/mlflow";
import { DEFAULT_POLICY, type Policy } from "@modelkeep/scanner/policy";
import { loadPolicy } from "@modelkeep/scanner/policy-file";
import { ScanService } from "@modelkeep/scanner/service";
import { requireAdmitted, requireSameBytes } from "./decide.ts";
import { type Engine, type EngineChoice, ENGINES } from "./engines/engine.ts";
import { isUnsupported, openNative } from "./engines/native.ts";
import type { SandboxOptions } from "./engines/sandbox.ts";
import { translated } from "./errors.ts";
import { type Mlmodel, openMlmodel } from "./mlmodel.ts";
import { SecureModel } from "./model.ts";
import { type Quarantined, quarantine, verifyHashes } from "./quarantine.ts";

/** What scans a model's folder: the scan service, or one that is shared. */
export interface ModelScanner {
  scanModel(folder: string, options: { name?: string }): Promise<ModelReport>;
}

export interface LoaderOptions extends ConnectOptions {
  /** A policy, or the file that holds one. */
  readonly policy?: Policy | string;
  /** Default `auto`: native, then the sandbox for what is not evaluated natively. */
  readonly engine?: EngineChoice;
  readonly limits?: Partial<FetchLimits>;
  /** Where private copies are made; default the system's temporary folder. */
  readonly quarantineFolder?: string;
  readonly sandbox?: SandboxOptions;
  /** Default a scan service of the loader's own. */
  readonly scanner?: ModelScanner;
}

export interface LoadOptions {
  /** Recorded digests, path → SHA-256: the model must be exactly these files. */
  readonly hashes?: ReadonlyMap<string, string>;
  readonly engine?: EngineChoice;
}

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
  readonly #disposables = new AsyncDisposableStack();
  #connection: Connection | undefined;

  private constructor(options: LoaderOptions, policy: Policy) {
    this.#options = options;
    this.#policy = policy;
    this.#scanner = options.scanner ?? this.#disposables.use(new ScanService({ policy, workers: 2 }));
  }

  /**
   * Opens a loader. Nothing is asked of a server before a model is loaded.
   * @throws {ModelkeepError} `CONFIGURATION`, `INVALID_ARGUMENT`
   */
  static async open(options: LoaderOptions = {}): Promise<SecureMLflowLoader> {
    requireEngine(options.engine);
    const policy = typeof options.policy === "string" ? await loadPolicy(options.policy) : options.policy;
    return new SecureMLflowLoader(options, policy ?? DEFAULT_POLICY);
  }

  /**
   * Asks the server what a URI names, and fetches nothing: one or two small requests, none for a folder.
   * @throws {ModelkeepError} `NOT_FOUND`, `UNAVAILABLE`, `UNAUTHENTICATED`, `CONFIGURATION`, …
   */
  async resolve(uri: string): Promise<ResolvedModel> {
    const { source, name, version } = await this.#resolve(uri);
    return {
      uri,
      source,
      ...(name === undefined ? {} : { name }),
      ...(version === undefined ? {} : { version }),
    };
  }

  /**
   * resolve → quarantine → verify → scan → decide → engine. The model's folder and engine live until it, or this
   * loader, is disposed. On failure nothing stays behind.
   * @param uri a folder, models:/…, runs:/…, mlflow-artifacts:/…
   * @throws {ModelkeepError} `NOT_ADMITTED`, `INTEGRITY`, `UNSUPPORTED_MODEL`, …
   */
  async safeLoadModel(uri: string, options: LoadOptions = {}): Promise<SecureModel> {
    requireEngine(options.engine);
    return await translated(async () => {
      await using held = new AsyncDisposableStack();
      const model = held.use(await this.#quarantine(await this.#resolve(uri)));
      if (options.hashes !== undefined) verifyHashes(model.files, options.hashes);
      const report = await this.#scanner.scanModel(model.folder, { name: "" });
      requireSameBytes(report, new Map(model.files.map((file) => [file.path, file.sha256])));
      requireAdmitted(report, this.#policy);
      const mlmodel = openMlmodel(model.folder);
      const engine = held.use(
        await this.#open(model, mlmodel, options.engine ?? this.#options.engine ?? "auto"),
      );
      const { digest, name, version } = model;
      const named = {
        ...(name === undefined ? {} : { name }),
        ...(version === undefined ? {} : { version }),
      };
      return this.#keep({ uri, report, digest, signature: mlmodel.signature, ...named }, engine, held.move());
    });
  }

  /** Frees every model that was loaded, and the scan service. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#disposables.disposeAsync();
  }

  #keep(
    facts: ConstructorParameters<typeof SecureModel>[0],
    engine: Engine,
    held: AsyncDisposableStack,
  ): SecureModel {
    const release = async (): Promise<void> => await held.disposeAsync();
    this.#disposables.defer(release);
    return new SecureModel(facts, engine, release);
  }

  readonly #connect = (): Connection => (this.#connection ??= connect(this.#options));

  async #resolve(uri: string): Promise<Resolved> {
    return await translated(async () => await resolveModelUri(uri, this.#connect));
  }

  async #quarantine(resolved: Resolved): Promise<Quarantined> {
    const { limits, quarantineFolder } = this.#options;
    return await quarantine(resolved, {
      connection: this.#connect,
      ...(limits === undefined ? {} : { limits }),
      ...(quarantineFolder === undefined ? {} : { folder: quarantineFolder }),
    });
  }

  async #open(model: Quarantined, mlmodel: Mlmodel, choice: EngineChoice): Promise<Engine> {
    if (choice === "sandbox") return await this.#cage(model);
    try {
      return openNative(model, mlmodel);
    } catch (error) {
      if (choice === "native" || !isUnsupported(error)) throw error;
      return await this.#cage(model);
    }
  }

  /** Lazily: a loader that only reads data never touches the sandbox's code. */
  async #cage(model: Quarantined): Promise<Engine> {
    const { openSandbox } = await import("./engines/sandbox.ts");
    return await openSandbox(model, this.#options.sandbox ?? {});
  }
}

function requireEngine(engine: string | undefined): void {
  if (engine === undefined || ENGINES.some((known) => known === engine)) return;
  throw new ModelkeepError("INVALID_ARGUMENT", `there is no engine ${engine}: choose ${ENGINES.join(", ")}`);
}
