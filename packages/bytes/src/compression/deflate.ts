import { inflateRawSync, inflateSync } from "node:zlib";
import { BytesError } from "../errors.ts";
import { type Expanded, type ExpansionLimit, tooLarge } from "./expansion.ts";

/**
 * One raw deflate stream (RFC 1951) from the start of `input`.
 * @throws {BytesError} `truncated`, `malformed`, `limit`
 */
export function inflateRaw(input: Uint8Array, limit: ExpansionLimit): Expanded {
  return run("deflate", limit, (maxOutputLength) => inflateRawSync(input, { info: true, maxOutputLength }));
}

/**
 * One zlib stream (RFC 1950), checksum verified.
 * @throws {BytesError} `truncated`, `malformed`, `limit`
 */
export function inflateZlib(input: Uint8Array, limit: ExpansionLimit): Expanded {
  return run("zlib", limit, (maxOutputLength) => inflateSync(input, { info: true, maxOutputLength }));
}

function run(method: string, limit: ExpansionLimit, inflate: (maxOutputLength: number) => unknown): Expanded {
  try {
    // zlib wants at least 1; a stream of one byte against a limit of zero is caught below.
    const answer = readAnswer(inflate(Math.max(1, limit.maxBytes)));
    if (answer.bytes.byteLength > limit.maxBytes) throw tooLarge(method, limit);
    return answer;
  } catch (cause) {
    throw zlibFailure(method, limit, cause);
  }
}

/** `info: true` makes zlib answer `{ buffer, engine }`; @types/node does not know that. */
function readAnswer(answer: unknown): Expanded {
  if (isRecord(answer) && answer["buffer"] instanceof Uint8Array && isRecord(answer["engine"])) {
    const consumed = answer["engine"]["bytesWritten"];
    if (typeof consumed === "number") return { bytes: answer["buffer"], consumed };
  }
  throw new BytesError("unsupported", "this Node's zlib does not say how many bytes it consumed");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** zlib's own error, in this package's words. */
export function zlibFailure(method: string, limit: ExpansionLimit, cause: unknown): BytesError {
  if (cause instanceof BytesError) return cause;
  const code = isRecord(cause) ? cause["code"] : undefined;
  if (code === "ERR_BUFFER_TOO_LARGE") return tooLarge(method, limit);
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (code === "Z_BUF_ERROR") return new BytesError("truncated", `${method} data ends too soon`, { cause });
  return new BytesError("malformed", `${method} data is damaged: ${reason}`, { cause });
}
