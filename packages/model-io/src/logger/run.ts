import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { ModelkeepError } from "@modelkeep/findings";
import {
  type Connection,
  endRun,
  logBatch,
  type Metric,
  parseModelUri,
  putArtifact,
  type RunInfo,
  type RunStatus,
} from "@modelkeep/mlflow";
import { translated } from "../errors.ts";
import { batches } from "./batch.ts";
import type { LoggerLimits } from "./limits.ts";
import { checkArtifactPath, checkKey } from "./names.ts";
import type { Loggable, Sanitiser } from "./values.ts";

/** Keys of metrics → numbers. */
export type MetricValues = Readonly<Record<string, number>>;

/** One run that is being written. Disposing it ends it: FAILED when a call of it had failed, else FINISHED. */
export class SecureRun implements AsyncDisposable {
  readonly info: RunInfo;
  readonly #connection: Connection;
  readonly #sanitiser: Sanitiser;
  readonly #limits: LoggerLimits;
  #ended = false;
  #failed = false;

  constructor(connection: Connection, info: RunInfo, sanitiser: Sanitiser, limits: LoggerLimits) {
    this.#connection = connection;
    this.info = info;
    this.#sanitiser = sanitiser;
    this.#limits = limits;
  }

  get runId(): string {
    return this.info.runId;
  }

  async logParam(key: string, value: Loggable): Promise<void> {
    await this.logParams({ [key]: value });
  }

  /** All are checked before one is sent. @throws {ModelkeepError} */
  async logParams(params: Readonly<Record<string, Loggable>>): Promise<void> {
    await this.#working(async () => await this.#send({ params: this.#texts(params, "param") }));
  }

  async setTags(tags: Readonly<Record<string, Loggable>>): Promise<void> {
    await this.#working(async () => await this.#send({ tags: this.#texts(tags, "tag") }));
  }

  async logMetric(key: string, value: number, step = 0): Promise<void> {
    await this.logMetrics({ [key]: value }, step);
  }

  /** @param step a whole number @throws {ModelkeepError} */
  async logMetrics(metrics: MetricValues, step = 0): Promise<void> {
    await this.#working(async () => {
      if (!Number.isSafeInteger(step))
        throw new ModelkeepError("INVALID_ARGUMENT", `step ${step} is no whole number`);
      const timestamp = Date.now();
      const checked = Object.entries(metrics).map(([key, value]): Metric => {
        if (typeof value !== "number")
          throw new ModelkeepError("INVALID_ARGUMENT", `the metric ${key} is no number`);
        checkKey(key, "metric", this.#limits);
        return { key, value: this.#sanitiser.metric(key, value), timestamp, step };
      });
      await this.#send({ metrics: checked });
    });
  }

  /** Stores a text file. Secrets in it are replaced, or refused, by policy. */
  async logText(text: string, path: string): Promise<void> {
    await this.#working(async () => await this.#put(path, Buffer.from(this.#sanitiser.text("", text))));
  }

  /** Stores data as JSON. */
  async logDict(data: Readonly<Record<string, Loggable>>, path: string): Promise<void> {
    await this.#working(async () => {
      const json = JSON.stringify(this.#sanitiser.data(data), (_key, value: unknown) =>
        typeof value === "bigint" ? String(value) : value,
      );
      await this.#put(path, Buffer.from(json));
    });
  }

  /**
   * Stores a file of this machine under its own name in `folder`, byte for byte but for secrets in a text file, which
   * are replaced, or refused, by policy. Links are not followed.
   */
  async logArtifact(file: string, folder = ""): Promise<void> {
    await this.#working(async () => {
      const bytes = this.#sanitiser.file(file, await readRegular(file, this.#limits.artifactBytes));
      await this.#put(folder === "" ? basename(file) : `${folder}/${basename(file)}`, bytes);
    });
  }

  /** Ends the run. A second call does nothing. */
  async end(status: RunStatus = "FINISHED"): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await translated(async () => await endRun(this.#connection, this.runId, status, Date.now()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end(this.#failed ? "FAILED" : "FINISHED");
  }

  #texts(values: Readonly<Record<string, Loggable>>, what: string): ReadonlyMap<string, string> {
    return new Map(
      Object.entries(values).map(([key, value]) => [
        checkKey(key, what, this.#limits),
        this.#sanitiser.value(key, value),
      ]),
    );
  }

  async #send(part: {
    readonly params?: ReadonlyMap<string, string>;
    readonly tags?: ReadonlyMap<string, string>;
    readonly metrics?: readonly Metric[];
  }): Promise<void> {
    const all = {
      params: part.params ?? new Map(),
      tags: part.tags ?? new Map(),
      metrics: part.metrics ?? [],
    };
    for (const batch of batches(all)) await logBatch(this.#connection, this.runId, batch);
  }

  async #put(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    checkArtifactPath(path, this.#limits);
    const root = parseModelUri(this.info.artifactUri);
    if (root.kind !== "proxy") {
      throw new ModelkeepError(
        "CONFIGURATION",
        `the run keeps its artifacts at ${this.info.artifactUri}, which the server does not proxy: start it with --serve-artifacts`,
      );
    }
    await putArtifact(this.#connection, `${root.path}/${path}`, bytes);
  }

  async #working(work: () => Promise<void>): Promise<void> {
    if (this.#ended)
      throw new ModelkeepError("INVALID_ARGUMENT", `the run ${this.runId} has ended: start a new one`);
    try {
      await translated(work);
    } catch (error) {
      this.#failed = true;
      throw error;
    }
  }
}

async function readRegular(path: string, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new ModelkeepError("INVALID_ARGUMENT", `${path} is no regular file`);
    if (stat.size > limit)
      throw new ModelkeepError("LIMIT_EXCEEDED", `${path} has ${stat.size} bytes, more than ${limit}`);
    return new Uint8Array(await file.readFile());
  } finally {
    await file.close();
  }
}
