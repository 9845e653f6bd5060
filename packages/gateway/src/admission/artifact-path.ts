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

/**
 * As `ownerOfArtifact`, for a change: only what is inside the `artifacts` folder of a run, a logged model or a trace. A
 * file put in the place of one of the folders above would take away all that belongs in there.
 * @param inside segments there must be behind `artifacts`
 */
async function ownerOfChange(path: string, inside: number, resolver: Resolver): Promise<Resource> {
  const [, second, ...rest] = safeArtifactPath(path).split("/");
  const behind = second === "models" || second === "traces" ? rest.slice(1) : rest;
  if (behind[0] !== "artifacts" || behind.length <= inside) {
    throw denied("the path is not inside the artifacts of a run, a logged model or a trace");
  }
  return await ownerOfArtifact(path, resolver);
}

/** For uploads. */
export const uploadInPath: Locator = async (request, resolver) => [
  await ownerOfChange(param(request, "artifact_path"), 1, resolver),
];

/** For deletions, which may take all artifacts of a run at once. */
export const deletionInPath: Locator = async (request, resolver) => [
  await ownerOfChange(param(request, "artifact_path"), 0, resolver),
];

/** For routes with the artifact's path in theirs. */
export const artifactInPath: Locator = async (request, resolver) => [
  await ownerOfArtifact(param(request, "artifact_path"), resolver),
];

/** For the listing, whose path is in the query. The root holds all experiments and is the administrators'. */
export const artifactInQuery: Locator = async (request, resolver) => [
  await ownerOfArtifact(queryValue(request, "path"), resolver),
];
