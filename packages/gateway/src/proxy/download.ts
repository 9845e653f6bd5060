import { createReadStream } from "node:fs";
import type { OutgoingHttpHeaders } from "node:http";
import { pipeline } from "node:stream/promises";
import type { FileReport } from "@modelkeep/findings";
import { refuseFile } from "../admission/explain.ts";
import type { Quarantined } from "../admission/quarantine.ts";
import { explainedTogether } from "../admission/together.ts";
import { ARTIFACT_HEADERS, requestHeaders, responseHeaders } from "../http/headers.ts";
import { badRequest } from "../http/refusal.ts";
import { safeArtifactPath } from "../http/target.ts";
import type { ApiRequest } from "../routes/route.ts";
import { hasBody } from "../http/body.ts";
import type { Exchange } from "./exchange.ts";
import { answerStreaming, isSuccess } from "./answer.ts";
import { allowed, apiRequest, record, withResource } from "./decision.ts";
import { parseRange } from "./range.ts";
import type { Services } from "./services.ts";
import { fileName } from "./upload.ts";
import type { UpstreamAnswer } from "./upstream.ts";

const READ_BYTES = 1 << 18;

/**
 * An artifact on its way out: fetched from MLflow into quarantine, hashed, judged by that hash, and served from the
 * very bytes that were judged. What changed behind the gateway since it was last judged is judged anew.
 * @throws {Refusal}
 */
export async function forwardDownload(exchange: Exchange, services: Services): Promise<void> {
  if (hasBody(exchange.request)) throw badRequest("a GET has no body here: give the parameters in the query");
  const request = apiRequest(exchange, null);
  const authorisation = await allowed(exchange, request, services);
  const name = fileName(request);
  const answer = await fetchArtifact(exchange, services);
  if (!isSuccess(answer)) {
    await record(exchange, authorisation, services);
    await answerStreaming(exchange, answer);
    return;
  }
  await using file = await services.quarantine.receive(answer.body, services.limits.artifactBytes);
  await withResource(authorisation.resource, async () => {
    const report: FileReport = await services.verdicts.judge(file.path, file.sha256, name);
    services.metrics.count("downloads_total", { verdict: report.verdict });
    if (!report.admitted && !(await isExplained(request, report, name, services))) throw refuseFile(report);
  });
  await record(exchange, authorisation, services, file.sha256);
  await serve(exchange, file, name, responseHeaders(answer.headers));
}

/** A file that alone says too little: judged with those beside it, as they lie there now. */
async function isExplained(
  request: ApiRequest,
  report: FileReport,
  name: string,
  { admission }: Services,
): Promise<boolean> {
  const path = request.params.get("artifact_path");
  if (path === undefined || !explainedTogether(report, name)) return false;
  return await admission.explainsTogether(safeArtifactPath(path), report.sha256);
}

async function serve(
  { request, response }: Exchange,
  file: Quarantined,
  name: string,
  headers: OutgoingHttpHeaders,
): Promise<void> {
  const etag = `"${file.sha256}"`;
  const range = parseRange(request.headers.range, single(request.headers["if-range"]), etag, file.size);
  const common = {
    ...ARTIFACT_HEADERS,
    "content-type": headers["content-type"] ?? "application/octet-stream",
    "content-disposition": headers["content-disposition"] ?? disposition(name),
    "cache-control": "private, no-cache",
    "accept-ranges": "bytes",
    etag,
  };
  // The bytes were fetched and judged all the same; only their way to the client is spared.
  if (single(request.headers["if-none-match"]) === etag) {
    response.writeHead(304, { etag, "cache-control": common["cache-control"] });
    response.end();
    return;
  }
  if (range === "unsatisfiable") {
    response.writeHead(416, { ...common, "content-range": `bytes */${file.size}`, "content-length": 0 });
    response.end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: file.size - 1 };
  const partial = range === undefined ? {} : { "content-range": `bytes ${start}-${end}/${file.size}` };
  response.writeHead(range === undefined ? 200 : 206, {
    ...common,
    ...partial,
    "content-length": end - start + 1,
  });
  if (request.method === "HEAD" || file.size === 0) response.end();
  else await pipeline(createReadStream(file.path, { start, end, highWaterMark: READ_BYTES }), response);
}

// A HEAD is answered like the GET it stands for, so the bytes are needed; so are they when the client's copy is fresh.
async function fetchArtifact(
  { request, target, gone }: Exchange,
  { upstream }: Services,
): Promise<UpstreamAnswer> {
  const headers = requestHeaders(request.headers);
  delete headers["if-none-match"];
  delete headers["if-modified-since"];
  return await upstream.send("GET", target.encoded, headers, null, gone);
}

// Node types this header as a list, though it cannot be one.
function single(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === "string" ? header : header?.[0];
}

function disposition(name: string): string {
  return `attachment; filename*=UTF-8''${encodeURIComponent(name)}`;
}
