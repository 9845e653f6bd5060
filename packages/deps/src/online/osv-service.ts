import type { AdvisorySource } from "../advisories.ts";
import { say } from "../messages/said.ts";
import { OsvDatabase } from "../osv.ts";
import { type Advisory, advisoryOf } from "../osv-record.ts";
import { listOf, recordOf, textOf } from "../text/json.ts";
import type { Ecosystem } from "../version/scheme.ts";
import { type Answered, inParallel, requestJson, type RequestOptions } from "./request.ts";

/** A package to ask for. */
export interface Named {
  readonly ecosystem: Ecosystem;
  readonly name: string;
}

export interface OsvServiceOptions {
  /** `https://api.osv.dev` unless another is named. */
  readonly url?: string;
  readonly now: number;
  readonly request?: Pick<RequestOptions, "timeoutMs" | "maxBytes">;
}

export const OSV_SERVICE = "https://api.osv.dev";
/** The service's own limit of a batch. */
const BATCH = 1_000;
const WIDTH = 6;
const MAX_PAGES = 50;

/**
 * Asks the OSV service (google.github.io/osv.dev/api): in batches which packages have records at all, then for the
 * records of those. All records of a package come, not only those of one version: ranges and fixes need them.
 * What the service does not answer is missing by name; a whole service that is away makes every package missing.
 */
export async function askOsvService(
  packages: readonly Named[],
  options: OsvServiceOptions,
): Promise<AdvisorySource> {
  const client = new Client(options);
  const unique = [...new Map(packages.map((one) => [keyOf(one), one])).values()];
  for (let at = 0; at < unique.length; at += BATCH) await client.batch(unique.slice(at, at + BATCH));
  await inParallel(client.wanted, WIDTH, (one) => client.records(one));
  const database = OsvDatabase.of([...client.advisories.values()]);
  const { missing } = client;
  return {
    info: {
      ...{ kind: "osv-service", name: client.base.origin, records: database.size },
      // It answers as of now, whenever its records were changed.
      newest: missing.size < unique.length || unique.length === 0 ? options.now : undefined,
    },
    database,
    missing(ecosystem, name) {
      const reason = missing.get(keyOf({ ecosystem, name }));
      return reason === undefined ? undefined : say("skippedService", name, reason);
    },
  };
}

function keyOf({ ecosystem, name }: Named): string {
  return `${ecosystem}:${name}`;
}

class Client {
  readonly base: URL;
  /** Packages that have records. */
  readonly wanted: Named[] = [];
  readonly missing = new Map<string, string>();
  readonly advisories = new Map<string, Advisory>();
  readonly #options: OsvServiceOptions;

  constructor(options: OsvServiceOptions) {
    this.#options = options;
    this.base = new URL(options.url ?? OSV_SERVICE);
  }

  async batch(packages: readonly Named[]): Promise<void> {
    const queries = packages.map((one) => ({ package: { ecosystem: one.ecosystem, name: one.name } }));
    const answer = await this.#ask("v1/querybatch", { queries });
    const results = answer.ok ? recordOf(answer.data)?.["results"] : undefined;
    if (!Array.isArray(results) || results.length !== packages.length) {
      const reason = answer.ok ? "answered another number of results than was asked for" : answer.reason;
      for (const one of packages) this.#lost(one, reason);
      return;
    }
    for (const [at, one] of packages.entries()) {
      const result = recordOf(results[at]);
      if (result === undefined) this.#lost(one, "answered no result");
      else if (listOf(result["vulns"]).length > 0 || result["next_page_token"] !== undefined)
        this.wanted.push(one);
    }
  }

  async records(one: Named): Promise<void> {
    let token: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const body = {
        package: { ecosystem: one.ecosystem, name: one.name },
        ...(token && { page_token: token }),
      };
      const answer = await this.#ask("v1/query", body);
      const data = answer.ok ? recordOf(answer.data) : undefined;
      if (data === undefined) {
        this.#lost(one, answer.ok ? "answered no object" : answer.reason);
        return;
      }
      for (const vulnerability of listOf(data["vulns"])) this.#keep(one, vulnerability);
      token = textOf(data["next_page_token"]);
      if (token === undefined || token === "") return;
    }
    this.#lost(one, `answered more than ${MAX_PAGES} pages`);
  }

  #keep(one: Named, vulnerability: unknown): void {
    try {
      const advisory = advisoryOf(vulnerability);
      if (advisory !== undefined) this.advisories.set(advisory.id, advisory);
    } catch {
      this.#lost(one, "answered something that is no OSV record");
    }
  }

  #lost(one: Named, reason: string): void {
    this.missing.set(keyOf(one), `${this.base.origin} ${reason}`);
  }

  async #ask(path: string, body: unknown): Promise<Answered> {
    const base = this.base.href.endsWith("/") ? this.base.href : `${this.base.href}/`;
    return await requestJson(new URL(path, base), { body, ...this.#options.request });
  }
}
