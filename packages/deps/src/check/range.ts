import { type AdvisoryGroup, groupAdvisories, type Known } from "../advisory-groups.ts";
import { isAffected } from "../affected.ts";
import { allows, parseSpecifier, type Specifier } from "../version/specifier.ts";
import {
  compareVersions,
  formatVersion,
  isPrerelease,
  parseVersion,
  type Version,
} from "../version/version.ts";

/** What advisories say of all versions that a range allows. */
export interface RangeVerdict {
  readonly kind: "none" | "some" | "all";
  /** Faults of the newest allowed version for `all`; of any allowed version for `some`. */
  readonly groups: readonly AdvisoryGroup[];
}

const MAX_CANDIDATES = 20_000;
const CLEAN: RangeVerdict = { kind: "none", groups: [] };

/**
 * Evaluates a range of PEP 440. Where the index's versions are known, they are looked at; else the points at which
 * the range or an advisory begins or ends, and those just after: both are made of intervals, so no other can differ.
 */
export function evaluateRange(
  specifier: string,
  known: readonly Known[],
  released: readonly string[] | undefined,
): RangeVerdict {
  const range = parseSpecifier(specifier);
  if (range === undefined || known.length === 0) return CLEAN;
  const listed = candidates(released ?? listedVersions(known), range);
  const points = released === undefined ? candidates(boundaries(range, known), range) : [];
  const all = [...listed, ...points];
  const affected = all.filter(({ text }) => known.some((one) => isAffected(one.affected, text)));
  if (affected.length === 0) return CLEAN;
  const newest = affected.reduce((a, b) => (compareVersions(a.version, b.version) < 0 ? b : a));
  const groupsAt = (text: string): AdvisoryGroup[] =>
    groupAdvisories(
      known.filter((one) => isAffected(one.affected, text)),
      text,
    );
  if (affected.length === all.length) return { kind: "all", groups: groupsAt(newest.text) };
  // Only of what exists: a point between two releases is none.
  const real = affected.filter((one) => listed.includes(one));
  const isHit = ({ affected: one }: Known): boolean => real.some(({ text }) => isAffected(one, text));
  return real.length === 0
    ? CLEAN
    : { kind: "some", groups: groupAdvisories(known.filter(isHit), newest.text) };
}

interface Candidate {
  readonly text: string;
  readonly version: Version;
}

/** Allowed ones. An installer takes a pre-release only when nothing else is there. */
function candidates(texts: readonly string[], range: Specifier): Candidate[] {
  const parsed = [...new Set(texts)].slice(0, MAX_CANDIDATES).flatMap((text) => {
    const version = parseVersion(text);
    return version !== undefined && allows(range, version) ? [{ text, version }] : [];
  });
  const final = parsed.filter(({ version }) => !isPrerelease(version));
  return final.length > 0 ? final : parsed;
}

function listedVersions(known: readonly Known[]): string[] {
  return known.flatMap(({ affected }) => [
    ...affected.versions,
    ...affected.ranges.flatMap(({ fixed }) => fixed ?? []),
  ]);
}

function boundaries(range: Specifier, known: readonly Known[]): string[] {
  const own = range.flatMap((clauses) => clauses.map(({ text }) => text));
  const theirs = known.flatMap(({ affected }) =>
    affected.ranges.flatMap(({ introduced, fixed, last }) => [introduced, fixed ?? "0", last ?? "0"]),
  );
  return ["0", ...own, ...theirs].flatMap((text) => {
    const version = parseVersion(text);
    return version === undefined ? [] : [text, justAfter(version)];
  });
}

/** A release after this one and all its posts and builds, and before any that was ever made. */
function justAfter(version: Version): string {
  const parts = [
    ...version.parts,
    ...Array.from({ length: Math.max(0, 5 - version.parts.length) }, () => "0"),
    "1",
  ];
  return formatVersion({
    ...version,
    parts,
    pre: undefined,
    post: undefined,
    dev: undefined,
    local: undefined,
  });
}
