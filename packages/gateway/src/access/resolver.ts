import { denied, notFound, unavailable } from "../http/refusal.ts";
import { isJsonObject, type Json, type JsonObject } from "../http/json.ts";
import type { UpstreamClient } from "../proxy/upstream.ts";
import { LruCache } from "./lru.ts";
import type { Resource } from "./resource.ts";

/** Experiment names and model names can change behind the gateway's back; what they map to is kept this long. */
const NAME_MILLISECONDS = 5_000;
/** A run, trace or logged model never moves to another experiment, and its id is never given again. */
const CHILD_ENTRIES = 100_000;

const EXPERIMENT_OF_MODEL = ["model", "info", "experiment_id"];
const EXPERIMENT_OF_TRACE = ["trace", "trace_info", "trace_location", "mlflow_experiment", "experiment_id"];

export type Child = "run" | "logged-model" | "trace" | "dataset";

/** Finds by the gateway's own requests to MLflow which experiment or model a thing belongs to. */
export class Resolver {
  readonly #upstream: UpstreamClient;
  readonly #experiments = new LruCache<Resource>(10_000, NAME_MILLISECONDS);
  readonly #models = new LruCache<Resource>(10_000, NAME_MILLISECONDS);
  readonly #children = new LruCache<string>(CHILD_ENTRIES, Number.POSITIVE_INFINITY);

  constructor(upstream: UpstreamClient) {
    this.#upstream = upstream;
  }

  /** @throws {Refusal} 404 when MLflow does not know it, 503 when MLflow is away */
  async experiment(id: string): Promise<Resource> {
    const known = this.#experiments.get(id);
    if (known !== undefined) return known;
    const answer = await this.#get(
      "/api/2.0/mlflow/experiments/get",
      { experiment_id: id },
      `experiment ${id}`,
    );
    return this.#keepExperiment(answer, id);
  }

  /** @throws {Refusal} 404, 503 */
  async experimentByName(name: string): Promise<Resource> {
    const path = "/api/2.0/mlflow/experiments/get-by-name";
    return this.#keepExperiment(
      await this.#get(path, { experiment_name: name }, `experiment ${JSON.stringify(name)}`),
      name,
    );
  }

  /** @throws {Refusal} 404, 503 */
  async registeredModel(name: string): Promise<Resource> {
    const known = this.#models.get(name);
    if (known !== undefined) return known;
    const what = `registered model ${JSON.stringify(name)}`;
    const answer = await this.#get("/api/2.0/mlflow/registered-models/get", { name }, what);
    const found = textAt(answer, "registered_model", "name");
    if (found === undefined) throw nonsense(what);
    const resource: Resource = { kind: "registered-model", id: found, name: found };
    this.#models.set(name, resource);
    return resource;
  }

  /** The experiment that a run, logged model or trace is in. @throws {Refusal} 404, 503 */
  async experimentOf(child: Child, id: string): Promise<Resource> {
    const key = `${child}\n${id}`;
    let experimentId = this.#children.get(key);
    if (experimentId === undefined) {
      experimentId = await this.#experimentIdOf(child, id);
      this.#children.set(key, experimentId);
    }
    return await this.experiment(experimentId);
  }

  /** The tags of a trace as they are now; none of a trace that is not there. @throws {Refusal} 503 */
  async traceTags(id: string): Promise<ReadonlyMap<string, string>> {
    const { status, body } = await this.#upstream.getJson(
      `/api/3.0/mlflow/traces/${encodeURIComponent(id)}`,
      {},
    );
    if (status === 404 || status === 400) return new Map();
    if (status !== 200) throw unavailable(`MLflow answered ${status} when it was asked for trace ${id}`);
    return stringsAt(body, "trace", "trace_info", "tags");
  }

  /** Forgets a name after it was changed through the gateway. */
  forget(kind: Resource["kind"], id: string): void {
    (kind === "experiment" ? this.#experiments : this.#models).delete(id);
  }

  async #experimentIdOf(child: Child, id: string): Promise<string> {
    const what = `${child.replace("-", " ")} ${id}`;
    const found = await this.#lookUp(child, id, what);
    if (found === undefined) throw nonsense(what);
    return found;
  }

  #lookUp(child: Child, id: string, what: string): Promise<string | undefined> {
    if (child === "dataset") return this.#experimentOfDataset(id, what);
    const encoded = encodeURIComponent(id);
    const { path, query, keys } = {
      run: {
        path: "/api/2.0/mlflow/runs/get",
        query: { run_id: id },
        keys: ["run", "info", "experiment_id"],
      },
      "logged-model": {
        path: `/api/2.0/mlflow/logged-models/${encoded}`,
        query: {},
        keys: EXPERIMENT_OF_MODEL,
      },
      trace: { path: `/api/3.0/mlflow/traces/${encoded}`, query: {}, keys: EXPERIMENT_OF_TRACE },
    }[child];
    return this.#text(path, query, what, keys);
  }

  async #text(
    path: string,
    query: Readonly<Record<string, string>>,
    what: string,
    keys: readonly string[],
  ): Promise<string | undefined> {
    return textAt(await this.#get(path, query, what), ...keys);
  }

  async #experimentOfDataset(id: string, what: string): Promise<string> {
    const path = `/api/3.0/mlflow/datasets/${encodeURIComponent(id)}/experiment-ids`;
    const ids = (await this.#get(path, {}, what))["experiment_ids"];
    const [only, ...others] = Array.isArray(ids) ? ids : [];
    // A dataset in several experiments needs a rule of its own; until then administrators handle it.
    if (typeof only !== "string" || others.length > 0)
      throw denied(`${what} is not in exactly one experiment`);
    return only;
  }

  #keepExperiment(answer: JsonObject, asked: string): Resource {
    const id = textAt(answer, "experiment", "experiment_id");
    const name = textAt(answer, "experiment", "name");
    if (id === undefined || name === undefined) throw nonsense(`experiment ${asked}`);
    const resource: Resource = { kind: "experiment", id, name };
    this.#experiments.set(id, resource);
    return resource;
  }

  async #get(path: string, query: Readonly<Record<string, string>>, what: string): Promise<JsonObject> {
    const { status, body } = await this.#upstream.getJson(path, query);
    if (status === 200 && isJsonObject(body)) return body;
    if (status === 404 || status === 400) throw notFound(`MLflow knows no ${what}`);
    throw unavailable(`MLflow answered ${status} when it was asked for ${what}`);
  }
}

function nonsense(what: string): Error {
  return unavailable(`MLflow's answer about ${what} was not understood`);
}

function stringsAt(value: Json, ...keys: readonly string[]): ReadonlyMap<string, string> {
  let at: Json | undefined = value;
  for (const key of keys) at = isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  const texts = isJsonObject(at) ? Object.entries(at) : [];
  return new Map(texts.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** The string at a path of keys; undefined when anything on the way is of another kind. */
export function textAt(value: Json | undefined, ...keys: readonly string[]): string | undefined {
  let at = value;
  for (const key of keys) at = isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  return typeof at === "string" ? at : undefined;
}
