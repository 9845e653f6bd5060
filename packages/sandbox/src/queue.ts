import { SandboxError } from "./error.ts";

/** Hands jobs to a fixed number of lanes, in order; what comes when too many wait is refused at once. */
export class LaneQueue {
  readonly #free: number[];
  readonly #waiting: ((lane: number) => void)[] = [];
  readonly #limit: number;

  /** @param lanes how many jobs run at once @param limit how many may wait */
  constructor(lanes: number, limit: number) {
    this.#free = Array.from({ length: lanes }, (_, lane) => lane);
    this.#limit = limit;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Runs `job` in the next lane that is free.
   * @throws {SandboxError} `busy`
   */
  async run<Result>(job: (lane: number) => Promise<Result>): Promise<Result> {
    const lane = this.#free.shift() ?? (await this.#wait());
    try {
      return await job(lane);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(lane);
      else next(lane);
    }
  }

  #wait(): Promise<number> {
    if (this.#waiting.length >= this.#limit) {
      throw new SandboxError(
        "busy",
        `${this.#limit} requests wait for this model already: send fewer at once, or give it more workers`,
      );
    }
    const { promise, resolve } = Promise.withResolvers<number>();
    this.#waiting.push(resolve);
    return promise;
  }
}
