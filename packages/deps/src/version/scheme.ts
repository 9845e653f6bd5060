import { compareSemver, parseSemver } from "./semver.ts";
import { compareVersions, parseVersion, publicVersion, versionKey } from "./version.ts";

/** What a package is numbered and looked up by. conda's packages are compared by the rules of PyPI. */
export type Ecosystem = "PyPI" | "npm";

/** How versions of one ecosystem compare. */
export interface Scheme {
  /** Negative, zero, positive; undefined when one of them is no version. */
  compare(a: string, b: string): number | undefined;
  /** Equal texts for equal versions, without what only a builder adds (`+cpu`); undefined when it is no version. */
  key(version: string): string | undefined;
}

const PYPI: Scheme = {
  compare(a, b) {
    const [x, y] = [parseVersion(a), parseVersion(b)];
    return x === undefined || y === undefined ? undefined : compareVersions(x, y);
  },
  key(version) {
    const parsed = parseVersion(version);
    return parsed === undefined ? undefined : versionKey(publicVersion(parsed));
  },
};

const NPM: Scheme = {
  compare(a, b) {
    const [x, y] = [parseSemver(a), parseSemver(b)];
    return x === undefined || y === undefined ? undefined : compareSemver(x, y);
  },
  key(version) {
    const parsed = parseSemver(version);
    return parsed === undefined ? undefined : `${parsed.numbers.join(".")}-${parsed.pre.join(".")}`;
  },
};

export function schemeOf(ecosystem: Ecosystem): Scheme {
  return ecosystem === "npm" ? NPM : PYPI;
}
