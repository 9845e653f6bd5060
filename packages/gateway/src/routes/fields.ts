import { type Json, type JsonObject, isJsonObject, readField } from "../http/json.ts";
import { badRequest } from "../http/refusal.ts";
import type { ApiRequest } from "./route.ts";

/** More ids than this in one request are not resolved one by one. */
const MAX_IDS = 1_000;

/**
 * All values that a request gives for a field, from where MLflow reads it: the query of a GET, else the body.
 * A field that may be spelled in several ways (`run_id`, `run_uuid`) is read in all of them.
 * @throws {Refusal} 400 when a value is not a text, or there are too many
 */
export function values(request: ApiRequest, ...names: readonly string[]): readonly string[] {
  const found = names.flatMap((name) =>
    isRead(request) ? fromQuery(request, name) : fromBody(request.body, name),
  );
  if (found.length > MAX_IDS) throw badRequest(`more than ${MAX_IDS} values of ${names[0]} in one request`);
  return found;
}

/**
 * The one value of a field.
 * @throws {Refusal} 400 when it is missing, or given twice with different values
 */
export function value(request: ApiRequest, ...names: readonly string[]): string {
  const found = optionalValue(request, ...names);
  if (found === undefined) throw badRequest(`the request lacks ${names[0]}`);
  return found;
}

/** As `value`, undefined when missing. @throws {Refusal} 400 when two given values differ */
export function optionalValue(request: ApiRequest, ...names: readonly string[]): string | undefined {
  const [first, ...others] = values(request, ...names);
  if (others.some((other) => other !== first)) throw badRequest(`the request gives ${names[0]} twice`);
  // Protobuf does not tell an empty text from an absent one.
  return first === "" ? undefined : first;
}

/** A value in the query of any request. @throws {Refusal} 400 when it is missing or given twice */
export function queryValue(request: ApiRequest, name: string): string {
  const [first, ...others] = request.target.query.get(name) ?? [];
  if (first === undefined || first === "") throw badRequest(`the request lacks ${name}`);
  if (others.length > 0) throw badRequest(`the request gives ${name} twice`);
  return first;
}

/** A parameter of the path; always there, since the route's template has it. */
export function param(request: ApiRequest, name: string): string {
  const found = request.params.get(name);
  if (found === undefined) throw new Error(`the route has no parameter ${name}`);
  return found;
}

/** The objects in a list field of the body (`models` in `runs/log-inputs`). @throws {Refusal} 400 */
export function objects(request: ApiRequest, name: string): readonly JsonObject[] {
  const list = readField(request.body, name) ?? [];
  if (!isList(list)) throw badRequest(`${name} must be a list`);
  return list.map((item) => {
    if (!isJsonObject(item)) throw badRequest(`${name} must be a list of objects`);
    return item;
  });
}

/** A text field of an object in the body; undefined when absent or empty. @throws {Refusal} 400 */
export function textField(object: JsonObject, name: string): string | undefined {
  const [found] = fromBody(object, name);
  return found === "" ? undefined : found;
}

function isRead(request: ApiRequest): boolean {
  return request.method === "GET" || request.method === "HEAD";
}

function fromQuery(request: ApiRequest, name: string): readonly string[] {
  return request.target.query.get(name) ?? [];
}

function fromBody(object: JsonObject, name: string): readonly string[] {
  const found = readField(object, name);
  if (found === undefined || found === null) return [];
  const list = isList(found) ? found : [found];
  return list.map((item) => {
    if (typeof item !== "string") throw badRequest(`${name} must be a text`);
    return item;
  });
}

function isList(given: Json): given is readonly Json[] {
  return Array.isArray(given);
}
