import { badRequest } from "./refusal.ts";

/** A request target after the one normalisation that both the decision and MLflow see. */
export interface Target {
  /** Decoded path: starts with `/`, no `.`/`..` segment, no backslash, no control character, no empty segment. */
  readonly path: string;
  /** Decoded query parameters in order; names may repeat. */
  readonly query: ReadonlyMap<string, readonly string[]>;
  /** What is sent to MLflow: path and query encoded anew. */
  readonly encoded: string;
}

/** MLflow's longest honest targets are searches by GET; servers commonly stop at 8 KiB, some at 64. */
const MAX_TARGET = 32_768;

/**
 * Normalises a request target once.
 * @throws {Refusal} 400 when two readers could understand it differently
 */
export function normaliseTarget(raw: string): Target {
  if (raw.length > MAX_TARGET) throw badRequest(`the request target is longer than ${MAX_TARGET} characters`);
  if (!raw.startsWith("/")) throw badRequest("the request target must be a path");
  if (raw.includes("#")) throw badRequest("the request target holds a fragment");
  const mark = raw.indexOf("?");
  const path = decodePath(mark === -1 ? raw : raw.slice(0, mark));
  const query = decodeQuery(mark === -1 ? "" : raw.slice(mark + 1));
  return { path, query, encoded: encodeTarget(path, query) };
}

/** Path and query as they are sent: every character outside the unreserved set percent-encoded. */
export function encodeTarget(path: string, query: ReadonlyMap<string, readonly string[]>): string {
  const pairs: string[] = [];
  for (const [name, values] of query) {
    for (const value of values) pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  }
  const encodedPath = path.split("/").map(encodeURIComponent).join("/");
  return pairs.length === 0 ? encodedPath : `${encodedPath}?${pairs.join("&")}`;
}

function decodePath(raw: string): string {
  if (/%(?:2f|5c|00)/iu.test(raw)) throw badRequest("the path holds an encoded slash, backslash or NUL");
  const path = decodeComponent(raw, "path");
  assertPlainText(path, "path");
  // A percent sign that still introduces an escape would be decoded again by somebody further on.
  if (/%[0-9a-f]{2}/iu.test(path)) throw badRequest("the path is encoded twice");
  if (path.includes("\\")) throw badRequest("the path holds a backslash");
  const segments = path.split("/").slice(1);
  segments.forEach((segment, index) => {
    if (segment === "." || segment === "..") throw badRequest("the path holds a . or .. segment");
    if (segment === "" && index !== segments.length - 1) throw badRequest("the path holds a double slash");
  });
  return path;
}

function decodeQuery(raw: string): Map<string, string[]> {
  const query = new Map<string, string[]>();
  for (const pair of raw.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = decodeQueryText(equals === -1 ? pair : pair.slice(0, equals));
    const value = equals === -1 ? "" : decodeQueryText(pair.slice(equals + 1));
    const values = query.get(name);
    if (values === undefined) query.set(name, [value]);
    else values.push(value);
  }
  return query;
}

function decodeQueryText(raw: string): string {
  const text = decodeComponent(raw.replaceAll("+", " "), "query");
  if (text.includes("\u0000")) throw badRequest("the query holds a NUL");
  return text;
}

function decodeComponent(raw: string, what: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    throw badRequest(`the ${what} is not percent-encoded UTF-8`);
  }
}

function assertPlainText(text: string, what: string): void {
  // C0 and C1 controls, line and paragraph separators.
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/u.test(text)) {
    throw badRequest(`the ${what} holds a control character`);
  }
}

/** What file systems take, in bytes; MLflow answers 500 to more, which its clients try again and again. */
const MAX_SEGMENT = 255;
const MAX_ARTIFACT_PATH = 3_500;

/**
 * Checks a path that names an artifact inside a run or a model, wherever it was given (path, query, body).
 * MLflow decodes such paths repeatedly, so none may hold anything left to decode.
 * @returns the path without a trailing slash
 * @throws {Refusal} 400
 */
export function safeArtifactPath(path: string): string {
  assertPlainText(path, "artifact path");
  if (path.includes("\\")) throw badRequest("the artifact path holds a backslash");
  if (/%[0-9a-f]{2}/iu.test(path)) throw badRequest("the artifact path is percent-encoded");
  if (/[#?]/u.test(path)) throw badRequest("the artifact path holds # or ?");
  if (path.startsWith("/") || /^[a-z]:/iu.test(path)) throw badRequest("the artifact path is absolute");
  if (Buffer.byteLength(path) > MAX_ARTIFACT_PATH) throw badRequest("the artifact path is too long");
  const trimmed = path.replace(/\/$/u, "");
  for (const segment of trimmed.split("/")) {
    if (trimmed !== "" && (segment === "" || segment === "." || segment === "..")) {
      throw badRequest("the artifact path holds an empty, . or .. segment");
    }
    if (Buffer.byteLength(segment) > MAX_SEGMENT) {
      throw badRequest(`the artifact path holds a name of more than ${MAX_SEGMENT} bytes`);
    }
  }
  return trimmed;
}
