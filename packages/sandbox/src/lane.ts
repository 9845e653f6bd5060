import type { CageDriver } from "./driver.ts";
import { SandboxError } from "./error.ts";
import type { SandboxLimits } from "./limits.ts";
import { type Answer, Worker } from "./worker.ts";

/** What a worker tells of the model that it loaded. */
export interface Loaded {
  readonly methods: readonly string[];
  readonly className: string;
}

const MAX_METHODS = 32;
const MAX_CLASS_NAME = 200;

interface Running {
  readonly worker: Worker;
  readonly loaded: Loaded;
}

/** One worker after the other: when one fails, the next is made ready at once. */
export class Lane {
  readonly #driver: CageDriver;
  readonly #limits: SandboxLimits;
  #running: Promise<Running> | undefined;
  #replaced = 0;
  #closed = false;

  constructor(driver: CageDriver, limits: SandboxLimits) {
    this.#driver = driver;
    this.#limits = limits;
  }

  get replaced(): number {
    return this.#replaced;
  }

  /** Starts a worker without waiting for it. */
  prepare(): void {
    // Whoever asks next is told; nobody waits now.
    this.#ready().catch(() => undefined);
  }

  /** @throws {SandboxError} */
  async loaded(): Promise<Loaded> {
    return (await this.#ready()).loaded;
  }

  /** @throws {SandboxError} */
  async request(message: Readonly<Record<string, unknown>>, payload: readonly Uint8Array[]): Promise<Answer> {
    const { worker } = await this.#ready();
    return await worker.request(message, payload);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const running = await this.#running?.catch(() => undefined);
    await running?.worker.close();
  }

  #ready(): Promise<Running> {
    this.#running ??= this.#start();
    return this.#running;
  }

  async #start(): Promise<Running> {
    try {
      const running = await this.#startLoaded();
      running.worker.onFailure(() => this.#replace());
      return running;
    } catch (error) {
      // The next request tries again.
      this.#running = undefined;
      throw error;
    }
  }

  #replace(): void {
    if (this.#closed) return;
    this.#replaced++;
    this.#running = undefined;
    this.prepare();
  }

  async #startLoaded(): Promise<Running> {
    const worker = new Worker(await this.#driver.cage(), this.#limits);
    try {
      const { message } = await worker.request({ op: "load" }, [], this.#limits.startMilliseconds);
      const className = String(message["className"]).slice(0, MAX_CLASS_NAME);
      return { worker, loaded: { methods: namesIn(message["methods"]), className } };
    } catch (error) {
      await worker.close();
      throw error;
    }
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
