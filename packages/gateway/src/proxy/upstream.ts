import type { Readable } from "node:stream";
import { ModelkeepError } from "@modelkeep/findings";
import { type Dispatcher, errors, Pool } from "undici";
import { encodeTarget } from "../http/target.ts";
import type { Json } from "../http/json.ts";
import { unavailable } from "../http/refusal.ts";

export type UpstreamMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
}

/** Connections to MLflow; its server works on few requests at a time, so more would only queue there. */
const CONNECTIONS = 64;
/** Below uvicorn's five seconds, so that a connection is never used in the moment the server closes it. */
const KEEP_ALIVE_MS = 2_000;
/** Idle time, not total time: a big artifact may take long as long as it moves. */
const IDLE_MS = 300_000;
/** What the gateway asks MLflow for itself is small. */
const MAX_JSON_BYTES = 64 * 2 ** 20;

/** The way to the MLflow server behind the gateway. */
export class UpstreamClient {
  readonly #pool: Pool;
  readonly #host: string;
  readonly #prefix: string;
  readonly #headers: Readonly<Record<string, string>>;

  /**
   * @param url of the server; a path in it is put before every target
   * @param headers sent with every request, for example what the supervised MLflow knows its gateway by
   * @throws {ModelkeepError} `CONFIGURATION` when it is no http(s) address
   */
  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.#headers = headers;
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (parsed === undefined || (parsed.protocol !== "http:" && parsed.protocol !== "https:")) {
      throw new ModelkeepError(
        "CONFIGURATION",
        `the upstream is not an http or https address: ${JSON.stringify(url)}`,
      );
    }
    this.#host = parsed.host;
    this.#prefix = parsed.pathname.replace(/\/+$/u, "");
    this.#pool = new Pool(parsed.origin, {
      connections: CONNECTIONS,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      headersTimeout: IDLE_MS,
      bodyTimeout: IDLE_MS,
    });
  }

  /**
   * Sends one request. The answer's body must be read or destroyed by the caller.
   * @param target encoded path and query
   * @throws {Refusal} 503 when MLflow cannot be reached or does not answer
   */
  async send(
    method: UpstreamMethod,
    target: string,
    headers: Readonly<Record<string, string>>,
    body: Buffer | Readable | null = null,
    signal?: AbortSignal,
  ): Promise<UpstreamAnswer> {
    const options = {
      method,
      path: `${this.#prefix}${target}`,
      headers: { ...headers, ...this.#headers, host: this.#host },
      body,
      ...(signal === undefined ? {} : { signal }),
    };
    try {
      const answer = await this.#request(options);
      // Whoever reads the body sees its errors; one that is let go of midway must not end the whole gateway.
      answer.body.on("error", () => undefined);
      return { status: answer.statusCode, headers: answer.headers, body: answer.body };
    } catch (error) {
      throw isNetworkError(error) ? unavailable("MLflow does not answer", error) : error;
    }
  }

  // MLflow's server closes a connection on which it failed, and a kept one may be closed just as it is used again:
  // what only reads is asked once more.
  async #request(options: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData> {
    try {
      return await this.#pool.request(options);
    } catch (error) {
      const again = options.method === "GET" && options.body === null && isCutOff(error);
      if (!again) throw error;
      return await this.#pool.request(options);
    }
  }

  /** A GET of the gateway's own. @throws {Refusal} 503 when MLflow is away or answers no JSON */
  async getJson(
    path: string,
    query: Readonly<Record<string, string>>,
  ): Promise<{ status: number; body: Json }> {
    const entries = Object.entries(query).map(([name, value]): [string, string[]] => [name, [value]]);
    const answer = await this.send("GET", encodeTarget(path, new Map(entries)), {
      accept: "application/json",
    });
    return { status: answer.status, body: parseJson(await readAnswer(answer, MAX_JSON_BYTES)) };
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

/** Reads an answer whole. @throws {Refusal} 503 above the limit or when MLflow breaks off */
export async function readAnswer(answer: UpstreamAnswer, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw isNetworkError(error) ? unavailable("MLflow broke its answer off", error) : error;
  }
  if (size > limit) throw unavailable(`MLflow's answer has more than ${limit} bytes`);
  return Buffer.concat(chunks);
}

function parseJson(bytes: Buffer): Json {
  try {
    return JSON.parse(bytes.toString("utf8")) as Json;
  } catch (error) {
    throw unavailable("MLflow's answer is not JSON", error);
  }
}

function isCutOff(error: unknown): boolean {
  if (error instanceof errors.SocketError) return true;
  return error instanceof Error && "code" in error && error.code === "ECONNRESET";
}

const NETWORK_CODES: ReadonlySet<unknown> = new Set([
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
]);

/** Whether MLflow or the way to it, not the gateway's own disk, is to blame. */
export function isNetworkError(error: unknown): boolean {
  if (error instanceof errors.UndiciError) return true;
  return error instanceof Error && "code" in error && NETWORK_CODES.has(error.code);
}
