import type { Affected, AffectedRange } from "./osv-record.ts";
import { type Scheme, schemeOf } from "./version/scheme.ts";

const keysOf = new WeakMap<Affected, ReadonlySet<string>>();

/** Whether a version is affected (OSV's evaluation): listed, or within a range. One that cannot be compared may be any. */
export function isAffected(affected: Affected, version: string): boolean {
  if (affected.versions.has(version)) return true;
  const scheme = schemeOf(affected.ecosystem);
  const key = scheme.key(version);
  if (key === undefined) return true;
  return affected.ranges.some((range) => isWithin(range, version, affected)) || listedKeys(affected).has(key);
}

/** The versions that end the ranges a version is in. */
export function fixesFor(affected: Affected, version: string): string[] {
  const scheme = schemeOf(affected.ecosystem);
  const comparable = scheme.key(version) !== undefined;
  const within = affected.ranges.filter((range) => !comparable || isWithin(range, version, affected));
  return within.flatMap(({ fixed }) => fixed ?? []);
}

function listedKeys(affected: Affected): ReadonlySet<string> {
  const known = keysOf.get(affected);
  if (known !== undefined) return known;
  const scheme = schemeOf(affected.ecosystem);
  const keys = new Set([...affected.versions].map((version) => scheme.key(version) ?? version));
  keysOf.set(affected, keys);
  return keys;
}

function isWithin(range: AffectedRange, version: string, affected: Affected): boolean {
  const scheme = schemeOf(affected.ecosystem);
  const { introduced, fixed, last } = range;
  const bounds = [introduced === "0" ? undefined : introduced, fixed, last].filter(
    (one) => one !== undefined,
  );
  // A bound that is no version bounds nothing: then the list decides, and without a list every version is affected.
  if (bounds.some((bound) => scheme.key(bound) === undefined)) return affected.versions.size === 0;
  if (introduced !== "0" && before(version, introduced, scheme)) return false;
  if (fixed !== undefined) return before(version, fixed, scheme);
  return last === undefined || !before(last, version, scheme);
}

function before(version: string, bound: string, scheme: Scheme): boolean {
  const order = scheme.compare(version, bound);
  return order !== undefined && order < 0;
}
