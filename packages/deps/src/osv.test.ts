import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildZip } from "@modelkeep/bytes/archives/build-zip";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cvss3Score, severityOf } from "./cvss.ts";
import { isAtLeast } from "./advisory-groups.ts";
import { fits, OsvDatabase } from "./osv.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "osv-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const range = (...events: object[]): object => ({ ranges: [{ type: "ECOSYSTEM", events }] });
const record = (id: string, name: string, more: object, top: object = {}): string =>
  JSON.stringify({
    id,
    modified: "2024-10-01T00:00:00Z",
    affected: [{ package: { ecosystem: "PyPI", name }, ...more }],
    ...top,
  });

function database(...records: string[]): OsvDatabase {
  for (const [at, text] of records.entries()) writeFileSync(join(folder, `${at}.json`), text);
  return OsvDatabase.open(folder);
}

describe("match", () => {
  test.each([
    ["2.0", "2.0.0", true],
    ["1.9", "1.9", false],
    ["2.4.9", "2.4.9", true],
    ["2.5", "2.5", false],
    ["2.5rc1 is before 2.5", "2.5rc1", true],
    ["2.0.post1", "2.0.post1", true],
    ["a local version is its public one", "2.1+cpu", true],
    ["an epoch is later than all", "1!1.0", false],
    ["what is no version may be any", "nonsense", true],
  ])("from 2.0 to before 2.5: %s", (_name, version, hit) => {
    const found = database(record("A", "Foo_Bar", range({ introduced: "2.0" }, { fixed: "2.5" })));
    expect(found.match([{ name: "foo.bar", version }]).length).toBe(hit ? 1 : 0);
    expect(found.match([{ name: "other", version }])).toEqual([]);
  });

  test("several stretches, last_affected, listed versions, no end", () => {
    const found = database(
      record(
        "A",
        "a",
        range({ introduced: "0" }, { fixed: "1.0" }, { introduced: "2.0" }, { last_affected: "2.1" }),
      ),
      record("B", "b", { versions: ["1.2.3"] }),
      record("C", "c", range({ introduced: "0" })),
      record("D", "d", { ranges: [{ type: "GIT", events: [{ introduced: "0" }] }] }),
    );
    const hits = (name: string, ...versions: string[]): boolean[] =>
      versions.map((version) => found.match([{ name, version }]).length > 0);
    expect(hits("a", "0.1", "1.0", "1.5", "2.0", "2.1", "2.1.1")).toEqual([
      true,
      false,
      false,
      true,
      true,
      false,
    ]);
    expect(hits("b", "1.2.3", "1.2.3+cu1", "1.2.4")).toEqual([true, true, false]);
    expect(hits("c", "99")).toEqual([true]);
    expect(hits("d", "1")).toEqual([false]);
  });

  test("worst first; malware is critical; a severity that is not said is unknown", () => {
    const vector = (score: string): object => ({ severity: [{ type: "CVSS_V3", score }] });
    const all = range({ introduced: "0" });
    const found = database(
      record("LOW", "a", all, vector("CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N")),
      record("WORST", "a", all, vector("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")),
      record("MAL-1", "a", all),
      record("SILENT", "a", all, { aliases: ["CVE-1"] }),
      record("SAID", "a", all, { database_specific: { severity: "MODERATE" } }),
    );
    const seen = found.match([{ name: "a", version: "1" }]).map(({ id, severity }) => [id, severity]);
    expect(seen).toEqual([
      ["MAL-1", "critical"],
      ["WORST", "critical"],
      ["SILENT", "unknown"],
      ["SAID", "medium"],
      ["LOW", "low"],
    ]);
  });

  test("a withdrawn advisory, and one of another ecosystem, is none", () => {
    const all = range({ introduced: "0" });
    const npm = JSON.stringify({ id: "N", affected: [{ package: { ecosystem: "Go", name: "a" }, ...all }] });
    const found = database(
      record("W", "a", all, { withdrawn: "2024-01-01T00:00:00Z" }),
      npm,
      record("K", "b", all),
    );
    expect([found.size, found.match([{ name: "a", version: "1" }])]).toEqual([1, []]);
  });
});

test("events in any order; a bound that is no version leaves it to the list, or to every version", () => {
  const found = database(
    record("A", "a", range({ fixed: "2.5" }, { introduced: "2.0" }, { fixed: "1.0" }, { introduced: "0" })),
    record("B", "b", { ...range({ introduced: "0" }, { fixed: "2019-09-12" }), versions: ["1.0"] }),
    record("C", "c", range({ introduced: "0" }, { fixed: "2019-09-12" })),
  );
  const hits = (name: string, ...versions: string[]): boolean[] =>
    versions.map((version) => found.match([{ name, version }]).length > 0);
  expect(hits("a", "0.9", "1.0", "2.0", "2.4", "2.5")).toEqual([true, false, true, true, false]);
  expect(hits("b", "1.0", "1.0.0", "1.1")).toEqual([true, true, false]);
  expect(hits("c", "1.0", "9")).toEqual([true, true]);
});

test("packages of npm compare as npm does, and are left out where only PyPI is asked for", () => {
  const text = JSON.stringify({
    id: "N",
    affected: [
      {
        package: { ecosystem: "npm", name: "@s/A" },
        ranges: [{ type: "SEMVER", events: [{ introduced: "1.0.0-rc.1" }, { fixed: "1.2.10" }] }],
      },
    ],
  });
  writeFileSync(join(folder, "n.json"), text);
  const found = OsvDatabase.open(folder, ["npm"]);
  const hits = ["1.0.0-rc.0", "1.0.0-rc.1", "1.2.9", "1.2.10", "nonsense"].map(
    (version) => found.lookUp("npm", "@s/A", version).length,
  );
  expect(hits).toEqual([0, 1, 1, 0, 1]);
  expect([found.covers("npm"), found.covers("PyPI")]).toEqual([true, false]);
  expect(() => OsvDatabase.open(folder)).toThrow(/no OSV record of a package of PyPI/u);
});

describe("no data is not no vulnerability", () => {
  test.each<[name: string, make: () => string]>([
    ["a path that is not there", () => join(folder, "away")],
    ["an empty folder", () => folder],
    ["a file that is no zip", () => (writeFileSync(join(folder, "x.zip"), "hello"), join(folder, "x.zip"))],
    ["a record that is none", () => (writeFileSync(join(folder, "x.json"), "{}"), folder)],
    [
      "a record that is cut off",
      () => (writeFileSync(join(folder, "x.json"), record("A", "a", {}).slice(0, 50)), folder),
    ],
    [
      "a record of seventeen million bytes in a small zip",
      () => (
        writeFileSync(
          join(folder, "x.zip"),
          buildZip([{ name: "x.json", data: Buffer.alloc(17 * 2 ** 20), method: 8 }]),
        ),
        join(folder, "x.zip")
      ),
    ],
    [
      "a record that says it is smaller than it unpacks to",
      () => (
        writeFileSync(
          join(folder, "x.zip"),
          buildZip([
            {
              name: "x.json",
              data: Buffer.alloc(2 ** 20),
              method: 8,
              local: { size: 10 },
              central: { size: 10 },
            },
          ]),
        ),
        join(folder, "x.zip")
      ),
    ],
    [
      "a zip without records",
      () => (
        writeFileSync(join(folder, "x.zip"), buildZip([{ name: "LICENSE", data: Buffer.from("x") }])),
        join(folder, "x.zip")
      ),
    ],
  ])("%s is an error that says what to do", (_name, make) => {
    const path = make();
    expect(() => OsvDatabase.open(path)).toThrow(
      expect.objectContaining({ code: "CONFIGURATION", message: expect.stringContaining("osv") }),
    );
  });
});

test("a zip and a folder say the same, and how old they are", () => {
  const text = record("A", "a", range({ introduced: "0" }));
  const zip = join(folder, "all.zip");
  writeFileSync(
    zip,
    buildZip([
      { name: "A.json", data: Buffer.from(text) },
      { name: "LICENSE", data: Buffer.from("x") },
    ]),
  );
  const below = join(folder, "below");
  mkdirSync(below);
  writeFileSync(join(below, "A.json"), text);
  const [zipped, plain] = [OsvDatabase.open(zip), OsvDatabase.open(folder)];
  const wanted = [{ name: "a", version: "1" }];
  expect(zipped.match(wanted)).toEqual(plain.match(wanted));
  expect(zipped.ageInDays(Date.parse("2024-10-11T12:00:00Z"))).toBe(10);
});

// first.org/cvss/examples, and the corners of the formula
test.each<[vector: string, score: number | undefined]>([
  ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10],
  ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8],
  ["CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4],
  ["CVSS:3.0/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 3.1],
  ["CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1],
  ["CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0],
  ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H", undefined],
  ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:X/C:H/I:H/A:H", undefined],
  ["CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", undefined],
  ["AV:N/AC:L/Au:N/C:P/I:P/A:P", undefined],
])("%s scores %s", (vector, score) => {
  expect(cvss3Score(vector)).toBe(score);
});

test("ratings, and what is not said counts as high", () => {
  expect([0, 0.1, 3.9, 4, 6.9, 7, 8.9, 9].map(severityOf)).toEqual([
    "info",
    "low",
    "low",
    "medium",
    "medium",
    "high",
    "high",
    "critical",
  ]);
  expect([
    isAtLeast("unknown", "high"),
    isAtLeast("unknown", "critical"),
    isAtLeast("medium", "high"),
    isAtLeast("critical", "high"),
  ]).toEqual([true, false, false, true]);
});

test("versions and specifiers", () => {
  expect([
    fits("1.5", ">=1,<2"),
    fits("2.0", "<2"),
    fits("1.0rc1", ">=0.9"),
    fits("1", ""),
    fits("x", ""),
  ]).toEqual([true, false, true, true, false]);
});
