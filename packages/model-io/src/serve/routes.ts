import { json, type Reply } from "./http/reply.ts";
import type { Slot } from "./slot.ts";

export type RouteName =
  | "invocations"
  | "infer"
  | "ping"
  | "version"
  | "metrics"
  | "ready"
  | "models"
  | "model"
  | "openapi"
  | "v2-server"
  | "v2-live"
  | "v2-ready"
  | "v2-index"
  | "v2-model"
  | "v2-model-ready";

/** A request whose route was found. */
export interface Matched {
  readonly route: RouteName;
  /** The model that the path names; the first one on the routes of a single model. */
  readonly slot: Slot | undefined;
  /** The version that the path names, where it names one. */
  readonly version: string | undefined;
  /** Errors are those of the Open Inference Protocol. */
  readonly v2: boolean;
  readonly scores: boolean;
}

interface Route {
  readonly method: "GET" | "POST";
  readonly route: RouteName;
}

/** Paths of the server. */
const FIXED: ReadonlyMap<string, Route> = new Map<string, Route>([
  ["/invocations", { method: "POST", route: "invocations" }],
  ["/ping", { method: "GET", route: "ping" }],
  ["/health", { method: "GET", route: "ping" }],
  ["/version", { method: "GET", route: "version" }],
  ["/metrics", { method: "GET", route: "metrics" }],
  ["/ready", { method: "GET", route: "ready" }],
  ["/models", { method: "GET", route: "models" }],
  ["/openapi.json", { method: "GET", route: "openapi" }],
  ["/v2", { method: "GET", route: "v2-server" }],
  ["/v2/health/live", { method: "GET", route: "v2-live" }],
  ["/v2/health/ready", { method: "GET", route: "v2-ready" }],
  ["/v2/repository/index", { method: "POST", route: "v2-index" }],
]);

/** What follows `/models/NAME`. */
const OF_MODEL: ReadonlyMap<string, Route> = new Map<string, Route>([
  ["", { method: "GET", route: "model" }],
  ["/invocations", { method: "POST", route: "invocations" }],
  ["/ping", { method: "GET", route: "ping" }],
  ["/health", { method: "GET", route: "ping" }],
  ["/openapi.json", { method: "GET", route: "openapi" }],
]);

/** What follows `/v2/models/NAME` or `/v2/models/NAME/versions/VERSION`. */
const OF_V2_MODEL: ReadonlyMap<string, Route> = new Map<string, Route>([
  ["", { method: "GET", route: "v2-model" }],
  ["/ready", { method: "GET", route: "v2-model-ready" }],
  ["/infer", { method: "POST", route: "infer" }],
]);

const MODEL_PATH = /^\/models\/([^/]+)(\/.*)?$/u;
const V2_MODEL_PATH = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(\/(?:ready|infer))?$/u;

/**
 * Finds the route of a request.
 * @param target as it stands in the request line
 * @returns a route, or the reply where there is none
 */
export function match(
  method: string,
  target: string,
  slots: ReadonlyMap<string, Slot>,
): Matched | { readonly reply: Reply } {
  const question = target.indexOf("?");
  const path = question < 0 ? target : target.slice(0, question);
  const fixed = FIXED.get(path);
  if (fixed !== undefined) {
    const [first] = fixed.route === "invocations" ? slots.values() : [];
    return matched(method, fixed, first);
  }
  return path.startsWith("/v2/") ? matchV2(method, path, slots) : matchModel(method, path, slots);
}

function matchModel(
  method: string,
  path: string,
  slots: ReadonlyMap<string, Slot>,
): Matched | { readonly reply: Reply } {
  const [, name = "", rest = ""] = MODEL_PATH.exec(path) ?? [];
  const route = OF_MODEL.get(rest);
  const slot = slots.get(decoded(name));
  if (route === undefined || slot === undefined) return { reply: json(404, { detail: "Not Found" }) };
  return matched(method, route, slot);
}

function matchV2(
  method: string,
  path: string,
  slots: ReadonlyMap<string, Slot>,
): Matched | { readonly reply: Reply } {
  const found = V2_MODEL_PATH.exec(path);
  const route = found === null ? undefined : OF_V2_MODEL.get(found[3] ?? "");
  if (found === null || route === undefined) return { reply: json(404, { error: "there is no such path" }) };
  const name = decoded(found[1] ?? "");
  const slot = slots.get(name);
  if (slot === undefined) return { reply: json(404, { error: `there is no model ${JSON.stringify(name)}` }) };
  const version = found[2] === undefined ? undefined : decoded(found[2]);
  return matched(method, route, slot, version);
}

function matched(
  method: string,
  { method: wanted, route }: Route,
  slot: Slot | undefined,
  version?: string,
): Matched | { readonly reply: Reply } {
  const v2 = route === "infer" || route.startsWith("v2-");
  if (method !== wanted) {
    const body = v2 ? { error: `the method is ${wanted}` } : { detail: "Method Not Allowed" };
    return { reply: { ...json(405, body), headers: ["allow", wanted] } };
  }
  return { route, slot, version, v2, scores: route === "invocations" || route === "infer" };
}

/** A name in a path; what is encoded wrongly names nothing. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
