import { hash } from "node:crypto";
import { textAt } from "../access/resolver.ts";
import { isJsonObject, type Json, type JsonObject, readField } from "../http/json.ts";
import { denied } from "../http/refusal.ts";
import { each, experimentById, experimentOf } from "./locate.ts";
import type { Locator, Rewrite } from "./route.ts";
import { GRAPHQL_OPERATIONS } from "./graphql-operations.ts";

/**
 * GraphQL can ask for anything in one request. Only the operations that MLflow's own pages send are let through,
 * known by the hash of their text, so that what is in their variables is all that can vary.
 */
export const graphqlResources: Locator = async (request, resolver) => {
  const query = readField(request.body, "query");
  const operation = typeof query === "string" ? GRAPHQL_OPERATIONS.get(queryDigest(query)) : undefined;
  if (operation === undefined) throw denied("only the GraphQL operations of MLflow's own pages are allowed");
  const variables = readField(request.body, "variables");
  const data = isJsonObject(variables) ? onlyObject(Object.values(variables)) : undefined;
  if (data === undefined || !isJsonObject(data))
    throw denied("the GraphQL operation's variables are not as MLflow's pages send them");
  const ids = idsOf(readField(data, operation.field));
  if (ids.length === 0) throw denied(`the GraphQL operation lacks ${operation.field}`);
  return await each(ids, (id) =>
    operation.names === "run" ? experimentOf("run", id, resolver) : experimentById(id, resolver),
  );
};

/**
 * Digest by which an operation is known. White space does not count, nor does `__typename`, which the pages' client
 * puts into each selection; where that word could mean anything else, a text without it is no operation of theirs.
 */
export function queryDigest(query: string): string {
  return hash(
    "sha256",
    query
      .replaceAll(/\b__typename\b/gu, " ")
      .replaceAll(/\s+/gu, " ")
      .trim(),
  );
}

/** The operation on a run tells of model versions made from it: those that may not be read are taken out. */
export const withoutHiddenVersions: Rewrite = (answer, canRead) => {
  const run = at(answer, "data", "mlflowGetRun", "run");
  const versions = at(run, "modelVersions");
  if (!isJsonObject(run) || !isList(versions)) return answer;
  const shown = versions.filter((version) => {
    const name = textAt(version, "name");
    return name !== undefined && canRead({ kind: "registered-model", id: name, name });
  });
  return {
    data: {
      mlflowGetRun: {
        ...asObject(at(answer, "data", "mlflowGetRun")),
        run: { ...run, modelVersions: shown },
      },
    },
    errors: at(answer, "errors") ?? null,
  };
};

function asObject(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function at(value: Json | undefined, ...keys: readonly string[]): Json | undefined {
  let found = value;
  for (const key of keys) found = isJsonObject(found) && Object.hasOwn(found, key) ? found[key] : undefined;
  return found;
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function onlyObject(values: readonly (Json | undefined)[]): Json | undefined {
  return values.length === 1 ? values[0] : undefined;
}

function idsOf(value: Json | undefined): readonly string[] {
  const list: readonly (Json | undefined)[] = Array.isArray(value) ? value : [value];
  return list.map((item) => {
    if (typeof item !== "string") throw denied("an id in the GraphQL variables is not a text");
    return item;
  });
}
