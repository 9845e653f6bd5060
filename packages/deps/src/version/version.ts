/** A version of PEP 440, taken apart. Numbers stay decimal texts without leading zeros: dates with times exceed 2⁵³. */
export interface Version {
  readonly epoch: string;
  /** Without trailing zeros, as they compare. */
  readonly release: readonly string[];
  /** As written, with its zeros: `~=` and `.*` count parts. */
  readonly parts: readonly string[];
  readonly pre: readonly [kind: "a" | "b" | "rc", number: string] | undefined;
  readonly post: string | undefined;
  readonly dev: string | undefined;
  readonly local: readonly string[] | undefined;
}

const MAX_LENGTH = 200;
const PATTERN =
  /^\s*v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d+)?)?((?:-\d+)|(?:[-_.]?(?:post|rev|r)[-_.]?\d*))?([-_.]?dev[-_.]?\d*)?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?\s*$/iu;
const KINDS: ReadonlyMap<string, "a" | "b" | "rc"> = new Map([
  ["a", "a"],
  ["alpha", "a"],
  ["b", "b"],
  ["beta", "b"],
  ["c", "rc"],
  ["rc", "rc"],
  ["pre", "rc"],
  ["preview", "rc"],
]);

const CACHE_SIZE = 20_000;
const cache = new Map<string, Version | undefined>();

/** Reads a version as `packaging` does (packaging.python.org/specifications/version-specifiers). @returns undefined for anything else */
export function parseVersion(text: string): Version | undefined {
  if (cache.has(text)) return cache.get(text);
  const version = read(text);
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(text, version);
  return version;
}

function read(text: string): Version | undefined {
  const match = text.length > MAX_LENGTH ? null : PATTERN.exec(text);
  if (match === null) return undefined;
  const [, epoch, release = "", kind, preNumber, post, dev, local] = match;
  const parts = release.split(".").map(plain);
  const letter = KINDS.get(kind?.toLowerCase() ?? "");
  return {
    epoch: plain(epoch ?? "0"),
    parts,
    release: withoutZeros(parts),
    pre: letter === undefined ? undefined : [letter, plain(preNumber ?? "0")],
    post: post === undefined ? undefined : digits(post),
    dev: dev === undefined ? undefined : digits(dev),
    local: local?.toLowerCase().split(/[-_.]/u),
  };
}

/** -1, 0 or 1 as the first is before, the same as, or after the second. */
export function compareVersions(a: Version, b: Version): number {
  return (
    compareNumbers(a.epoch, b.epoch) ||
    compareLists(a.release, b.release, compareNumbers) ||
    comparePre(a, b) ||
    compareOptional(a.post, b.post, -1) ||
    compareOptional(a.dev, b.dev, 1) ||
    compareLocal(a.local, b.local)
  );
}

/** The version as `packaging` writes it, zeros of the release as written. */
export function formatVersion(version: Version): string {
  const { epoch, parts, pre, post, dev, local } = version;
  return [
    epoch === "0" ? "" : `${epoch}!`,
    parts.join("."),
    pre?.join("") ?? "",
    post === undefined ? "" : `.post${post}`,
    dev === undefined ? "" : `.dev${dev}`,
    local === undefined ? "" : `+${local.join(".")}`,
  ].join("");
}

/** Equal texts for equal versions. */
export function versionKey(version: Version): string {
  return formatVersion({ ...version, parts: version.release });
}

/** The version without its local part (`+cpu`): what the index knows. */
export function publicVersion(version: Version): Version {
  return version.local === undefined ? version : { ...version, local: undefined };
}

/** Epoch and release alone. */
export function baseVersion(version: Version): Version {
  return { ...version, pre: undefined, post: undefined, dev: undefined, local: undefined };
}

/** An alpha, beta, candidate or development release. */
export function isPrerelease({ pre, dev }: Version): boolean {
  return pre !== undefined || dev !== undefined;
}

/** Decimal texts without leading zeros, by size. */
export function compareNumbers(a: string, b: string): number {
  if (a.length !== b.length) return a.length < b.length ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}

function compareLists(
  a: readonly string[],
  b: readonly string[],
  compare: (a: string, b: string) => number,
): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const order = compare(a[at] ?? "", b[at] ?? "");
    if (order !== 0) return order;
  }
  return Math.sign(a.length - b.length);
}

/** A development release of the version itself is before its alphas; a version without a pre-release is after them. */
function comparePre(a: Version, b: Version): number {
  const [x, y] = [preKey(a), preKey(b)];
  return Math.sign(x[0] - y[0]) || compareNumbers(x[1], y[1]);
}

function preKey({ pre, post, dev }: Version): [number, string] {
  if (pre !== undefined) return [1 + ["a", "b", "rc"].indexOf(pre[0]), pre[1]];
  return post === undefined && dev !== undefined ? [0, "0"] : [4, "0"];
}

/** `absent` says on which side of all numbers a missing one lies. */
function compareOptional(a: string | undefined, b: string | undefined, absent: -1 | 1): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? absent : -absent;
  return compareNumbers(a, b);
}

function compareLocal(a: readonly string[] | undefined, b: readonly string[] | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  return compareLists(a, b, compareSegments);
}

function compareSegments(a: string, b: string): number {
  const [x, y] = [/^\d+$/u.test(a), /^\d+$/u.test(b)];
  if (x && y) return compareNumbers(plain(a), plain(b));
  if (x !== y) return x ? 1 : -1;
  return a === b ? 0 : a < b ? -1 : 1;
}

function withoutZeros(parts: readonly string[]): string[] {
  let end = parts.length;
  while (end > 1 && parts[end - 1] === "0") end--;
  return parts.slice(0, end);
}

function digits(text: string): string {
  return plain(/\d+/u.exec(text)?.[0] ?? "0");
}

function plain(number: string): string {
  return number.replace(/^0+(?=\d)/u, "");
}
