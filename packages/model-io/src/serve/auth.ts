import { createHash } from "node:crypto";
import { Rejection } from "./http/rejection.ts";

/** Decides who may use a model. */
export interface Authoriser {
  /**
   * Returns when the caller may read the registered model.
   * @param authorization the request's header
   * @param traceparent goes on to whoever is asked
   * @throws {Rejection} 401, 403; 503 when nobody can say
   */
  check(authorization: string | undefined, model: string, traceparent: string | undefined): Promise<void>;
}

export interface GatewayAuthOptions {
  /** The gateway's address. */
  readonly url: string;
  /** How long an answer of the gateway counts, milliseconds: a revoked key works no longer than this. Default 3 s. */
  readonly milliseconds?: number;
  readonly fetch?: typeof fetch;
  readonly now?: () => number;
}

const DEFAULT_MILLISECONDS = 3_000;
const ENTRIES = 10_000;
/** Questions to the gateway at the same time: keys that are made up must not keep it from its other work. */
const MAX_ASKING = 64;
const ASK_MILLISECONDS = 5_000;
const CHALLENGE = ["www-authenticate", 'Bearer realm="modelkeep", Basic realm="modelkeep"'];

interface Known {
  readonly until: number;
  readonly answer: Promise<Rejection | undefined>;
}

/** Asks a gateway whether the key that a caller presents may READ a registered model, and remembers it for a moment. */
export class GatewayAuthoriser implements Authoriser {
  readonly #options: GatewayAuthOptions;
  readonly #known = new Map<string, Known>();
  #asking = 0;

  constructor(options: GatewayAuthOptions) {
    this.#options = options;
  }

  async check(
    authorization: string | undefined,
    model: string,
    traceparent: string | undefined,
  ): Promise<void> {
    if (authorization === undefined || authorization === "")
      throw new Rejection(
        401,
        "credential",
        "this server needs an API key of the gateway",
        undefined,
        CHALLENGE,
      );
    const now = (this.#options.now ?? Date.now)();
    // Not the key itself: what is remembered must not hold secrets.
    const key = `${createHash("sha256").update(authorization).digest("base64")} ${model}`;
    const known = this.#known.get(key);
    const answer =
      known !== undefined && known.until > now
        ? known.answer
        : this.#remember(key, now, this.#ask(authorization, model, traceparent));
    const rejection = await answer;
    if (rejection !== undefined) throw rejection;
  }

  #remember(key: string, now: number, answer: Known["answer"]): Known["answer"] {
    this.#known.delete(key);
    this.#known.set(key, { until: now + (this.#options.milliseconds ?? DEFAULT_MILLISECONDS), answer });
    const [oldest] = this.#known.keys();
    if (this.#known.size > ENTRIES && oldest !== undefined) this.#known.delete(oldest);
    // That the gateway was away is no answer to remember.
    void answer.then((rejection) => {
      if (rejection?.status === 503) this.#known.delete(key);
    });
    return answer;
  }

  async #ask(
    authorization: string,
    model: string,
    traceparent: string | undefined,
  ): Promise<Rejection | undefined> {
    if (this.#asking >= MAX_ASKING)
      return new Rejection(503, "gateway-busy", "too many keys are being checked: try again", 1);
    this.#asking++;
    try {
      return await this.#request(authorization, model, traceparent);
    } catch {
      return new Rejection(
        503,
        "gateway-away",
        "the gateway that knows the keys does not answer: try again",
        2,
      );
    } finally {
      this.#asking--;
    }
  }

  async #request(authorization: string, model: string, traceparent: string | undefined) {
    const query = new URLSearchParams({ registered_model: model, permission: "READ" });
    const response = await (this.#options.fetch ?? fetch)(
      `${this.#options.url}/modelkeep/api/v1/access?${query.toString()}`,
      {
        headers: { authorization, ...(traceparent === undefined ? {} : { traceparent }) },
        redirect: "error",
        signal: AbortSignal.timeout(ASK_MILLISECONDS),
      },
    );
    const said: unknown = await response.json();
    return rejectionOf(response.status, said, model);
  }
}

function rejectionOf(status: number, said: unknown, model: string): Rejection | undefined {
  const allowed = typeof said === "object" && said !== null && "allowed" in said ? said.allowed : undefined;
  if (status === 200 && allowed === true) return undefined;
  if (status === 200 && allowed === false)
    return new Rejection(403, "permission", `this API key may not READ the registered model ${model}`);
  if (status === 401)
    return new Rejection(401, "credential", "the gateway does not accept this API key", undefined, CHALLENGE);
  return new Rejection(
    503,
    "gateway-away",
    `the gateway answered ${status} when it was asked about a key`,
    2,
  );
}
