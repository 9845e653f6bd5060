import type { ByteSource } from "@modelkeep/bytes";
import type { Analysis } from "../analysis.ts";
import { FormatError, type ReadContext } from "../context.ts";
import { checkJson } from "../json/parse.ts";
import { looksLikeMlmodel, readMlmodel } from "../mlmodel/read.ts";
import { whole } from "../problem.ts";
import { decodeUtf8, textEncoding } from "./utf8.ts";

/** Larger JSON documents are taken for text: both are inert, and a string cannot be much larger. */
const MAX_JSON_BYTES = 256 * 2 ** 20;

/**
 * Reads text: a MLmodel, JSON, or anything else (source code, CSV, YAML, HTML, a LightGBM model), which is inert
 * alone. Whether it is also a text-mode pickle is for the dispatcher to find.
 * @returns undefined for binary data
 */
export function readText(source: ByteSource, ctx: ReadContext): Analysis | undefined {
  const encoding = textEncoding(source);
  if (encoding === undefined) return undefined;
  if (encoding === "8-bit") return whole("text", "text", source.size);
  if (looksLikeMlmodel(source)) {
    const document = readMlmodel(source);
    if (document !== undefined) {
      return whole("mlmodel", "mlmodel", source.size, [
        { kind: "mlmodel", document, at: { part: ctx.part, offset: 0 } },
      ]);
    }
  }
  return whole(isJson(source) ? "json" : "text", "text", source.size);
}

/** @throws {FormatError} `ambiguous` for a document with repeated keys */
function isJson(source: ByteSource): boolean {
  if (source.size > MAX_JSON_BYTES) return false;
  const start = new TextDecoder().decode(source.view(0, Math.min(64, source.size))).trimStart();
  if (!start.startsWith("{") && !start.startsWith("[")) return false;
  try {
    checkJson(decodeUtf8(source));
    return true;
  } catch (error) {
    // Text that begins with a bracket need not be JSON: Python literals, logs, source code.
    if (error instanceof FormatError && error.code === "malformed") return false;
    throw error;
  }
}
