import { isUtf8 } from "node:buffer";
import { ModelkeepError } from "@modelkeep/findings";
import { parsePythonJson } from "../input/python-json.ts";
import { isScoringDocument, parseScoringDocument } from "../input/scoring.ts";
import type { Reply } from "./http/reply.ts";
import type { ServedModel } from "./served-model.ts";

/**
 * Answers one `/invocations` as MLflow's scoring server does (mlflow/pyfunc/scoring_server `invocations`).
 * @param contentType the header, parameters included
 * @throws {ModelkeepError}
 */
export async function invocations(served: ServedModel, contentType: string, body: Buffer): Promise<Reply> {
  if (contentType !== "application/json") {
    const refusal = unsupportedType(contentType);
    if (refusal !== undefined) return refusal;
  }
  if (ARROW.has(mimeType(contentType))) {
    const { arrowToFrame } = await import("../input/arrow/read.ts");
    return reply(await served.predictJson({ kind: "typed", input: arrowToFrame(body) }));
  }
  if (!isUtf8(body))
    throw new ModelkeepError("INVALID_INPUT", "Ensure that input is a valid UTF-8 encoded string");
  const text = body.toString("utf8");
  if (mimeType(contentType) === "text/csv") return reply(await served.predictJson({ kind: "csv", text }));
  const document = parsePythonJson(text);
  if (!isScoringDocument(document)) {
    // Its error says what is wrong with a document that is none.
    parseScoringDocument(document);
    throw new ModelkeepError("INVALID_INPUT", "the request is no scoring document");
  }
  return reply(await served.predictJson({ kind: "document", document }));
}

function mimeType(contentType: string): string {
  return contentType.split(";", 1)[0]?.trim() ?? "";
}

/** Beyond MLflow's types: Arrow's IPC formats, whose values keep their types. */
const ARROW: ReadonlySet<string> = new Set([
  "application/vnd.apache.arrow.stream",
  "application/vnd.apache.arrow.file",
]);
const TYPES = "['text/csv', 'application/json', 'application/vnd.apache.arrow.stream']";

function unsupportedType(contentType: string): Reply | undefined {
  const parameters = contentType
    .split(";")
    .slice(1)
    .map((part) => part.trim().split("=", 2));
  const charset = parameters.findLast(([name]) => name === "charset")?.[1] ?? "utf-8";
  if (charset.toLowerCase() !== "utf-8") return unsupported("The scoring server only supports UTF-8");
  const unknown = parameters.map(([name = ""]) => name).filter((name) => name !== "charset");
  if (unknown.length > 0) {
    return unsupported(`Unrecognized content type parameters: ${unknown.join(", ").slice(0, 200)}.`);
  }
  const type = mimeType(contentType);
  if (type === "text/csv" || type === "application/json" || ARROW.has(type)) return undefined;
  return unsupported(
    `This predictor only supports the following content types: Types: ${TYPES}. Got '${contentType.slice(0, 200)}'.`,
  );
}

function reply(body: string): Reply {
  return { status: 200, type: "application/json", body };
}

function unsupported(message: string): Reply {
  return { status: 415, type: "text/plain; charset=utf-8", body: message };
}
