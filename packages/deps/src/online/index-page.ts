import type { AdvisorySource } from "../advisories.ts";
import { type Said, say } from "../messages/said.ts";
import { OsvDatabase } from "../osv.ts";
import type { Advisory } from "../osv-record.ts";
import { type JsonRecord, listOf, recordOf, textOf, textsOf } from "../text/json.ts";
import { schemeOf } from "../version/scheme.ts";
import type { IndexPage, IndexPages, Release } from "./page.ts";
import { inParallel, requestJson, type RequestOptions } from "./request.ts";

/** Names with the versions that are pinned, and where to ask. */
export interface IndexOptions {
  /** Of the index, as pip has it (`…/simple`). */
  readonly url: string;
  readonly now: number;
  readonly request?: Pick<RequestOptions, "timeoutMs" | "maxBytes">;
}

/** What the index said. */
export interface IndexAnswer {
  readonly pages: IndexPages;
  readonly source: AdvisorySource;
  /** Packages of which the index said nothing, with the reason. */
  readonly missing: ReadonlyMap<string, string>;
}

const WIDTH = 6;

/**
 * Asks an index for its JSON pages (docs.pypi.org/api/json): releases with their files, and for pinned versions the
 * vulnerabilities that the index knows. A supplement: it knows nothing of a range.
 */
export async function askIndex(
  pinned: ReadonlyMap<string, ReadonlySet<string>>,
  options: IndexOptions,
): Promise<IndexAnswer> {
  const client = new IndexClient(options);
  await inParallel([...pinned], WIDTH, async ([name, versions]) => {
    await client.page(name);
    for (const version of versions) await client.release(name, version);
  });
  return client.answer(pinned);
}

class IndexClient {
  readonly #options: IndexOptions;
  readonly #base: URL;
  readonly #pages = new Map<string, IndexPage>();
  readonly #missing = new Map<string, string>();
  readonly #unknown = new Set<string>();
  readonly #advisories: Advisory[] = [];

  constructor(options: IndexOptions) {
    this.#options = options;
    // The JSON pages lie beside the simple ones.
    this.#base = new URL(options.url.replace(/\/(?:simple\/?)?$/u, "").concat("/"));
  }

  async page(name: string): Promise<void> {
    const data = await this.#get(`pypi/${encodeURIComponent(name)}/json`, name);
    const releases = recordOf(data?.["releases"]);
    if (releases === undefined) return;
    const entries = Object.entries(releases).map(([version, files]): [string, Release] => [
      version,
      releaseOf(listOf(files).map((file) => recordOf(file) ?? {})),
    ]);
    // A release without files cannot be installed.
    this.#pages.set(name, { releases: new Map(entries.filter(([, { hashes }]) => hashes.length > 0)) });
  }

  async release(name: string, version: string): Promise<void> {
    const data = await this.#get(
      `pypi/${encodeURIComponent(name)}/${encodeURIComponent(version)}/json`,
      name,
    );
    const found = data?.["vulnerabilities"];
    if (!Array.isArray(found)) {
      this.#unknown.add(name);
      return;
    }
    for (const one of found) {
      const advisory = advisoryIn(recordOf(one) ?? {}, name, version, this.#options.now);
      if (advisory !== undefined) this.#advisories.push(advisory);
    }
  }

  answer(pinned: ReadonlyMap<string, ReadonlySet<string>>): IndexAnswer {
    const database = OsvDatabase.of(this.#advisories);
    const missing = this.#missing;
    const unknown = this.#unknown;
    const isAsked = (name: string): boolean => (pinned.get(name)?.size ?? 0) > 0 && !unknown.has(name);
    const source: AdvisorySource = {
      info: { kind: "pypi", name: this.#base.host, records: database.size, newest: this.#options.now },
      database,
      missing(ecosystem, name): Said | undefined {
        if (ecosystem !== "PyPI") return say("skippedEcosystem", name, ecosystem);
        if (missing.has(name)) return say("skippedService", name, missing.get(name) ?? "");
        return isAsked(name) ? undefined : say("skippedRange", name);
      },
    };
    return { pages: this.#pages, source, missing };
  }

  async #get(path: string, name: string): Promise<JsonRecord | undefined> {
    const answer = await requestJson(new URL(path, this.#base), { ...this.#options.request });
    const data = answer.ok ? recordOf(answer.data) : undefined;
    if (data === undefined)
      this.#missing.set(name, `${this.#base.host} ${answer.ok ? "answered no object" : answer.reason}`);
    return data;
  }
}

function releaseOf(files: readonly JsonRecord[]): Release {
  const hashes = files.flatMap((file) => textOf(recordOf(file["digests"])?.["sha256"]) ?? []);
  const isYanked = files.length > 0 && files.every((file) => file["yanked"] === true);
  const reason = files.map((file) => textOf(file["yanked_reason"])).find((one) => one !== undefined);
  const python = files
    .map((file) => textOf(file["requires_python"]))
    .find((one) => one !== undefined && one !== "");
  return {
    yanked: isYanked ? (reason ?? "") : undefined,
    hashes: hashes.filter((one) => /^[0-9a-f]{64}$/u.test(one)).map((one) => `sha256:${one}`),
    requiresPython: python,
  };
}

function advisoryIn(entry: JsonRecord, name: string, version: string, now: number): Advisory | undefined {
  const id = textOf(entry["id"]);
  if (id === undefined || typeof entry["withdrawn"] === "string") return undefined;
  const scheme = schemeOf("PyPI");
  const later = textsOf(entry["fixed_in"]).filter((fixed) => (scheme.compare(fixed, version) ?? 0) > 0);
  const [fixed] = later.sort((a, b) => scheme.compare(a, b) ?? 0);
  const ranges = fixed === undefined ? [] : [{ introduced: version, fixed }];
  return {
    ...{ id, aliases: textsOf(entry["aliases"]), severity: "unknown", score: undefined, vector: undefined },
    summary:
      (textOf(entry["summary"]) || textOf(entry["details"]) || "").split("\n", 1)[0]?.slice(0, 200) ?? "",
    ...{ isMalicious: id.startsWith("MAL-"), modified: now },
    affected: [{ ecosystem: "PyPI", name, versions: new Set([version]), ranges, hasGit: false }],
  };
}
