import type { Resource } from "../access/resource.ts";
import type { Resolver } from "../access/resolver.ts";
import { denied } from "../http/refusal.ts";
import { safeArtifactPath } from "../http/target.ts";
import { param, queryValue } from "../routes/fields.ts";
import { experimentById, experimentOf } from "../routes/locate.ts";
import type { Locator } from "../routes/route.ts";

/**
 * The experiment that owns a path of the artifact proxy. MLflow lays them out as
 * `<experiment>/<run>/artifacts/…`, `<experiment>/models/<model>/artifacts/…` and `<experiment>/traces/<trace>/artifacts/…`.
 * The experiment in the path must really hold the run, model or trace: the path alone proves nothing.
 * @throws {Refusal} 400 for an unsafe path, 403 where path and owner disagree, 404
 */
export async function ownerOfArtifact(path: string, resolver: Resolver): Promise<Resource> {
  const [experimentId = "", second, third] = safeArtifactPath(path).split("/");
  const owner = await experimentById(experimentId, resolver);
  const child = await childOwner(second, third, resolver);
  if (child !== undefined && child.id !== owner.id) {
    throw denied(
      `the artifact path names experiment ${owner.id}, but what is in it belongs to another experiment`,
    );
  }
  return owner;
}

async function childOwner(
  second: string | undefined,
  third: string | undefined,
  resolver: Resolver,
): Promise<Resource | undefined> {
  if (second === undefined) return undefined;
  if (second !== "models" && second !== "traces") return await experimentOf("run", second, resolver);
  if (third === undefined) return undefined;
  return await experimentOf(second === "models" ? "logged-model" : "trace", third, resolver);
}

/** For routes with the artifact's path in theirs. */
export const artifactInPath: Locator = async (request, resolver) => [
  await ownerOfArtifact(param(request, "artifact_path"), resolver),
];

/** For the listing, whose path is in the query. The root holds all experiments and is the administrators'. */
export const artifactInQuery: Locator = async (request, resolver) => [
  await ownerOfArtifact(queryValue(request, "path"), resolver),
];
