import { type AdvisoryGroup, groupAdvisories, type Known } from "./advisory-groups.ts";
import { isAffected } from "./affected.ts";
import type { OsvDatabase } from "./osv.ts";
import type { Said } from "./messages/said.ts";
import { say } from "./messages/said.ts";
import type { Ecosystem } from "./version/scheme.ts";

/** Where advisories came from, for the report. */
export interface SourceInfo {
  readonly kind: "osv-records" | "osv-service" | "pypi";
  /** Path or address. */
  readonly name: string;
  readonly records: number;
  /** When the newest record was changed, milliseconds since 1970; undefined when nothing says so. */
  readonly newest: number | undefined;
}

/** Advisories of one source, and which packages it can speak of. */
export interface AdvisorySource {
  readonly info: SourceInfo;
  readonly database: OsvDatabase;
  /** Why a package is not known to this source; undefined when it is. */
  missing(ecosystem: Ecosystem, name: string): Said | undefined;
}

/** All advisories that were given, looked up as one. */
export class Advisories {
  readonly sources: readonly AdvisorySource[];
  readonly #known = new Map<string, readonly Known[]>();

  constructor(sources: readonly AdvisorySource[]) {
    this.sources = sources;
  }

  /** Why nothing can be said of a package; undefined when some source can. */
  missing(ecosystem: Ecosystem, name: string): Said | undefined {
    let reason = say("skippedNoData", name);
    for (const source of this.sources) {
      const missing = source.missing(ecosystem, name);
      if (missing === undefined) return undefined;
      reason = missing;
    }
    return reason;
  }

  /** Records of one package from all sources; of one id the newest. */
  known(ecosystem: Ecosystem, name: string): readonly Known[] {
    const key = `${ecosystem}:${name}`;
    const cached = this.#known.get(key);
    if (cached !== undefined) return cached;
    const newest = new Map<string, number>();
    const all = this.sources.flatMap(({ database }) => database.known(ecosystem, name));
    for (const { advisory } of all)
      newest.set(advisory.id, Math.max(advisory.modified, newest.get(advisory.id) ?? 0));
    const known = all.filter(({ advisory }) => newest.get(advisory.id) === advisory.modified);
    this.#known.set(key, known);
    return known;
  }

  /** What affects one version, one group for each fault, worst first. */
  lookUp(ecosystem: Ecosystem, name: string, version: string): AdvisoryGroup[] {
    const hits = this.known(ecosystem, name).filter(({ affected }) => isAffected(affected, version));
    return groupAdvisories(hits, version);
  }
}

/** A folder or zip of OSV records as a source. */
export function recordsSource(name: string, database: OsvDatabase): AdvisorySource {
  return {
    info: { kind: "osv-records", name, records: database.size, newest: database.newest },
    database,
    missing: (ecosystem, one) =>
      database.covers(ecosystem) ? undefined : say("skippedEcosystem", one, ecosystem),
  };
}
