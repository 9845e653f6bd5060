import { SEVERITIES, type Severity } from "@modelkeep/findings";
import { scoreOf, severityOf } from "./cvss.ts";
import { canonicalName } from "./names.ts";
import { listOf, recordOf, textOf, textsOf, type JsonRecord } from "./text/json.ts";
import { type Ecosystem, schemeOf } from "./version/scheme.ts";

/** One stretch of vulnerable versions: from `introduced` (`0` is the first ever) to before `fixed`, or up to `last`. */
export interface AffectedRange {
  readonly introduced: string;
  readonly fixed?: string;
  readonly last?: string;
}

/** One package that an advisory speaks of. */
export interface Affected {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  readonly versions: ReadonlySet<string>;
  readonly ranges: readonly AffectedRange[];
  /** Ranges of commits are there, which say nothing of a release. */
  readonly hasGit: boolean;
}

/** One advisory, as far as matching needs it (ossf.github.io/osv-schema). */
export interface Advisory {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  /** `unknown` when the record says none that can be read. */
  readonly severity: Severity | "unknown";
  /** Best score of the vectors, where there is one. */
  readonly score: number | undefined;
  readonly vector: string | undefined;
  /** The package itself is malware, not merely faulty. */
  readonly isMalicious: boolean;
  /** Milliseconds since 1970. */
  readonly modified: number;
  readonly affected: readonly Affected[];
}

const MAX_SUMMARY = 200;

/**
 * Reads one OSV record.
 * @returns undefined when it was withdrawn or speaks of no package of PyPI or npm
 * @throws {Error} when it is no OSV record
 */
export function parseAdvisory(json: string): Advisory | undefined {
  return advisoryOf(JSON.parse(json));
}

/** The same for a record that is parsed already. @throws {Error} when it is no OSV record */
export function advisoryOf(data: unknown): Advisory | undefined {
  const record = recordOf(data) ?? {};
  const id = record["id"];
  if (typeof id !== "string" || id === "" || !Array.isArray(record["affected"]))
    throw new Error("no OSV record");
  if (typeof record["withdrawn"] === "string") return undefined;
  const affected = record["affected"].flatMap((one: unknown) => affectedOf(recordOf(one) ?? {}) ?? []);
  if (affected.length === 0) return undefined;
  const best = bestVector(record);
  return {
    id,
    aliases: textsOf(record["aliases"]),
    summary: firstLine(textOf(record["summary"]) || textOf(record["details"]) || ""),
    severity: wordIn(record) ?? (best === undefined ? "unknown" : severityOf(best.score)),
    score: best?.score,
    vector: best?.vector,
    isMalicious: id.startsWith("MAL-"),
    modified: Date.parse(textOf(record["modified"]) ?? "") || 0,
    affected,
  };
}

function affectedOf(entry: JsonRecord): Affected | undefined {
  const { ecosystem, name } = recordOf(entry["package"]) ?? {};
  if ((ecosystem !== "PyPI" && ecosystem !== "npm") || typeof name !== "string") return undefined;
  const ranges = listOf(entry["ranges"]).map((range) => recordOf(range) ?? {});
  const numbered = ranges.filter(({ type }) => type === "ECOSYSTEM" || type === "SEMVER");
  return {
    ecosystem,
    name: ecosystem === "PyPI" ? canonicalName(name) : name,
    versions: new Set(textsOf(entry["versions"])),
    ranges: numbered.flatMap((range) => rangesOf(eventsOf(range["events"]), ecosystem)),
    hasGit: ranges.some(({ type }) => type === "GIT"),
  };
}

interface Event {
  readonly kind: "introduced" | "fixed" | "last_affected";
  readonly version: string;
}

function eventsOf(value: unknown): Event[] {
  return listOf(value).flatMap((one) => {
    const event = recordOf(one) ?? {};
    return (["introduced", "fixed", "last_affected"] as const).flatMap((kind) => {
      const version = textOf(event[kind]);
      return version === undefined ? [] : [{ kind, version }];
    });
  });
}

/** Each `introduced` opens a range, and `fixed` or `last_affected` closes it, in the order of their versions. */
function rangesOf(events: readonly Event[], ecosystem: Ecosystem): AffectedRange[] {
  const ranges: AffectedRange[] = [];
  let introduced: string | undefined;
  for (const { kind, version } of sorted(events, ecosystem)) {
    if (kind === "introduced") introduced ??= version;
    else if (introduced !== undefined) {
      ranges.push(kind === "fixed" ? { introduced, fixed: version } : { introduced, last: version });
      introduced = undefined;
    }
  }
  if (introduced !== undefined) ranges.push({ introduced });
  return ranges;
}

/** The schema promises no order. What cannot be compared keeps its place. */
function sorted(events: readonly Event[], ecosystem: Ecosystem): readonly Event[] {
  const scheme = schemeOf(ecosystem);
  const isKnown = events.every(({ version }) => version === "0" || scheme.key(version) !== undefined);
  if (!isKnown) return events;
  return [...events].sort((a, b) => {
    if (a.version === "0" || b.version === "0") return Number(b.version === "0") - Number(a.version === "0");
    return scheme.compare(a.version, b.version) ?? 0;
  });
}

/** GitHub's word, where there is one: of the whole record, else the worst of its packages. */
function wordIn(record: JsonRecord): Severity | undefined {
  const places = [record, ...listOf(record["affected"]).map((one) => recordOf(one) ?? {})];
  const words = places.flatMap((place) => wordOf(recordOf(place["database_specific"])?.["severity"]) ?? []);
  return wordOf(recordOf(record["database_specific"])?.["severity"]) ?? worst(words);
}

function wordOf(value: unknown): Severity | undefined {
  const said = textOf(value)?.toLowerCase();
  return SEVERITIES.find((severity) => severity === (said === "moderate" ? "medium" : said));
}

function worst(words: readonly Severity[]): Severity | undefined {
  return [...words].sort((a, b) => SEVERITIES.indexOf(b) - SEVERITIES.indexOf(a))[0];
}

/** The newest kind of vector counts; of one kind the worst. */
function bestVector(record: JsonRecord): { score: number; vector: string } | undefined {
  const places = [record, ...listOf(record["affected"]).map((one) => recordOf(one) ?? {})];
  const vectors = places.flatMap((place) => listOf(place["severity"]));
  const scored = vectors.flatMap((one) => {
    const vector = textOf(recordOf(one)?.["score"]) ?? "";
    const score = scoreOf(vector);
    return score === undefined ? [] : [{ score, vector }];
  });
  return scored.sort((a, b) => b.score - a.score)[0];
}

function firstLine(value: string): string {
  const line = value.split("\n").find((one) => one.trim() !== "" && !one.startsWith("#")) ?? "";
  return line.trim().slice(0, MAX_SUMMARY);
}
