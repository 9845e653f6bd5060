import { connect, type ConnectOptions, createRun, ensureExperiment } from "@modelkeep/mlflow";
import { translated } from "../errors.ts";
import { DEFAULT_LOGGER_LIMITS, type LoggerLimits } from "./limits.ts";
import { checkKey } from "./names.ts";
import { SecureRun } from "./run.ts";
import { type Loggable, Sanitiser, type SecretPolicy } from "./values.ts";

export interface LoggerOptions extends ConnectOptions {
  readonly limits?: Partial<LoggerLimits>;
  /** Default `redact`. */
  readonly secrets?: SecretPolicy;
}

export interface StartRunOptions {
  /** By name; made when there is none. Default MLflow's own, `Default`. */
  readonly experiment?: string;
  readonly runName?: string;
  readonly tags?: Readonly<Record<string, Loggable>>;
}

/** Writes runs to MLflow: names and values checked, secrets kept out, nothing that is shown can do harm. */
export class SecureMLflowLogger {
  readonly #options: LoggerOptions;
  readonly #limits: LoggerLimits;
  readonly #sanitiser: Sanitiser;

  constructor(options: LoggerOptions = {}) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LOGGER_LIMITS, ...options.limits };
    this.#sanitiser = new Sanitiser(this.#limits, options.secrets ?? "redact");
  }

  /**
   * Starts a run.
   * @throws {ModelkeepError} `CONFIGURATION`, `UNAUTHENTICATED`, `PERMISSION_DENIED`, `UNAVAILABLE`, …
   */
  async startRun(options: StartRunOptions = {}): Promise<SecureRun> {
    return await translated(async () => {
      const connection = connect(this.#options);
      const { runName } = options;
      const name = runName === undefined ? {} : { runName: this.#sanitiser.value("mlflow.runName", runName) };
      const tags = new Map(
        Object.entries(options.tags ?? {}).map(([key, value]) => [
          checkKey(key, "tag", this.#limits),
          this.#sanitiser.value(key, value),
        ]),
      );
      const experiment = this.#sanitiser.value("experiment", options.experiment ?? "Default");
      const experimentId = await ensureExperiment(connection, experiment);
      const info = await createRun(connection, { experimentId, startTime: Date.now(), tags, ...name });
      return new SecureRun(connection, info, this.#sanitiser, this.#limits);
    });
  }
}
