import { SandboxError } from "./error.ts";
import { decodeValue, encodeValue, type WireValue } from "./wire/values.ts";
import { Worker, type WorkerOptions } from "./worker.ts";

/** Scoring input: a document of MLflow's protocol as text, a CSV text, or typed data. */
export type ScoringInput =
  | { readonly kind: "document"; readonly text: string }
  | { readonly kind: "csv"; readonly text: string }
  | { readonly kind: "value"; readonly value: WireValue };

/** What `predict` answers: MLflow's JSON text for documents, a value for typed data. */
export type ScoringOutput =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "value"; readonly value: WireValue };

const MAX_METHODS = 32;

/** A model loaded in a cage. When its worker fails, the request gets a typed error and the next a new worker. */
export class SandboxedModel implements AsyncDisposable {
  readonly methods: readonly string[];
  readonly className: string;
  readonly #options: WorkerOptions;
  #worker: Worker;
  #tail: Promise<unknown> = Promise.resolve();
  #closed = false;
  #replaced = 0;

  private constructor(options: WorkerOptions, worker: Worker, methods: readonly string[], className: string) {
    this.#options = options;
    this.#worker = worker;
    this.methods = methods;
    this.className = className;
  }

  /**
   * Starts a worker and loads the model in it.
   * @throws {SandboxError}
   */
  static async load(options: WorkerOptions): Promise<SandboxedModel> {
    const { worker, methods, className } = await startLoaded(options);
    return new SandboxedModel(options, worker, methods, className);
  }

  /** How many workers were lost and replaced so far. */
  get replaced(): number {
    return this.#replaced;
  }

  /** `predict` of `mlflow.pyfunc`: MLflow itself checks the signature, inside. */
  async predict(input: ScoringInput, params?: Readonly<Record<string, unknown>>): Promise<ScoringOutput> {
    const answer = await this.#request({ op: "predict", ...requestOf(input), ...(params ? { params } : {}) });
    if (typeof answer["text"] === "string") return { kind: "text", text: answer["text"] };
    return { kind: "value", value: decodeValue(answer["value"]) };
  }

  /** One method of the model itself. */
  async invoke(method: string, value: WireValue): Promise<WireValue> {
    return decodeValue((await this.#request({ op: "invoke", method, value: encodeValue(value) }))["value"]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#worker.close();
  }

  /** One after the other: a worker answers one request at a time. */
  async #request(message: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
    const before = this.#tail;
    const { promise: done, resolve } = Promise.withResolvers<undefined>();
    this.#tail = done;
    await before;
    try {
      return await (await this.#living()).request(message);
    } finally {
      resolve(undefined);
    }
  }

  async #living(): Promise<Worker> {
    if (this.#closed) throw new SandboxError("closed", "the model was closed");
    if (this.#worker.alive) return this.#worker;
    await this.#worker.close();
    this.#worker = (await startLoaded(this.#options)).worker;
    this.#replaced++;
    return this.#worker;
  }
}

async function startLoaded(
  options: WorkerOptions,
): Promise<{ worker: Worker; methods: readonly string[]; className: string }> {
  const worker = await Worker.start(options);
  try {
    const answer = await worker.request({ op: "load" }, options.limits?.startMilliseconds);
    return {
      worker,
      methods: namesIn(answer["methods"]),
      className: String(answer["className"]).slice(0, 200),
    };
  } catch (error) {
    await worker.close();
    throw error;
  }
}

function namesIn(value: unknown): string[] {
  if (!Array.isArray(value) || value.length > MAX_METHODS)
    throw new SandboxError("protocol", "no list of methods");
  return value.map((name: unknown) => {
    if (typeof name === "string" && /^\w{1,64}$/u.test(name)) return name;
    throw new SandboxError("protocol", "a method without a name");
  });
}

function requestOf(input: ScoringInput): Readonly<Record<string, unknown>> {
  switch (input.kind) {
    case "document":
      return { document: input.text };
    case "csv":
      return { csv: input.text };
    case "value":
      break;
  }
  return { value: encodeValue(input.value) };
}
