import type { Resource } from "../access/resource.ts";
import type { Child, Resolver } from "../access/resolver.ts";
import { badRequest } from "../http/refusal.ts";
import { objects, optionalValue, param, queryValue, textField, value, values } from "./fields.ts";
import type { Locator } from "./route.ts";

/** MLflow's stores turn an experiment's id into a number, and take ` 7`, `07` or other scripts' digits for 7. */
const EXPERIMENT_ID = /^(?:0|[1-9][0-9]{0,18})$/u;
/** Run, trace and model ids as MLflow makes them, and as its own check for runs allows them. */
const CHILD_ID = /^[A-Za-z0-9][\w-]{0,255}$/u;

/** @throws {Refusal} 400, 404 */
export async function experimentById(id: string, resolver: Resolver): Promise<Resource> {
  if (!EXPERIMENT_ID.test(id)) throw badRequest(`${JSON.stringify(id)} is no experiment id`);
  return await resolver.experiment(id);
}

/** @throws {Refusal} 400, 404 */
export async function experimentOf(child: Child, id: string, resolver: Resolver): Promise<Resource> {
  if (!CHILD_ID.test(id)) throw badRequest(`${JSON.stringify(id)} is no ${child} id`);
  return await resolver.experimentOf(child, id);
}

/** The experiment named by id. */
export const experiment: Locator = async (request, resolver) => [
  await experimentById(value(request, "experiment_id"), resolver),
];

export const experimentByName: Locator = async (request, resolver) => [
  await resolver.experimentByName(value(request, "experiment_name")),
];

/** All experiments of a search. None named would mean all of them to some versions of MLflow, so one is required. */
export const experiments: Locator = async (request, resolver) => {
  const ids = [...values(request, "experiment_ids"), ...values(request, "experiment_id")];
  if (ids.length === 0)
    throw badRequest("the request must name the experiments that it searches (experiment_ids)");
  return await each(ids, (id) => experimentById(id, resolver));
};

/** The experiment of the run named by `run_id` or its old name `run_uuid`. */
export const run: Locator = async (request, resolver) => [
  await experimentOf("run", value(request, "run_id", "run_uuid"), resolver),
];

/** As `run`, where a list of runs is given. */
export const runs: Locator = async (request, resolver) => {
  const ids = values(request, "run_id", "run_ids");
  if (ids.length === 0) throw badRequest("the request lacks run_id");
  return await each(ids, (id) => experimentOf("run", id, resolver));
};

export const optionalSourceRun: Locator = async (request, resolver) => {
  const id = optionalValue(request, "source_run_id");
  return id === undefined ? [] : [await experimentOf("run", id, resolver)];
};

/** The run in the query of an upload form. */
export const runInQuery: Locator = async (request, resolver) => [
  await experimentOf("run", queryValue(request, "run_uuid"), resolver),
];

/** The logged models that metrics, inputs or outputs mention. */
export const mentionedModels: Locator = async (request, resolver) => {
  const ids = new Set(values(request, "model_id"));
  for (const list of ["models", "metrics"]) {
    for (const item of objects(request, list)) {
      const id = textField(item, "model_id");
      if (id !== undefined) ids.add(id);
    }
  }
  ids.delete("");
  return await each([...ids], (id) => experimentOf("logged-model", id, resolver));
};

/** Metrics may name a run of their own. */
export const mentionedRuns: Locator = async (request, resolver) => {
  const ids = new Set<string>();
  for (const item of objects(request, "metrics")) {
    const id = textField(item, "run_id");
    if (id !== undefined) ids.add(id);
  }
  return await each([...ids], (id) => experimentOf("run", id, resolver));
};

/** The experiment of the thing whose id is in the path. */
export function childInPath(child: Child, name: string): Locator {
  return async (request, resolver) => [await experimentOf(child, param(request, name), resolver)];
}

/** The experiments of traces named in query or body. */
export function traces(...names: readonly string[]): Locator {
  return async (request, resolver) => {
    const ids = values(request, ...names);
    if (ids.length === 0) throw badRequest(`the request lacks ${names[0]}`);
    return await each(ids, (id) => experimentOf("trace", id, resolver));
  };
}

/** The registered model named in query or body. */
export const registeredModel: Locator = async (request, resolver) => [
  await resolver.registeredModel(value(request, "name")),
];

/** Resolves ids one after the other: the first one refused ends it, and MLflow is not flooded. */
export async function each(
  ids: readonly string[],
  find: (id: string) => Promise<Resource>,
): Promise<readonly Resource[]> {
  const found = new Map<string, Resource>();
  for (const id of ids) {
    const resource = await find(id);
    found.set(`${resource.kind}\n${resource.id}`, resource);
  }
  return [...found.values()];
}
