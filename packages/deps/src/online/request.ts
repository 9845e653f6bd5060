/** What a service answered, with nothing believed of it; or why it did not. */
export type Answered =
  | { readonly ok: true; readonly data: unknown }
  | { readonly ok: false; readonly status: number | undefined; readonly reason: string };

export interface RequestOptions {
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  readonly accept?: string;
  /** Sent as JSON by POST; absent: GET. */
  readonly body?: unknown;
}

const TIMEOUT_MS = 20_000;
/** The OSV service's own limit for an answer; the largest pages of an index are a third of it. */
const MAX_BYTES = 32 * 2 ** 20;
const TRIES = 2;
const PAUSE_MS = 300;

/**
 * Asks for JSON: bounded in time and size, once more when the service is busy, without redirects (credentials and
 * trust are for one host). Credentials in the address become a header.
 */
export async function requestJson(url: URL, options: RequestOptions = {}): Promise<Answered> {
  let answer = await once(url, options);
  for (let tries = 1; tries < TRIES && isBusy(answer); tries++) {
    await new Promise((resolve) => {
      setTimeout(resolve, PAUSE_MS);
    });
    answer = await once(url, options);
  }
  return answer;
}

function isBusy(answer: Answered): boolean {
  return !answer.ok && (answer.status === undefined || answer.status === 429 || answer.status >= 500);
}

async function once(url: URL, options: RequestOptions): Promise<Answered> {
  const { body, accept = "application/json", timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES } = options;
  try {
    const response = await fetch(withoutUser(url), {
      method: body === undefined ? "GET" : "POST",
      headers: {
        ...{ accept, "user-agent": "modelkeep" },
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...authorization(url),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await bounded(response, maxBytes);
    if (text === undefined) return { ok: false, status: 0, reason: `answered more than ${maxBytes} bytes` };
    if (!response.ok) return { ok: false, status: response.status, reason: `answered ${response.status}` };
    return parsed(text);
  } catch (error) {
    return { ok: false, status: undefined, reason: `did not answer (${wordsOf(error)})` };
  }
}

function parsed(text: string): Answered {
  try {
    return { ok: true, data: JSON.parse(text) };
  } catch {
    return { ok: false, status: 0, reason: "answered no JSON" };
  }
}

async function bounded(response: Response, maxBytes: number): Promise<string | undefined> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    size += piece.byteLength;
    if (size > maxBytes) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}

function withoutUser(url: URL): URL {
  const plain = new URL(url);
  plain.username = "";
  plain.password = "";
  return plain;
}

function authorization({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === "" && password === "") return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** Runs work on all items, a few at once; results in the items' order. */
export async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const runner = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) {
      const item = items[at];
      if (item !== undefined) results[at] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, runner));
  return results;
}
