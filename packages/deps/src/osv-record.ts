import { SEVERITIES, type Severity } from "@modelkeep/findings";
import { cvss3Score, severityOf } from "./cvss.ts";
import { canonicalName } from "./names.ts";

/** One stretch of vulnerable versions: from `introduced` (`0` is the first ever) to before `fixed`, or up to `last`. */
export interface AffectedRange {
  readonly introduced: string;
  readonly fixed?: string;
  readonly last?: string;
}

/** One package that an advisory speaks of. */
export interface Affected {
  readonly name: string;
  readonly versions: ReadonlySet<string>;
  readonly ranges: readonly AffectedRange[];
}

/** One advisory, as far as matching needs it (ossf.github.io/osv-schema). */
export interface Advisory {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  /** `unknown` when the record says none that can be read. */
  readonly severity: Severity | "unknown";
  /** The package itself is malware, not merely faulty. */
  readonly isMalicious: boolean;
  /** Milliseconds since 1970. */
  readonly modified: number;
  readonly affected: readonly Affected[];
}

type Fields = Readonly<Record<string, unknown>>;
const MAX_SUMMARY = 200;

/**
 * Reads one OSV record.
 * @returns undefined when it was withdrawn or speaks of no package of PyPI
 * @throws {Error} when it is no OSV record
 */
export function parseAdvisory(json: string): Advisory | undefined {
  const record = fields(JSON.parse(json));
  const id = record["id"];
  if (typeof id !== "string" || id === "" || !Array.isArray(record["affected"]))
    throw new Error("no OSV record");
  if (typeof record["withdrawn"] === "string") return undefined;
  const affected = record["affected"].flatMap((one: unknown) => affectedOf(fields(one)) ?? []);
  if (affected.length === 0) return undefined;
  return {
    id,
    aliases: texts(record["aliases"]),
    summary: firstLine(text(record["summary"]) || text(record["details"])),
    severity: severityIn(record),
    isMalicious: id.startsWith("MAL-"),
    modified: Date.parse(text(record["modified"])) || 0,
    affected,
  };
}

function affectedOf(entry: Fields): Affected | undefined {
  const { ecosystem, name } = fields(entry["package"]);
  if (ecosystem !== "PyPI" || typeof name !== "string") return undefined;
  const ranges = list(entry["ranges"])
    .map(fields)
    .filter((range) => range["type"] === "ECOSYSTEM");
  return {
    name: canonicalName(name),
    versions: new Set(texts(entry["versions"])),
    ranges: ranges.flatMap((range) => rangesOf(list(range["events"]).map(fields))),
  };
}

/** Events come in order; each `introduced` opens a range, and `fixed` or `last_affected` closes it. */
function rangesOf(events: readonly Fields[]): AffectedRange[] {
  const ranges: AffectedRange[] = [];
  let introduced: string | undefined;
  for (const { introduced: from, fixed, last_affected: last } of events) {
    if (typeof from === "string") {
      if (introduced !== undefined) ranges.push({ introduced });
      introduced = from;
    } else if (introduced !== undefined && typeof fixed === "string") {
      ranges.push({ introduced, fixed });
      introduced = undefined;
    } else if (introduced !== undefined && typeof last === "string") {
      ranges.push({ introduced, last });
      introduced = undefined;
    }
  }
  if (introduced !== undefined) ranges.push({ introduced });
  return ranges;
}

/** GitHub's word where there is one, else the worst CVSS 3 score. */
function severityIn(record: Fields): Severity | "unknown" {
  const said = text(fields(record["database_specific"])["severity"]).toLowerCase();
  const named = SEVERITIES.find((severity) => severity === (said === "moderate" ? "medium" : said));
  if (named !== undefined) return named;
  const scores = list(record["severity"]).flatMap((one) => cvss3Score(text(fields(one)["score"])) ?? []);
  return scores.length === 0 ? "unknown" : severityOf(Math.max(...scores));
}

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function texts(value: unknown): string[] {
  return list(value).filter((one) => typeof one === "string");
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function firstLine(value: string): string {
  return value.split("\n", 1)[0]?.slice(0, MAX_SUMMARY) ?? "";
}
