import { SigningError } from "../errors.ts";

/** Certificates and log entries are far smaller. */
const MAX_ANSWER_BYTES = 16 * 2 ** 20;
const TIMEOUT_MS = 30_000;

/** An answer's JSON object, with nothing believed of it. */
export type Answer = Readonly<Record<string, unknown>>;

/**
 * One request for JSON. Redirects are not followed: a token must go nowhere else.
 * @param body sent as JSON by POST; absent: GET
 * @throws {SigningError} `io` with status and the service's own words
 */
export async function requestJson(
  url: URL,
  options: { readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown } = {},
): Promise<Answer> {
  const { body, headers } = options;
  try {
    const response = await fetch(url, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const answer = await bounded(response, url);
    if (!response.ok) throw failed(url, `answered ${response.status}: ${answer.slice(0, 300)}`);
    const document: unknown = JSON.parse(answer);
    if (typeof document === "object" && document !== null && !Array.isArray(document)) return { ...document };
    throw failed(url, "answered no JSON object");
  } catch (cause) {
    if (cause instanceof SigningError) throw cause;
    throw failed(url, `did not answer (${cause instanceof Error ? cause.message : String(cause)})`, cause);
  }
}

async function bounded(response: Response, url: URL): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    size += piece.byteLength;
    if (size > MAX_ANSWER_BYTES) throw failed(url, `answered more than ${MAX_ANSWER_BYTES} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}

function failed(url: URL, what: string, cause?: unknown): SigningError {
  return new SigningError("io", `${url.origin}${url.pathname} ${what}`, {
    cause,
    advice: "try again, or check the address and the token",
  });
}

/** A text of an answer. @throws {SigningError} `io` */
export function text(answer: Answer, key: string): string {
  const value = answer[key];
  return typeof value === "string" ? value : missing(key);
}

export function object(answer: Answer, key: string): Answer {
  const value = answer[key];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : missing(key);
}

export function texts(answer: Answer, key: string): readonly string[] {
  const value = answer[key];
  if (!Array.isArray(value)) return missing(key);
  return value.map((one) => (typeof one === "string" ? one : missing(key)));
}

/** A whole number from 0 on. */
export function count(answer: Answer, key: string): number {
  const value = answer[key];
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : missing(key);
}

function missing(key: string): never {
  throw new SigningError("io", `a service of Sigstore answered without ${key}`, {
    advice: "check its address: it may be no Fulcio or Rekor, or of another version",
  });
}
