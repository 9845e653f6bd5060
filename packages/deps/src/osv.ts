import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { BytesError, openFileSource } from "@modelkeep/bytes";
import { readZip } from "@modelkeep/bytes/archives/zip";
import { openMember } from "@modelkeep/bytes/archives/zip-member";
import { ModelkeepError, type Severity } from "@modelkeep/findings";
import type { LockedPackage } from "./lock.ts";
import { type AdvisoryGroup, groupAdvisories, type Known, worstFirst } from "./advisory-groups.ts";
import { isAffected } from "./affected.ts";
import { canonicalName } from "./names.ts";
import { type Advisory, parseAdvisory } from "./osv-record.ts";
import type { Ecosystem } from "./version/scheme.ts";
import { allows, parseSpecifier } from "./version/specifier.ts";
import { parseVersion } from "./version/version.ts";

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
/** Unpacked: all records of PyPI and npm are far less, a bomb is more. */
const MAX_TOTAL_BYTES = 4 * 2 ** 30;

/** Advisories of one day, by package. What it does not know it cannot find: an old one least of all. */
export class OsvDatabase {
  readonly #byName = new Map<string, Known[]>();
  /** Records in force that speak of a package of PyPI or npm. */
  readonly size: number;
  /** When the newest record was changed, in milliseconds since 1970: the data is no newer. */
  readonly newest: number;

  private constructor(advisories: readonly Advisory[]) {
    this.size = advisories.length;
    this.newest = advisories.reduce((newest, { modified }) => Math.max(newest, modified), 0);
    for (const advisory of advisories) {
      for (const affected of advisory.affected) {
        const key = `${affected.ecosystem}:${affected.name}`;
        const known = this.#byName.get(key);
        if (known === undefined) this.#byName.set(key, [{ advisory, affected }]);
        else known.push({ advisory, affected });
      }
    }
  }

  /** Advisories that came from elsewhere (a service). */
  static of(advisories: readonly Advisory[]): OsvDatabase {
    return new OsvDatabase(advisories);
  }

  /**
   * Reads a folder of OSV records (`*.json`, subfolders too), or a zip of them as OSV offers for whole ecosystems.
   * @param ecosystems what records must speak of; all others are left out
   * @throws {ModelkeepError} `CONFIGURATION` when it cannot be read, or holds no record: no data is not no vulnerability
   */
  static open(path: string, ecosystems: readonly Ecosystem[] = ["PyPI"]): OsvDatabase {
    const advisories: Advisory[] = [];
    let seen = 0;
    for (const [name, text] of records(path)) {
      if (++seen > MAX_RECORDS) throw fault(path, `holds more than ${MAX_RECORDS} records`);
      try {
        const advisory = parseAdvisory(text());
        if (advisory?.affected.some(({ ecosystem }) => ecosystems.includes(ecosystem)) === true)
          advisories.push(advisory);
      } catch (cause) {
        throw fault(path, `holds ${name}, which is no OSV record`, cause);
      }
    }
    if (advisories.length === 0)
      throw fault(path, `holds no OSV record of a package of ${ecosystems.join(" or ")}`);
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

  /** Whether there is any record of an ecosystem: without one nothing is known of its packages. */
  covers(ecosystem: Ecosystem): boolean {
    return this.#byName.keys().some((key) => key.startsWith(`${ecosystem}:`));
  }

  /** All that is known of a package, affected version or not. */
  known(ecosystem: Ecosystem, name: string): readonly Known[] {
    return this.#byName.get(`${ecosystem}:${name}`) ?? [];
  }

  /** What affects one version of a package (canonical name), one group for each fault, worst first. */
  lookUp(ecosystem: Ecosystem, name: string, version: string): AdvisoryGroup[] {
    const hits = this.known(ecosystem, name).filter(({ affected }) => isAffected(affected, version));
    return groupAdvisories(hits, version);
  }

  #matchOne({ name, version }: Pick<LockedPackage, "name" | "version">): Vulnerability[] {
    const known = this.known("PyPI", canonicalName(name));
    const hits = known.filter(({ affected }) => isAffected(affected, version));
    return [...new Set(hits.map(({ advisory }) => advisory))].map(
      ({ id, aliases, summary, severity, isMalicious }) => ({
        ...{ name: canonicalName(name), version, id, aliases, summary },
        ...{ severity: isMalicious ? "critical" : severity, isMalicious },
      }),
    );
  }
}

/** Whether an installed version is what a specifier asks for. */
export function fits(version: string, specifier: string): boolean {
  const parsed = parseVersion(version);
  const clauses = parseSpecifier(specifier);
  return parsed !== undefined && clauses !== undefined && allows(clauses, parsed);
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
  let total = 0;
  try {
    for (const member of readZip(source, MAX_RECORDS).members) {
      if (!member.name.endsWith(".json")) continue;
      if (member.size > MAX_RECORD_BYTES) throw fault(path, `holds ${member.name}, which is too large`);
      total += member.size;
      if (total > MAX_TOTAL_BYTES) throw fault(path, `unpacks to more than ${MAX_TOTAL_BYTES} bytes`);
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
