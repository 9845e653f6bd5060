import {
  baseVersion,
  compareVersions,
  formatVersion,
  isPrerelease,
  parseVersion,
  publicVersion,
  type Version,
} from "./version.ts";

type Operator = "==" | "!=" | "<=" | ">=" | "<" | ">" | "~=" | "===";

/** One clause, `>=1.2`. `wildcard` for `==1.2.*`. */
export interface Clause {
  readonly operator: Operator;
  /** The version's text, without `.*`. */
  readonly text: string;
  /** Undefined only for `===`, which compares texts. */
  readonly version: Version | undefined;
  readonly wildcard: boolean;
}

/** Alternatives (poetry's and conda's "or") of clauses that must all hold. No clause at all allows everything. */
export type Specifier = readonly (readonly Clause[])[];

const MAX_LENGTH = 2_000;
const MAX_CLAUSES = 100;
const CLAUSE = /^(===|==|!=|<=|>=|~=|<|>)\s*(\S+)$/u;

/**
 * Reads version specifiers (PEP 440), alternatives separated by `||`.
 * @returns undefined when it is none
 */
export function parseSpecifier(text: string): Specifier | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const alternatives = text.split("||").map(clausesOf);
  const known = alternatives.filter((one) => one !== undefined);
  return known.length === alternatives.length ? known : undefined;
}

function clausesOf(text: string): Clause[] | undefined {
  const written = text.split(",").map((one) => one.trim());
  // pip takes a trailing comma.
  const filled = written.filter((one) => one !== "");
  const clauses = filled.map(clauseOf).filter((one) => one !== undefined);
  return clauses.length === filled.length && clauses.length <= MAX_CLAUSES ? clauses : undefined;
}

function clauseOf(text: string): Clause | undefined {
  const match = CLAUSE.exec(text);
  if (match === null) return undefined;
  const operator = match[1] as Operator;
  const written = match[2] ?? "";
  if (operator === "===") return { operator, text: written, version: parseVersion(written), wildcard: false };
  const wildcard = written.endsWith(".*");
  const plain = wildcard ? written.slice(0, -2) : written;
  const version = parseVersion(plain);
  if (version === undefined) return undefined;
  const may = operator === "==" || operator === "!=";
  if (wildcard && !(may && isBare(version))) return undefined;
  if (operator === "~=" && version.parts.length < 2) return undefined;
  if (!may && version.local !== undefined) return undefined;
  return { operator, text: plain, version, wildcard };
}

/** Whether a version is allowed. Pre-releases are not left out: whether one would be chosen is not asked here. */
export function allows(specifier: Specifier, version: Version): boolean {
  return specifier.some((clauses) => clauses.every((clause) => holds(clause, version)));
}

function holds({ operator, text, version: bound, wildcard }: Clause, version: Version): boolean {
  if (operator === "===") return formatVersion(version).toLowerCase() === text.toLowerCase();
  if (bound === undefined) return false;
  switch (operator) {
    case "==":
      return wildcard ? hasPrefix(version, bound, bound.parts) : isEqual(version, bound);
    case "!=":
      return !(wildcard ? hasPrefix(version, bound, bound.parts) : isEqual(version, bound));
    case "<=":
      return compareVersions(publicVersion(version), bound) <= 0;
    case ">=":
      return compareVersions(publicVersion(version), bound) >= 0;
    case "~=":
      return (
        compareVersions(publicVersion(version), bound) >= 0 &&
        hasPrefix(version, baseVersion(bound), bound.parts.slice(0, -1))
      );
    case "<":
      return isBelow(version, bound);
    case ">":
      return isAbove(version, bound);
  }
}

function isEqual(version: Version, bound: Version): boolean {
  return compareVersions(bound.local === undefined ? publicVersion(version) : version, bound) === 0;
}

/** Nothing but an epoch and a release: what `.*` may follow. */
function isBare({ pre, post, dev, local }: Version): boolean {
  return pre === undefined && post === undefined && dev === undefined && local === undefined;
}

/** `==1.2.*`: same epoch, same first parts of the release. */
function hasPrefix(version: Version, bound: Version, prefix: readonly string[]): boolean {
  if (version.epoch !== bound.epoch) return false;
  return prefix.every((part, at) => (version.parts[at] ?? "0") === part);
}

/** `<1.2` does not mean 1.2's own pre-releases. */
function isBelow(version: Version, bound: Version): boolean {
  if (compareVersions(version, bound) >= 0) return false;
  return isPrerelease(bound) || compareVersions(version, { ...bound, dev: "0" }) < 0;
}

/** `>1.2` means neither 1.2's post-releases nor its local builds. */
function isAbove(version: Version, bound: Version): boolean {
  const known = publicVersion(version);
  if (compareVersions(known, bound) <= 0) return false;
  if (known.post === undefined || bound.post !== undefined || bound.dev !== undefined) return true;
  return compareVersions({ ...known, post: undefined, dev: undefined }, bound) !== 0;
}

/** The one version that a specifier allows, as written, when it says exactly one. */
export function exactVersion(specifier: Specifier): string | undefined {
  const [clauses, ...others] = specifier;
  if (clauses === undefined || others.length > 0) return undefined;
  return clauses.find(({ operator, wildcard }) => operator === "===" || (operator === "==" && !wildcard))
    ?.text;
}

/** Whether some clause ends in `.*`. */
export function hasWildcard(specifier: Specifier): boolean {
  return specifier.some((clauses) => clauses.some(({ wildcard, operator }) => wildcard && operator === "=="));
}
