import { type ErrorCode, ModelkeepError } from "@modelkeep/findings";
import { parsePythonJson } from "../input/python-json.ts";
import { isScoringDocument, parseScoringDocument } from "../input/scoring.ts";
import type { SecureModel } from "../model.ts";
import { stringifyPythonJson } from "../output/python-json.ts";

/** What goes back to the client. */
export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Status and MLflow's error code for each of ours. */
const STATUS: Readonly<Record<ErrorCode, readonly [status: number, code: string]>> = {
  NOT_ADMITTED: [403, "PERMISSION_DENIED"],
  NOT_FOUND: [404, "RESOURCE_DOES_NOT_EXIST"],
  UNAUTHENTICATED: [401, "UNAUTHENTICATED"],
  PERMISSION_DENIED: [403, "PERMISSION_DENIED"],
  UNAVAILABLE: [503, "TEMPORARILY_UNAVAILABLE"],
  INTEGRITY: [500, "DATA_LOSS"],
  UNSUPPORTED_MODEL: [501, "NOT_IMPLEMENTED"],
  UNSUPPORTED_METHOD: [400, "BAD_REQUEST"],
  SANDBOX_UNAVAILABLE: [503, "TEMPORARILY_UNAVAILABLE"],
  SANDBOX_FAILED: [500, "INTERNAL_ERROR"],
  INVALID_INPUT: [400, "BAD_REQUEST"],
  INVALID_ARGUMENT: [400, "INVALID_PARAMETER_VALUE"],
  LIMIT_EXCEEDED: [413, "BAD_REQUEST"],
  AUDIT_FAILED: [503, "TEMPORARILY_UNAVAILABLE"],
  CONFIGURATION: [500, "INTERNAL_ERROR"],
};

/** MLflow's error document. */
export function errorReply(error: unknown): Reply {
  if (!(error instanceof ModelkeepError)) {
    // What is no error of ours says things that are for the log only.
    return document(500, "INTERNAL_ERROR", "the request could not be answered: see the server's log");
  }
  const [status, code] = STATUS[error.code];
  return document(status, code, error.message);
}

function document(status: number, code: string, message: string): Reply {
  return { status, type: "application/json", body: JSON.stringify({ error_code: code, message }) };
}

/**
 * Answers one `/invocations` as MLflow's scoring server does.
 * @param contentType the header, parameters included
 */
export async function invocations(model: SecureModel, contentType: string, body: Buffer): Promise<Reply> {
  const [type = "", ...parameters] = contentType.split(";").map((part) => part.trim().toLowerCase());
  const unknown = parameters.find((parameter) => !/^charset="?utf-8"?$/u.test(parameter) && parameter !== "");
  if (unknown !== undefined) return unsupported(`The scoring server only supports UTF-8, not ${unknown}`);
  const text = decode(body);
  if (type === "text/csv") return reply(await model.predictCsv(text));
  if (type !== "application/json") {
    return unsupported(
      "This predictor only supports the following content types: ['text/csv', 'application/json'].",
    );
  }
  const parsed = parsePythonJson(text);
  // Its error says what is wrong with a document that is none.
  if (!isScoringDocument(parsed)) parseScoringDocument(parsed);
  return isScoringDocument(parsed) ? reply(await model.predict(parsed)) : unsupported("no scoring document");
}

function reply(result: object): Reply {
  return { status: 200, type: "application/json", body: stringifyPythonJson(result) };
}

function unsupported(message: string): Reply {
  return { status: 415, type: "text/plain", body: message };
}

function decode(body: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch (cause) {
    throw new ModelkeepError("INVALID_INPUT", "Ensure that input is a valid UTF-8 encoded string", { cause });
  }
}
