import { MlflowError } from "../error.ts";
import { isForbidden, isLoopback } from "./address.ts";
import { failureOf } from "./failure.ts";
import { type Fetch, ForbiddenAddress, nodeFetch } from "./node-fetch.ts";
import { isTransient, pause, waitSeconds } from "./retry.ts";
import type { Settings } from "./settings.ts";

/** Answers of MLflow's JSON API stay far below; hostile ones must not fill the memory. */
const MAX_JSON_BYTES = 64 * 2 ** 20;
const MAX_REDIRECTS = 5;

export interface Call {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path below the tracking URI, for example `/api/2.0/mlflow/runs/get`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly json?: unknown;
  readonly bytes?: Uint8Array<ArrayBuffer>;
  /** May be sent twice without harm. GET is; a search by POST is too. */
  readonly idempotent?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Talks to one tracking server. The credential goes to its origin and nowhere else. */
export class Connection {
  readonly settings: Settings;
  readonly #fetch: Fetch;
  /** The one origin whose address the user chose; every other is looked at before it is connected to. */
  readonly #chosen: URL;

  constructor(settings: Settings, fetch: Fetch = nodeFetch(settings.tls), chosen: URL = settings.base) {
    this.settings = settings;
    this.#fetch = fetch;
    this.#chosen = chosen;
  }

  /** The same settings for a server that an address named: without credential, and with its address looked at. */
  elsewhere(base: URL): Connection {
    const { authorization: _, ...settings } = this.settings;
    const { clientCertificate: __, ...tls } = settings.tls;
    return new Connection({ ...settings, tls, base }, this.#fetch, this.#chosen);
  }

  /** The address of a path on the server. */
  url(path: string, query: Call["query"] = {}): URL {
    const url = new URL(this.settings.base);
    url.pathname = `${url.pathname.replace(/\/+$/u, "")}${path}`;
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.append(name, value);
    }
    return url;
  }

  /**
   * One call of the JSON API.
   * @returns the parsed answer; `{}` for an empty body
   * @throws {MlflowError}
   */
  async json(call: Call): Promise<unknown> {
    const response = await this.#withRetries(call, this.url(call.path, call.query), false);
    const text = new TextDecoder().decode(await bodyBytes(response, MAX_JSON_BYTES, call.path));
    if (text === "") return {};
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new MlflowError("malformed", `${call.path} answered no JSON: is this address a MLflow server?`, {
        cause,
      });
    }
  }

  /**
   * Streams a file. A redirect to another origin (a store's presigned address) is followed without the credential.
   * @param headers conditions: `range`, `if-range`, `if-none-match`; a 304 is an answer
   * @throws {MlflowError}
   */
  async download(url: URL, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return await this.#withRetries({ method: "GET", path: url.pathname, headers }, url, true);
  }

  async #withRetries(call: Call, url: URL, abroad: boolean): Promise<Response> {
    const retries = call.method === "GET" || call.idempotent === true ? this.settings.maxRetries : 0;
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#attempt(call, url, abroad);
      if (outcome instanceof Response) {
        if (outcome.ok || outcome.status === 304) return outcome;
        if (!isTransient(outcome.status) || attempt > retries) throw await failureOf(outcome, url);
        await outcome.body?.cancel();
      } else if (attempt > retries || outcome.code !== "unavailable") throw outcome;
      const after = outcome instanceof Response ? outcome.headers.get("retry-after") : null;
      await pause(waitSeconds(attempt, this.settings.backoffFactor, after, Math.random()));
    }
  }

  async #attempt(call: Call, url: URL, abroad: boolean): Promise<Response | MlflowError> {
    try {
      return await this.#follow(call, url, abroad);
    } catch (error) {
      if (error instanceof MlflowError) return error;
      return unreachable(url, error);
    }
  }

  async #follow(call: Call, start: URL, abroad: boolean): Promise<Response> {
    let url = start;
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      const response = await this.#send(call, url);
      const location = response.headers.get("location");
      if (response.status < 300 || response.status > 399 || response.status === 304 || location === null)
        return response;
      await response.body?.cancel();
      url = this.#redirected(call, url, location, abroad);
    }
    throw new MlflowError("unavailable", `${shown(start)} redirects in a circle: check the tracking URI`);
  }

  #redirected(call: Call, from: URL, location: string, abroad: boolean): URL {
    if (!URL.canParse(location, from.href))
      throw new MlflowError("malformed", `${shown(from)} redirects to nonsense`);
    const to = new URL(location, from.href);
    const away = to.origin !== from.origin;
    const downgrade = from.protocol === "https:" && to.protocol !== "https:";
    const web = to.protocol === "http:" || to.protocol === "https:";
    if (!web || downgrade || call.method !== "GET" || (away && !abroad)) {
      throw new MlflowError(
        "configuration",
        `${shown(from)} redirects to ${shown(to)}, which is not followed: name the final address as tracking URI`,
      );
    }
    return to;
  }

  // A server of this machine may name this machine's others; one elsewhere may not.
  readonly #isForbidden = (address: string): boolean =>
    isForbidden(address, isLoopback(this.#chosen.hostname));

  async #send(call: Call, url: URL): Promise<Response> {
    const headers: Record<string, string> = {
      accept: "*/*",
      "accept-encoding": "identity",
      ...call.headers,
    };
    const { authorization, base, timeoutMilliseconds } = this.settings;
    if (authorization !== undefined && url.origin === base.origin) headers["authorization"] = authorization;
    const body = call.json === undefined ? call.bytes : Buffer.from(JSON.stringify(call.json));
    if (call.json !== undefined) headers["content-type"] = "application/json";
    else if (call.bytes !== undefined) headers["content-type"] = "application/octet-stream";
    if (body !== undefined) headers["content-length"] = String(body.byteLength);
    const timer = new AbortController();
    const alarm = setTimeout(
      () => timer.abort(new Error(`no answer within ${timeoutMilliseconds} ms`)),
      timeoutMilliseconds,
    );
    try {
      return await this.#fetch(url.href, {
        method: call.method,
        headers,
        redirect: "manual",
        signal: timer.signal,
        ...(url.origin === this.#chosen.origin ? {} : { isForbidden: this.#isForbidden }),
        ...(body === undefined ? {} : { body }),
      });
    } finally {
      clearTimeout(alarm);
    }
  }
}

function unreachable(url: URL, cause: unknown): MlflowError {
  if (cause instanceof ForbiddenAddress) {
    return new MlflowError("configuration", `${shown(url)} is not connected to: ${cause.message}`, {
      url: shown(url),
      cause,
    });
  }
  const aborted = cause instanceof Error && cause.name === "AbortError" && cause.cause instanceof Error;
  const reason = aborted
    ? (cause.cause as Error).message
    : cause instanceof Error
      ? cause.message
      : String(cause);
  return new MlflowError("unavailable", `cannot reach ${shown(url)}: ${reason}: is the server running?`, {
    url: shown(url),
    cause,
  });
}

/** An address for messages: no query (presigned secrets), no user. */
export function shown(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

/** A body in memory, at most `limit` bytes. @throws {MlflowError} `limit` */
export async function bodyBytes(response: Response, limit: number, what: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    const bytes: Uint8Array = piece;
    size += bytes.byteLength;
    if (size > limit) throw new MlflowError("limit", `${what} answered more than ${limit} bytes`);
    pieces.push(bytes);
  }
  return Buffer.concat(pieces);
}
