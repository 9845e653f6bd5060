import { SEVERITIES, type Severity } from "@modelkeep/findings";
import { fixesFor } from "./affected.ts";
import type { Advisory, Affected } from "./osv-record.ts";
import { schemeOf } from "./version/scheme.ts";

/** One advisory and the package of it that is looked at. */
export interface Known {
  readonly advisory: Advisory;
  readonly affected: Affected;
}

/** All records of one fault: sources give it several ids. */
export interface AdvisoryGroup {
  readonly id: string;
  /** All other ids, sorted. */
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly severity: Severity | "unknown";
  readonly score: number | undefined;
  readonly vector: string | undefined;
  readonly isMalicious: boolean;
  /** The versions that end it for the version that was looked at, earliest first. */
  readonly fixed: readonly string[];
}

/** Puts records that share an id or an alias together. */
export function groupAdvisories(hits: readonly Known[], version: string): AdvisoryGroup[] {
  const groups: Known[][] = [];
  for (const hit of hits) {
    const ids = idsOf(hit);
    const same = groups.filter((group) => group.some((one) => idsOf(one).some((id) => ids.includes(id))));
    for (const group of same) groups.splice(groups.indexOf(group), 1);
    groups.push([...same.flat(), hit]);
  }
  return groups.map((group) => merged(group, version)).sort(worstFirst);
}

function idsOf({ advisory }: Known): readonly string[] {
  return [advisory.id, ...advisory.aliases];
}

const PREFERENCE = ["MAL-", "PYSEC-", "GHSA-", "CVE-"];

function merged(group: readonly Known[], version: string): AdvisoryGroup {
  const advisories = group
    .map(({ advisory }) => advisory)
    .sort((a, b) => rankOf(a.id) - rankOf(b.id) || (a.id < b.id ? -1 : 1));
  const [first] = advisories;
  if (first === undefined) throw new TypeError("a group of advisories is never empty");
  const ids = new Set(group.flatMap(idsOf));
  ids.delete(first.id);
  const isMalicious = advisories.some((one) => one.isMalicious);
  const scored = advisories
    .filter(({ score }) => score !== undefined)
    .sort((a, b) => (b.score ?? 0) - (a.score ?? 0));
  return {
    id: first.id,
    aliases: [...ids].sort(),
    summary: advisories.find(({ summary }) => summary !== "")?.summary ?? "",
    severity: isMalicious ? "critical" : worstSeverity(advisories),
    score: scored[0]?.score,
    vector: scored[0]?.vector,
    isMalicious,
    fixed: fixesOf(group, version),
  };
}

function rankOf(id: string): number {
  const rank = PREFERENCE.findIndex((prefix) => id.startsWith(prefix));
  return rank < 0 ? PREFERENCE.length : rank;
}

function worstSeverity(advisories: readonly Advisory[]): Severity | "unknown" {
  const said = advisories.flatMap(({ severity }) => (severity === "unknown" ? [] : severity));
  return said.sort((a, b) => SEVERITIES.indexOf(b) - SEVERITIES.indexOf(a))[0] ?? "unknown";
}

function fixesOf(group: readonly Known[], version: string): string[] {
  const all = new Set(group.flatMap(({ affected }) => fixesFor(affected, version)));
  const scheme = schemeOf(group[0]?.affected.ecosystem ?? "PyPI");
  return [...all].sort((a, b) => scheme.compare(a, b) ?? 0);
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

/** Order for lists: worst first, then by id. */
export function worstFirst(
  a: { readonly severity: Severity | "unknown"; readonly id: string },
  b: { readonly severity: Severity | "unknown"; readonly id: string },
): number {
  const byRank = (RANKS.get(b.severity) ?? 4) - (RANKS.get(a.severity) ?? 4);
  return byRank === 0 ? (a.id < b.id ? -1 : 1) : byRank;
}
