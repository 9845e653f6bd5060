import { compareNumbers } from "./version.ts";

/** A version of npm (semver.org 2.0), taken apart. */
export interface Semver {
  readonly numbers: readonly [string, string, string];
  readonly pre: readonly string[];
}

const PATTERN = /^[v=]?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/u;

/** @returns undefined for anything that is no version; missing parts are zero, as OSV's bounds have it */
export function parseSemver(text: string): Semver | undefined {
  const match = text.length > 200 ? null : PATTERN.exec(text.trim());
  if (match === null) return undefined;
  const [, major = "0", minor = "0", patch = "0", pre] = match;
  return { numbers: [plain(major), plain(minor), plain(patch)], pre: pre?.split(".") ?? [] };
}

/** Precedence of section 11: -1, 0 or 1. */
export function compareSemver(a: Semver, b: Semver): number {
  for (const at of [0, 1, 2] as const) {
    const order = compareNumbers(a.numbers[at], b.numbers[at]);
    if (order !== 0) return order;
  }
  if (a.pre.length === 0 || b.pre.length === 0) return Math.sign(b.pre.length - a.pre.length);
  for (let at = 0; at < Math.min(a.pre.length, b.pre.length); at++) {
    const order = compareIdentifiers(a.pre[at] ?? "", b.pre[at] ?? "");
    if (order !== 0) return order;
  }
  return Math.sign(a.pre.length - b.pre.length);
}

function compareIdentifiers(a: string, b: string): number {
  const [x, y] = [/^\d+$/u.test(a), /^\d+$/u.test(b)];
  if (x && y) return compareNumbers(plain(a), plain(b));
  if (x !== y) return x ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}

function plain(number: string): string {
  return number.replace(/^0+(?=\d)/u, "");
}
