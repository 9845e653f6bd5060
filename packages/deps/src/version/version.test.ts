import { describe, expect, test } from "vitest";
import { compareSemver, parseSemver } from "./semver.ts";
import { allows, exactVersion, hasWildcard, parseSpecifier } from "./specifier.ts";
import { compareVersions, formatVersion, parseVersion, versionKey } from "./version.ts";

// packaging.python.org/specifications/version-specifiers, in order
const ORDERED = [
  "1.0.dev456",
  "1.0a1",
  "1.0a2.dev456",
  "1.0a12.dev456",
  "1.0a12",
  "1.0b1.dev456",
  "1.0b2",
  "1.0b2.post345.dev456",
  "1.0b2.post345",
  "1.0rc1.dev456",
  "1.0rc1",
  "1.0",
  "1.0+abc.5",
  "1.0+abc.7",
  "1.0+5",
  "1.0.post456.dev34",
  "1.0.post456",
  "1.0.15",
  "1.1.dev1",
  "1.20240101123456789012",
  "1.20240101123456789013",
  "1!0.1",
];

test("versions compare as in the specification", () => {
  const parsed = ORDERED.map((text) => parseVersion(text));
  for (const [at, version] of parsed.entries()) {
    for (const [other, second] of parsed.entries()) {
      if (version === undefined || second === undefined)
        throw new Error(`no version: ${ORDERED[at]} ${ORDERED[other]}`);
      expect(compareVersions(version, second), `${ORDERED[at]} ${ORDERED[other]}`).toBe(
        Math.sign(at - other),
      );
    }
  }
});

test.each([
  ["1.0", "1.0.0", true],
  ["v1.0-ALPHA", "1a0", true],
  ["1.0-1", "1.0.post1", true],
  ["1.0c1", "1.0rc1", true],
  ["01.02", "1.2", true],
  ["1.0+CPU", "1.0+cpu", true],
  ["1.0+cpu", "1.0", false],
])("%s and %s are the same: %s", (a, b, same) => {
  const keys = [a, b].map((text) => versionKey(parseVersion(text) ?? fail(text)));
  expect(keys[0] === keys[1]).toBe(same);
});

function fail(text: string): never {
  throw new Error(`no version: ${text}`);
}

test.each(["", "x", "1.", "1..2", "1.0+", "1.0 1", "1.0-x", "é", "9".repeat(300)])(
  "%j is no version",
  (text) => {
    expect(parseVersion(text)).toBeUndefined();
  },
);

test("formats as the installer writes it", () => {
  expect(formatVersion(parseVersion(" V01!1.0-Alpha_2-3DEV4+a_B ") ?? fail(""))).toBe(
    "1!1.0a2.post3.dev4+a.b",
  );
});

describe("specifiers", () => {
  test.each([
    [">=1.0,<2", "1.5", true],
    [">=1.0,<2", "2.0rc1", false],
    ["<2", "2.dev0", false],
    ["<2rc2", "2rc1", true],
    [">1.0", "1.0.post1", false],
    [">1.0", "1.0+cpu", false],
    [">1.0.post1", "1.0.post2", true],
    ["==1.0", "1.0.0+cpu", true],
    ["==1.0+cpu", "1.0", false],
    ["==1.*", "1.2rc1", true],
    ["!=1.*", "1.2", false],
    ["==1.0.*", "1", true],
    ["~=1.4.2", "1.4.9", true],
    ["~=1.4.2", "1.5", false],
    ["~=1.4", "1.9", true],
    ["~=1.4", "1!1.9", false],
    ["===1.0", "1.0", true],
    ["===1.0", "1.0.0", false],
    ["==1.0 || ==2.0", "2.0", true],
    ["", "9", true],
    [">=1,", "2", true],
  ])("%s allows %s: %s", (specifier, version, expected) => {
    const parsed = parseSpecifier(specifier) ?? fail(specifier);
    expect(allows(parsed, parseVersion(version) ?? fail(version))).toBe(expected);
  });

  test.each([
    "=1",
    "1.0",
    ">=",
    ">=1.*",
    "~=1",
    "==1.0a1.*",
    ">=1.0+cpu",
    "==x",
    ">= 1 2",
    ">=1,".repeat(600),
  ])("%j is none", (text) => {
    expect(parseSpecifier(text)).toBeUndefined();
  });

  test("say the one version that they ask for, and whether they have a wildcard", () => {
    const parsed = ["==1.0", ">=1,==1.5", "==1.*", ">=1", "===odd", "==1 || ==2"].map(
      (text) => parseSpecifier(text) ?? fail(text),
    );
    expect(parsed.map(exactVersion)).toEqual(["1.0", "1.5", undefined, undefined, "odd", undefined]);
    expect(parsed.map(hasWildcard)).toEqual([false, false, true, false, false, false]);
  });
});

test("npm's versions compare as in semver.org, section 11", () => {
  const ordered = [
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "1.0.10",
    "1.9.0",
    "2",
  ];
  const parsed = ordered.map((text) => parseSemver(text) ?? fail(text));
  expect([...parsed].reverse().sort(compareSemver)).toEqual(parsed);
  expect(["x", "", "1.0.0.0", "1 2"].map(parseSemver)).toEqual([undefined, undefined, undefined, undefined]);
});
