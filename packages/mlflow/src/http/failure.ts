import { isJsonObject } from "../json/read.ts";
import { MlflowError, type MlflowErrorCode } from "../error.ts";

const MAX_ERROR_BYTES = 64 * 1024;
const MAX_MESSAGE = 2_000;

/** The typed error for an answer that is not 2xx. Reads MLflow's error document, where there is one. */
export async function failureOf(response: Response, url: URL): Promise<MlflowError> {
  const text = await errorText(response);
  const document = parse(text);
  const errorCode = textOf(document?.["error_code"]);
  const message = textOf(document?.["message"]) ?? text.slice(0, 200);
  const where = `${url.origin}${url.pathname}`;
  const summary = message === "" ? `HTTP ${response.status}` : message.slice(0, MAX_MESSAGE);
  return new MlflowError(
    codeOf(response.status, errorCode),
    `${summary} (${response.status} from ${where})`,
    {
      status: response.status,
      url: where,
      ...(errorCode === undefined ? {} : { errorCode }),
    },
  );
}

async function errorText(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    const bytes: Uint8Array = piece;
    pieces.push(bytes);
    size += bytes.byteLength;
    if (size > MAX_ERROR_BYTES) break;
  }
  return new TextDecoder().decode(Buffer.concat(pieces)).trim();
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    // Not every failure comes from MLflow: a proxy answers HTML. Its text is the message then.
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** An unknown alias is 400 with INVALID_PARAMETER_VALUE or RESOURCE_DOES_NOT_EXIST, an unknown name 404. */
function codeOf(status: number, errorCode: string | undefined): MlflowErrorCode {
  if (errorCode === "RESOURCE_DOES_NOT_EXIST" || status === 404) return "not-found";
  if (status === 401) return "unauthenticated";
  // The gateway's own refusal of bytes that are not admitted; MLflow answers no 422 of that name.
  if (status === 422 && errorCode === "PERMISSION_DENIED") return "not-admitted";
  if (status === 403) return "permission-denied";
  if (status === 408 || status === 429 || status >= 500) return "unavailable";
  return "invalid";
}
