import type { CageDriver } from "./driver.ts";
import { SandboxError, type SandboxErrorCode } from "./error.ts";
import type { SandboxLimits } from "./limits.ts";
import { shownText } from "./output.ts";
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
  readonly #failures = new Map<SandboxErrorCode, number>();
  #closed = false;

  constructor(driver: CageDriver, limits: SandboxLimits) {
    this.#driver = driver;
    this.#limits = limits;
  }

  /** Why workers were lost, and how often. */
  get failures(): ReadonlyMap<SandboxErrorCode, number> {
    return this.#failures;
  }

  get replaced(): number {
    return [...this.#failures.values()].reduce((sum, count) => sum + count, 0);
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
      running.worker.onFailure((code) => this.#replace(code));
      return running;
    } catch (error) {
      // The next request tries again.
      this.#running = undefined;
      throw error;
    }
  }

  #replace(code: SandboxErrorCode): void {
    if (this.#closed) return;
    this.#failures.set(code, (this.#failures.get(code) ?? 0) + 1);
    this.#running = undefined;
    this.prepare();
  }

  async #startLoaded(): Promise<Running> {
    const worker = new Worker(await this.#driver.cage(), this.#limits);
    try {
      const { message } = await worker.request({ op: "load" }, [], this.#limits.startMilliseconds);
      const className = classNameOf(message["className"]);
      return { worker, loaded: { methods: namesIn(message["methods"]), className } };
    } catch (error) {
      await worker.close();
      throw error;
    }
  }
}

function classNameOf(value: unknown): string {
  if (typeof value === "string") return shownText(value, MAX_CLASS_NAME);
  throw new SandboxError("protocol", "no class name");
}

function namesIn(value: unknown): string[] {
  if (!Array.isArray(value) || value.length > MAX_METHODS)
    throw new SandboxError("protocol", "no list of methods");
  return value.map((name: unknown) => {
    if (typeof name === "string" && /^\w{1,64}$/u.test(name)) return name;
    throw new SandboxError("protocol", "a method without a name");
  });
}
