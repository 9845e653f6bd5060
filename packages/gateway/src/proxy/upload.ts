import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { refuseFile } from "../admission/explain.ts";
import type { Quarantined } from "../admission/quarantine.ts";
import { explainedTogether } from "../admission/together.ts";
import { requestHeaders } from "../http/headers.ts";
import { badRequest, Refusal, tooLarge } from "../http/refusal.ts";
import { safeArtifactPath } from "../http/target.ts";
import { queryValue } from "../routes/fields.ts";
import type { ApiRequest } from "../routes/route.ts";
import type { Exchange } from "./exchange.ts";
import { answerStreaming } from "./answer.ts";
import { allowed, apiRequest, record, withResource } from "./decision.ts";
import type { Services } from "./services.ts";
import type { UpstreamAnswer } from "./upstream.ts";

/** Pieces in which an admitted file is read from quarantine. */
const READ_BYTES = 1 << 18;

/**
 * An artifact on its way in: decided first (a client that sent `Expect: 100-continue` is refused before it sends a
 * byte), then into quarantine, hashed, judged, and only when admitted sent on to MLflow with its length. The two files
 * of an ONNX model that explain each other are sent on as well: each is judged with the other before anybody reads it.
 * @throws {Refusal}
 */
export async function forwardUpload(exchange: Exchange, services: Services): Promise<void> {
  const request = apiRequest(exchange, null);
  const authorisation = await allowed(exchange, request, services);
  const name = fileName(request);
  assertPlainBody(exchange, services.limits.artifactBytes);
  if (exchange.request.headers.expect !== undefined) exchange.response.writeContinue();
  await using file = await receive(exchange, services);
  await withResource(authorisation.resource, async () => {
    const report = await services.verdicts.judge(file.path, file.sha256, name);
    services.metrics.count("uploads_total", { verdict: report.verdict });
    // What lies in MLflow's store is read by nobody before it is judged again: with what lies beside it then.
    if (!report.admitted && !(isProxied(request) && explainedTogether(report, name)))
      throw refuseFile(report);
  });
  await record(exchange, authorisation, services, file.sha256);
  await answerStreaming(exchange, await store(exchange, services, file));
}

async function receive({ request }: Exchange, { quarantine, limits }: Services): Promise<Quarantined> {
  try {
    // A body that is given up must not take the connection with it: the refusal has to be sent on it.
    return await quarantine.receive(request.iterator({ destroyOnReturn: false }), limits.artifactBytes);
  } catch (error) {
    if (!(error instanceof Refusal) && request.destroyed && !request.complete) {
      throw badRequest("the upload ended early: nothing of it was stored");
    }
    throw error;
  }
}

async function store(exchange: Exchange, { upstream }: Services, file: Quarantined): Promise<UpstreamAnswer> {
  const method = exchange.request.method === "PUT" ? "PUT" : "POST";
  // Some versions of MLflow store a body without a length as an empty file and answer 200.
  const headers = { ...requestHeaders(exchange.request.headers), "content-length": String(file.size) };
  const body = createReadStream(file.path, { highWaterMark: READ_BYTES });
  return await upstream.send(method, exchange.target.encoded, headers, body);
}

function assertPlainBody({ request }: Exchange, limit: number): void {
  if (request.headers["content-encoding"] !== undefined) {
    throw badRequest("compressed uploads are not taken: MLflow would store other bytes than were judged");
  }
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > limit) throw tooLarge(`the file has ${announced} bytes; at most ${limit} are taken`);
}

/** What the report calls the file. The route put the path either into its own or into the query. */
export function fileName(request: ApiRequest): string {
  const inPath = request.params.get("artifact_path");
  const path = inPath ?? artifactPathInQuery(request);
  const name = basename(safeArtifactPath(path));
  if (name === "") throw badRequest("the request names no file");
  return name;
}

/** Whether the request names its file by the path in the artifact proxy, as MLflow's clients do. */
function isProxied(request: ApiRequest): boolean {
  return request.params.has("artifact_path");
}

function artifactPathInQuery(request: ApiRequest): string {
  const name = request.target.query.has("artifact_file_path") ? "artifact_file_path" : "path";
  return queryValue(request, name);
}
