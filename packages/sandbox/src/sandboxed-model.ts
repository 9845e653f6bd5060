import type { CageDriver, CageInfo } from "./driver.ts";
import { driverFor } from "./driver-choice.ts";
import { SandboxError, type SandboxErrorCode } from "./error.ts";
import { Lane, type Loaded } from "./lane.ts";
import { DEFAULT_SANDBOX_LIMITS, type SandboxLimits } from "./limits.ts";
import type { SandboxedModelOptions } from "./options.ts";
import { LaneQueue } from "./queue.ts";
import { requireBoundedJson } from "./wire/json-bounds.ts";
import { decodeValue, encodeValue, Payload, type WireValue } from "./wire/values.ts";
import type { Answer } from "./worker.ts";

/** Scoring input: a document of MLflow's protocol as text, a CSV text, or typed data. */
export type ScoringInput =
  | { readonly kind: "document"; readonly text: string }
  | { readonly kind: "csv"; readonly text: string }
  | { readonly kind: "value"; readonly value: WireValue };

/** What `predict` answers: MLflow's JSON text for documents, a value for typed data. */
export type ScoringOutput =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "value"; readonly value: WireValue };

const MAX_WORKERS = 64;

/** A model loaded in cages. When a worker fails, its request gets a typed error and a new one takes its place. */
export class SandboxedModel implements AsyncDisposable {
  readonly methods: readonly string[];
  readonly className: string;
  readonly #driver: CageDriver;
  readonly #lanes: readonly Lane[];
  readonly #queue: LaneQueue;
  readonly #limits: SandboxLimits;
  #closed = false;

  private constructor(driver: CageDriver, lanes: readonly Lane[], loaded: Loaded, limits: SandboxLimits) {
    this.#driver = driver;
    this.#lanes = lanes;
    this.methods = loaded.methods;
    this.className = loaded.className;
    this.#queue = new LaneQueue(lanes.length, limits.queuedRequests);
    this.#limits = limits;
  }

  /**
   * Starts a worker and loads the model in it; further workers start behind it.
   * @throws {SandboxError}
   */
  static async load(options: SandboxedModelOptions): Promise<SandboxedModel> {
    const limits = { ...DEFAULT_SANDBOX_LIMITS, ...options.limits };
    const count = laneCount(options.workers);
    const { driver: choice = {} } = options;
    const driver = await (typeof choice === "function" ? choice : driverFor(choice))(options, limits);
    try {
      const lanes = Array.from({ length: count }, () => new Lane(driver, limits));
      const loaded = await lanes[0]?.loaded();
      if (loaded === undefined) throw new SandboxError("unavailable", "no worker was asked for");
      for (const lane of lanes.slice(1)) lane.prepare();
      return new SandboxedModel(driver, lanes, loaded, limits);
    } catch (error) {
      await driver[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** What shuts its workers in. */
  get cage(): CageInfo {
    return this.#driver.info;
  }

  /** How many workers were lost and replaced so far. */
  get replaced(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.replaced, 0);
  }

  /** Why workers were lost, and how often. */
  get failures(): ReadonlyMap<SandboxErrorCode, number> {
    const sums = new Map<SandboxErrorCode, number>();
    for (const { failures } of this.#lanes) {
      for (const [code, count] of failures) sums.set(code, (sums.get(code) ?? 0) + count);
    }
    return sums;
  }

  /** How many processes answer, and how many requests wait for one of them. */
  get load(): { readonly workers: number; readonly waiting: number } {
    return { workers: this.#lanes.length, waiting: this.#queue.waiting };
  }

  /** `predict` of `mlflow.pyfunc`: MLflow itself checks the signature, inside. */
  async predict(input: ScoringInput, params?: Readonly<Record<string, unknown>>): Promise<ScoringOutput> {
    const bytes = new Payload();
    const message = { op: "predict", ...requestOf(input, bytes), ...(params ? { params } : {}) };
    const answer = await this.#request(message, bytes);
    const { text, value } = answer.message;
    if (typeof text !== "string") return { kind: "value", value: this.#decoded(value, answer) };
    requireBoundedJson(text, this.#limits.answerValues);
    return { kind: "text", text };
  }

  /** One method of the model itself. */
  async invoke(method: string, value: WireValue): Promise<WireValue> {
    const bytes = new Payload();
    const answer = await this.#request({ op: "invoke", method, value: encodeValue(value, bytes) }, bytes);
    return this.#decoded(answer.message["value"], answer);
  }

  #decoded(value: unknown, { payload }: Answer): WireValue {
    return decodeValue(value, payload, this.#limits.answerValues);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#lanes.map((lane) => lane.close()));
    await this.#driver[Symbol.asyncDispose]();
  }

  async #request(message: Readonly<Record<string, unknown>>, bytes: Payload): Promise<Answer> {
    return await this.#queue.run(async (at) => {
      const lane = this.#lanes[at];
      if (this.#closed || lane === undefined) throw new SandboxError("closed", "the model was closed");
      return await lane.request(message, bytes.parts);
    });
  }
}

function laneCount(workers = 1): number {
  if (Number.isInteger(workers) && workers >= 1 && workers <= MAX_WORKERS) return workers;
  throw new SandboxError("bad-input", `${workers} workers: give a whole number from 1 to ${MAX_WORKERS}`);
}

function requestOf(input: ScoringInput, bytes: Payload): Readonly<Record<string, unknown>> {
  switch (input.kind) {
    case "document":
      return { document: input.text };
    case "csv":
      return { csv: input.text };
    case "value":
      break;
  }
  return { value: encodeValue(input.value, bytes) };
}
