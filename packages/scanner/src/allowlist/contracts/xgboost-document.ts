import { BytesError, type ByteSource } from "@modelkeep/bytes";
import { FormatError } from "@modelkeep/formats/context";
import { parseJson } from "@modelkeep/formats/json/parse";
import { parseUbjson } from "@modelkeep/formats/ubjson/parse";
import { isXgboostModel, xgboostFault } from "./xgboost-model.ts";
import type { Tree } from "./xgboost-node.ts";

/** JSON becomes objects of some twenty times its size while it is judged. */
const MOST_JSON_BYTES = 64 * 2 ** 20;
/** A key that every model has, or an ASCII letter written as an escape, which could spell it. */
const CANDIDATE = /gradient_booster|\\u00[567]/i;

/**
 * Judges a file of JSON, UBJSON or text that XGBoost could read as a model.
 * @returns why it is refused; `undefined` when it is no model, or a sound one
 */
export function xgboostFileFault(source: ByteSource, format: string): string | undefined {
  if (format !== "ubj" && !isCandidate(source)) return undefined;
  return documentFault(source, format === "ubj", false);
}

/** Judges what a pickled booster hands to XGBoost, which must be a model. */
export function xgboostHandleFault(source: ByteSource): string | undefined {
  const head = Buffer.from(source.view(0, Math.min(2, source.size))).toString("latin1");
  return documentFault(source, /^\{[LiUIl]/.test(head), true);
}

function documentFault(source: ByteSource, binary: boolean, needed: boolean): string | undefined {
  try {
    const document = binary ? parseUbjson(source) : jsonOf(source);
    if (needed && !isXgboostModel(document)) return "is no model with a gradient booster";
    return xgboostFault(document);
  } catch (error) {
    if (error instanceof BytesError && error.code === "io") throw error;
    if (!(error instanceof FormatError || error instanceof BytesError)) throw error;
    return `cannot be read as one document: ${error.message} (offset ${error.offset ?? 0})`;
  }
}

function jsonOf(source: ByteSource): Tree {
  if (source.size > MOST_JSON_BYTES)
    throw new FormatError("budget", `JSON of more than ${MOST_JSON_BYTES} bytes; save it as UBJSON`, 0);
  return parseJson(Buffer.from(source.view(0, source.size)).toString("utf8"));
}

const CHUNK = 2 ** 20;
const OVERLAP = 32;

/** Text that begins as an object and could name a gradient booster. */
function isCandidate(source: ByteSource): boolean {
  const head = Buffer.from(source.view(0, Math.min(CHUNK, source.size))).toString("latin1");
  if (!/^\s*\{/.test(head)) return false;
  for (let at = 0; at < source.size; at += CHUNK) {
    const length = Math.min(CHUNK + OVERLAP, source.size - at);
    if (CANDIDATE.test(Buffer.from(source.view(at, length)).toString("latin1"))) return true;
  }
  return false;
}
