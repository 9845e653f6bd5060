import type { Input, Output } from "@modelkeep/estimators/data";
import type { ModelReport, Verdict } from "@modelkeep/findings";
import type { CageInfo } from "@modelkeep/sandbox";
import type { Engine, FittedAttributes, Params, PredictInput, Steps } from "./engines/engine.ts";
import { invalidInput, translated } from "./errors.ts";
import type { FallbackInfo } from "./fallback.ts";
import { requireInput } from "./input/require-input.ts";
import { isScoringDocument, type ScoringDocument } from "./input/scoring.ts";
import type { FetchedFile, Signature } from "@modelkeep/mlflow";
import type { ModelSigner } from "./trust/step.ts";
import type { Predictions } from "./output/predictions.ts";

export interface PredictOptions {
  readonly params?: Params;
  /** Which method answers; default what MLmodel says, which is `predict`. */
  readonly method?: string;
}

export interface PredictResult {
  readonly predictions: Predictions;
}

/** What is known of a loaded model. */
export interface ModelFacts {
  readonly uri: string;
  readonly report: ModelReport;
  /** SHA-256 over the list of all files and their hashes. */
  readonly digest: string;
  readonly signature: Signature;
  /** All files of the model, as they were hashed when they came. */
  readonly files?: readonly FetchedFile[];
  /** The bytes of one of them, from the private copy. */
  readonly read?: (path: string) => Uint8Array;
  /** Registered name and version, where the URI named a registered model. */
  readonly name?: string;
  readonly version?: string;
  /** Set when this is not the version that the URI names, but the last verified one. */
  readonly fallback?: FallbackInfo;
  readonly signers?: readonly ModelSigner[];
}

/** A model that was fetched, scanned, admitted and loaded. */
export class SecureModel implements AsyncDisposable {
  readonly uri: string;
  readonly verdict: Verdict;
  readonly report: ModelReport;
  readonly digest: string;
  readonly signature: Signature;
  readonly name: string | undefined;
  readonly version: string | undefined;
  /** Why this is the last verified version instead of the one that the URI names; undefined when it is that one. */
  readonly fallback: FallbackInfo | undefined;
  /** Who signed it, of those whom the trust policy names for it: the first, and all. */
  readonly signer: ModelSigner | undefined;
  readonly signers: readonly ModelSigner[];
  /** All files of the model with the hashes that they were judged under. */
  readonly files: readonly FetchedFile[];
  readonly #read: ((path: string) => Uint8Array) | undefined;
  readonly #engine: Engine;
  readonly #release: () => Promise<void>;

  /** @param release frees what the model holds: its engine and its private folder */
  constructor(facts: ModelFacts, engine: Engine, release: () => Promise<void>) {
    this.uri = facts.uri;
    this.verdict = facts.report.verdict;
    this.report = facts.report;
    this.digest = facts.digest;
    this.signature = facts.signature;
    this.name = facts.name;
    this.version = facts.version;
    this.fallback = facts.fallback;
    this.signers = facts.signers ?? [];
    this.signer = this.signers[0];
    this.files = facts.files ?? [];
    this.#read = facts.read;
    this.#engine = engine;
    this.#release = release;
  }

  get engine(): "native" | "sandbox" | "none" {
    return this.#engine.name;
  }

  /** What shuts the model in, and what holds its memory; undefined for the native engine. */
  get sandbox(): CageInfo | undefined {
    return this.#engine.cage;
  }

  /** Why workers of it died or were killed and replaced, and how often; nothing for the native engine. */
  get workerFailures(): ReadonlyMap<string, number> {
    return this.#engine.failures ?? new Map();
  }

  /** Methods that `invoke` takes. */
  get methods(): readonly string[] {
    return this.#engine.methods;
  }

  /** The Python class of the model, for example `sklearn.pipeline.Pipeline`. */
  get className(): string {
    return this.#engine.className;
  }

  /** What the fitted model says of itself; undefined where the engine cannot tell. */
  get attributes(): FittedAttributes | undefined {
    return this.#engine.attributes;
  }

  /**
   * The bytes of one of its files: the very ones that were hashed and judged.
   * @param path relative to the model's folder, one of `files`
   * @throws {ModelkeepError} `NOT_FOUND`, `INTEGRITY`
   */
  readFile(path: string): Uint8Array {
    if (this.#read === undefined) throw invalidInput("the files of this model cannot be read");
    return this.#read(path);
  }

  /**
   * Predicts through the model's signature, as `mlflow.pyfunc` does.
   * @param input a scoring document (`dataframe_split`, `dataframe_records`, `instances`, `inputs`) or typed data
   * @throws {ModelkeepError} `INVALID_INPUT`, `UNSUPPORTED_METHOD`, `SANDBOX_FAILED`
   */
  async predict(input: ScoringDocument | Input, options: PredictOptions = {}): Promise<PredictResult> {
    const request: PredictInput = isScoringDocument(input)
      ? { kind: "document", document: input }
      : { kind: "typed", input: required(input) };
    return await this.#predict(request, options);
  }

  /**
   * As `predict`, for a table in Arrow's IPC format (stream or file), whose columns keep their types.
   * @throws {ModelkeepError} as `predict`
   */
  async predictArrow(bytes: Uint8Array, options: PredictOptions = {}): Promise<PredictResult> {
    const { arrowToFrame } = await import("./input/arrow/read.ts");
    return await this.#predict({ kind: "typed", input: arrowToFrame(bytes) }, options);
  }

  /** As `predict`, for CSV with a header line. */
  async predictCsv(text: string, options: PredictOptions = {}): Promise<PredictResult> {
    return await this.#predict({ kind: "csv", text }, options);
  }

  /**
   * As `predict` for typed input, and answers in kind: what the library returns, with its dtype and shape.
   * @throws {ModelkeepError} as `predict`
   */
  async predictTyped(input: Input, options: PredictOptions = {}): Promise<Output> {
    return await translated(
      async () => await this.#engine.output(required(input), options.params, options.method),
    );
  }

  /** Checking apart from evaluating, for the server; undefined in the sandbox. */
  get steps(): Steps | undefined {
    return this.#engine.steps;
  }

  /** Whether rows of several requests may be evaluated together. */
  get rowwise(): boolean {
    return this.#engine.rowwise;
  }

  /**
   * Calls one method of the model itself; no signature is looked at.
   * @returns what the library returns: dense, CSR or columns, with its dtype and shape
   * @throws {ModelkeepError} as `predict`
   */
  async invoke(method: string, input: Input): Promise<Output> {
    return await translated(async () => await this.#engine.invoke(method, required(input)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#release();
  }

  async #predict(input: PredictInput, options: PredictOptions): Promise<PredictResult> {
    const { params, method } = options;
    return await translated(async () => ({ predictions: await this.#engine.predict(input, params, method) }));
  }
}

function required(input: unknown): Input {
  requireInput(input);
  return input;
}
