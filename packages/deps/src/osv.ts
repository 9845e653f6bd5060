import { compare, satisfies, valid } from "@renovatebot/pep440";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { BytesError, openFileSource } from "@modelkeep/bytes";
import { readZip } from "@modelkeep/bytes/archives/zip";
import { openMember } from "@modelkeep/bytes/archives/zip-member";
import { ModelkeepError, type Severity } from "@modelkeep/findings";
import type { LockedPackage } from "./lock.ts";
import { canonicalName } from "./names.ts";
import { type Advisory, type Affected, type AffectedRange, parseAdvisory } from "./osv-record.ts";

/** An advisory that speaks of an installed version. */
export interface Vulnerability {
  readonly name: string;
  readonly version: string;
  readonly id: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly severity: Severity | "unknown";
  readonly isMalicious: boolean;
}

const MAX_RECORDS = 500_000;
const MAX_RECORD_BYTES = 16 * 2 ** 20;

/** Advisories of one day, by package. What it does not know it cannot find: an old one least of all. */
export class OsvDatabase {
  readonly #byName = new Map<string, { advisory: Advisory; affected: Affected }[]>();
  /** Records in force that speak of a package of PyPI. */
  readonly size: number;
  /** When the newest record was changed, in milliseconds since 1970: the data is no newer. */
  readonly newest: number;

  private constructor(advisories: readonly Advisory[]) {
    this.size = advisories.length;
    this.newest = advisories.reduce((newest, { modified }) => Math.max(newest, modified), 0);
    for (const advisory of advisories) {
      for (const affected of advisory.affected) {
        const known = this.#byName.get(affected.name) ?? [];
        known.push({ advisory, affected });
        this.#byName.set(affected.name, known);
      }
    }
  }

  /**
   * Reads a folder of OSV records (`*.json`, subfolders too), or a zip of them as OSV offers for whole ecosystems.
   * @throws {ModelkeepError} `CONFIGURATION` when it cannot be read, or holds no record: no data is not no vulnerability
   */
  static open(path: string): OsvDatabase {
    const advisories: Advisory[] = [];
    let seen = 0;
    for (const [name, text] of records(path)) {
      if (++seen > MAX_RECORDS) throw fault(path, `holds more than ${MAX_RECORDS} records`);
      try {
        const advisory = parseAdvisory(text());
        if (advisory !== undefined) advisories.push(advisory);
      } catch (cause) {
        throw fault(path, `holds ${name}, which is no OSV record`, cause);
      }
    }
    if (advisories.length === 0) throw fault(path, "holds no OSV record of a package of PyPI");
    return new OsvDatabase(advisories);
  }

  /** All that is known of these packages, worst first. */
  match(packages: readonly Pick<LockedPackage, "name" | "version">[]): Vulnerability[] {
    return packages.flatMap((one) => this.#matchOne(one)).sort(worstFirst);
  }

  /** Whole days from the newest record to `now` (milliseconds since 1970). */
  ageInDays(now: number): number {
    return Math.max(0, Math.floor((now - this.newest) / 86_400_000));
  }

  #matchOne({ name, version }: Pick<LockedPackage, "name" | "version">): Vulnerability[] {
    const known = this.#byName.get(canonicalName(name)) ?? [];
    const hits = known.filter(({ affected }) => isAffected(affected, version));
    return [...new Set(hits.map(({ advisory }) => advisory))].map(
      ({ id, aliases, summary, severity, isMalicious }) => ({
        ...{ name: canonicalName(name), version, id, aliases, summary },
        ...{ severity: isMalicious ? "critical" : severity, isMalicious },
      }),
    );
  }
}

/** Order of severities; what is not said may be anything, so it counts as high. */
const RANKS: ReadonlyMap<string, number> = new Map([
  ["info", 0],
  ["low", 1],
  ["medium", 2],
  ["high", 3],
  ["unknown", 3],
  ["critical", 4],
]);

/** Whether a severity is as bad as a threshold, or worse. `unknown` counts as high. */
export function isAtLeast(severity: Severity | "unknown", threshold: Severity): boolean {
  return (RANKS.get(severity) ?? 4) >= (RANKS.get(threshold) ?? 0);
}

function worstFirst(a: Vulnerability, b: Vulnerability): number {
  const byRank = (RANKS.get(b.severity) ?? 4) - (RANKS.get(a.severity) ?? 4);
  return byRank === 0 ? (a.id < b.id ? -1 : 1) : byRank;
}

/** A version that cannot be compared may be an affected one. */
function isAffected({ versions, ranges }: Affected, version: string): boolean {
  if (versions.has(version) || versions.has(withoutLocal(version))) return true;
  if (valid(version) === null) return true;
  return ranges.some((range) => isWithin(range, version));
}

function isWithin({ introduced, fixed, last }: AffectedRange, version: string): boolean {
  if (introduced !== "0" && before(version, introduced)) return false;
  if (fixed !== undefined) return before(version, fixed);
  return last === undefined || !before(last, version);
}

/** A bound that is no version of PEP 440 bounds nothing. */
function before(version: string, bound: string): boolean {
  if (valid(version) === null || valid(bound) === null) return false;
  return compare(version, bound) < 0;
}

function withoutLocal(version: string): string {
  return version.split("+", 1)[0] ?? version;
}

/** Whether an installed version is what a specifier asks for. */
export function fits(version: string, specifier: string): boolean {
  return (
    valid(version) !== null && (specifier === "" || satisfies(version, specifier, { prereleases: true }))
  );
}

function* records(path: string): Generator<[name: string, text: () => string]> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw fault(path, "is not there");
  if (found.isDirectory()) yield* folderRecords(path);
  else yield* zipRecords(path);
}

function* folderRecords(path: string): Generator<[string, () => string]> {
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile() && entry.name.endsWith(".json")) yield [entry.name, () => readFileSync(file, "utf8")];
  }
}

function* zipRecords(path: string): Generator<[string, () => string]> {
  const source = openFileSource(path);
  try {
    for (const member of readZip(source, MAX_RECORDS).members) {
      if (!member.name.endsWith(".json")) continue;
      if (member.size > MAX_RECORD_BYTES) throw fault(path, `holds ${member.name}, which is too large`);
      yield [
        member.name,
        () => {
          const content = openMember(member);
          return Buffer.from(content.view(0, content.size)).toString("utf8");
        },
      ];
    }
  } catch (error) {
    throw error instanceof BytesError
      ? fault(path, `is no zip that can be read: ${error.message}`, error)
      : error;
  } finally {
    source.close();
  }
}

function fault(path: string, what: string, cause?: unknown): ModelkeepError {
  return new ModelkeepError(
    "CONFIGURATION",
    `the advisories in ${path} cannot be used: it ${what}: name a folder or zip of OSV records with osv`,
    { cause },
  );
}
