import type { Resolver } from "../access/resolver.ts";
import { type JsonObject, isJsonObject, readField } from "../http/json.ts";
import { badRequest, denied } from "../http/refusal.ts";
import { objects, textField } from "../routes/fields.ts";
import type { ApiRequest, Check } from "../routes/route.ts";

/**
 * Tags in which MLflow keeps where a trace's data lies. Its server opens whatever address stands there (any folder of
 * its disk, another experiment's files, any web address), so they are the server's to set.
 */
const RESERVED: ReadonlySet<string> = new Set([
  "mlflow.artifactLocation",
  "mlflow.trace.spansLocation",
  "mlflow.trace.archiveLocation",
]);

type Tag = readonly [key: string, value: string | undefined];

/** Setting or deleting one tag of a trace, and all of them at its end. MLflow 2's clients send back what they were told. */
export const checkTraceTags: Check = async (request, _principal, { resolver }) => {
  const traceId = request.params.get("trace_id") ?? request.params.get("request_id");
  const single = textField(request.body, "key");
  const own: Tag[] = single === undefined ? [] : [[single, textField(request.body, "value")]];
  await assertUnchanged([...own, ...listedTags(request)], traceId, resolver);
};

/** A new trace with all its tags, in the second version of the API or the third. */
export const checkNewTraceTags: Check = async (request, _principal, { resolver }) => {
  const info = traceInfo(request);
  const tags = info === undefined ? undefined : readField(info, "tags");
  await assertUnchanged([...listedTags(request), ...mappedTags(tags)], givenTraceId(request), resolver);
};

/** The id that the sender chose for a trace. @throws {Refusal} 400 when it is no text */
export function givenTraceId(request: ApiRequest): string | undefined {
  const info = traceInfo(request);
  return info === undefined ? undefined : textField(info, "trace_id");
}

/** `trace.trace_info` of the body. */
export function traceInfo(request: ApiRequest): JsonObject | undefined {
  const trace = readField(request.body, "trace");
  const info = isJsonObject(trace) ? readField(trace, "trace_info") : undefined;
  return isJsonObject(info) ? info : undefined;
}

async function assertUnchanged(
  tags: readonly Tag[],
  traceId: string | undefined,
  resolver: Resolver,
): Promise<void> {
  const reserved = tags.filter(([key]) => RESERVED.has(key));
  if (reserved.length === 0) return;
  const current = traceId === undefined ? undefined : await resolver.traceTags(traceId);
  for (const [key, value] of reserved) {
    if (value !== undefined && current?.get(key) === value) continue;
    throw denied(
      `the tag ${key} says where MLflow reads a trace's data from, so only MLflow itself may set it`,
    );
  }
}

function listedTags(request: ApiRequest): Tag[] {
  return objects(request, "tags").flatMap((tag): Tag[] => {
    const key = textField(tag, "key");
    return key === undefined ? [] : [[key, textField(tag, "value")]];
  });
}

function mappedTags(tags: ReturnType<typeof readField>): Tag[] {
  if (tags === undefined || tags === null) return [];
  if (!isJsonObject(tags)) throw badRequest("trace_info.tags must be an object");
  return Object.entries(tags).map(
    ([key, value]): Tag => [key, typeof value === "string" ? value : undefined],
  );
}
