import type { Resolver } from "../access/resolver.ts";
import type { Resource } from "../access/resource.ts";
import { type Json, isJsonObject, readField } from "../http/json.ts";
import { badRequest, Refusal } from "../http/refusal.ts";
import { checkNewTraceTags, checkTraceTags, givenTraceId, traceInfo } from "../admission/trace-tags.ts";
import { on, onAll, refused } from "./define.ts";
import { objects, textField, values } from "./fields.ts";
import {
  childInPath,
  each,
  experiment,
  experimentById,
  experimentOf,
  experiments,
  run,
  traces,
} from "./locate.ts";
import type { Locator, RouteGroup } from "./route.ts";

const byRequestId = childInPath("trace", "request_id");
const byTraceId = childInPath("trace", "trace_id");

/**
 * Where a new trace goes: `experiment_id` in the second version of the API, a location inside `trace` in the third.
 * There the sender chooses the id, and MLflow moves a trace that has it already: then it must be the sender's as well.
 */
const newTrace: Locator = async (request, resolver) => {
  const goal = await goalOfTrace(request, resolver);
  const id = givenTraceId(request);
  return id === undefined ? goal : [...goal, ...(await ownerIfKnown(id, resolver))];
};

async function ownerIfKnown(traceId: string, resolver: Resolver): Promise<readonly Resource[]> {
  try {
    return [await experimentOf("trace", traceId, resolver)];
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return [];
    throw error;
  }
}

const goalOfTrace: Locator = async (request, resolver) => {
  const ids = [...values(request, "experiment_id")];
  const info = traceInfo(request);
  const location = info === undefined ? undefined : experimentOfLocation(field(info, "trace_location"));
  if (location !== undefined) ids.push(location);
  if (ids.length === 0) throw badRequest("the request lacks the experiment that the trace goes to");
  return await each(ids, (id) => experimentById(id, resolver));
};

/** The experiments among the locations of a search; another kind of location is none of ours. */
const searchedLocations: Locator = async (request, resolver) => {
  const ids = objects(request, "locations").map((location) => {
    const id = experimentOfLocation(location);
    if (id === undefined) throw badRequest("traces can be searched in experiments only");
    return id;
  });
  if (ids.length === 0)
    throw badRequest("the request must name the experiments that it searches (locations)");
  return await each(ids, (id): Promise<Resource> => experimentById(id, resolver));
};

function experimentOfLocation(location: Json | undefined): string | undefined {
  const inside = field(location, "mlflow_experiment");
  return isJsonObject(inside) ? textField(inside, "experiment_id") : undefined;
}

function field(value: Json | undefined, name: string): Json | undefined {
  return isJsonObject(value) ? readField(value, name) : undefined;
}

/** Traces and their assessments; each trace is in an experiment. */
export const traceRoutes: RouteGroup = {
  "POST /mlflow/traces": on("traces.create", "EDIT", newTrace, { check: checkNewTraceTags }),
  "GET /mlflow/traces": on("traces.search", "READ", experiments),
  "POST /mlflow/traces/search": on("traces.search", "READ", searchedLocations),
  "GET /mlflow/unified-traces": on("traces.search", "READ", experiments),
  "POST /mlflow/traces/metrics": on("traces.search", "READ", experiments),
  "POST /mlflow/traces/calculate-filter-correlation": on("traces.search", "READ", experiments),
  "GET /mlflow/traces/get": on("traces.get", "READ", traces("trace_id")),
  "GET /mlflow/traces/batchGet": on("traces.get", "READ", traces("trace_ids")),
  "POST /mlflow/traces/batchGetInfos": on("traces.get", "READ", traces("trace_ids")),
  "GET /mlflow/traces/{trace_id}": on("traces.get", "READ", byTraceId),
  "GET /mlflow/traces/{request_id}/info": on("traces.get", "READ", byRequestId),
  "PATCH /mlflow/traces/{request_id}": on("traces.update", "EDIT", byRequestId, { check: checkTraceTags }),
  "PATCH /mlflow/traces/{request_id}/tags": on("traces.tag", "EDIT", byRequestId, { check: checkTraceTags }),
  "DELETE /mlflow/traces/{request_id}/tags": on("traces.tag", "EDIT", byRequestId, { check: checkTraceTags }),
  "PATCH /mlflow/traces/{trace_id}/tags": on("traces.tag", "EDIT", byTraceId, { check: checkTraceTags }),
  "DELETE /mlflow/traces/{trace_id}/tags": on("traces.tag", "EDIT", byTraceId, { check: checkTraceTags }),
  "POST /mlflow/traces/delete-traces": on("traces.delete", "MANAGE", experiment),
  "POST /mlflow/traces/link-to-run": onAll("traces.link", [
    { permission: "EDIT", locate: run },
    { permission: "EDIT", locate: traces("trace_ids") },
  ]),
  "POST /mlflow/traces/link-prompts": on("traces.link", "EDIT", traces("trace_id")),
  "POST /mlflow/traces/{trace_id}/assessments": on("traces.assess", "EDIT", byTraceId),
  "GET /mlflow/traces/{trace_id}/assessments/{assessment_id}": on("traces.get", "READ", byTraceId),
  "PATCH /mlflow/traces/{trace_id}/assessments/{assessment_id}": on("traces.assess", "EDIT", byTraceId),
  "DELETE /mlflow/traces/{trace_id}/assessments/{assessment_id}": on("traces.assess", "EDIT", byTraceId),
  "GET /mlflow/get-trace-artifact": on("traces.get", "READ", traces("request_id")),
  "GET /mlflow/get-online-trace-details": refused("traces.online", "it reads tables outside MLflow"),
  "POST /v1/traces": refused(
    "traces.otlp",
    "spans by OTLP name their traces inside a binary body: use the tracing API",
  ),
};
