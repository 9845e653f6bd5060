import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseReportOptions } from "../report/options.ts";
import { runReport } from "../report/run.ts";
import { parseScoreOptions } from "./options.ts";
import { runScore } from "./run.ts";

const NOTHING = { audit: {}, deps: {} };
const ENV = { LANG: "C" };

let folder: string;
let project: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "modelkeep-score-test-"));
  project = join(folder, "project");
  mkdirSync(project);
  writeFileSync(join(project, "a.py"), "x = 1 # modelkeep: ignore[unsafe]\n");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** An advisory of a package, in a folder as `--osv` takes it. */
function advisories(): string {
  const osv = join(folder, "osv");
  mkdirSync(osv);
  const record = {
    id: "GHSA-aaaa-bbbb-cccc",
    modified: "2026-01-01T00:00:00Z",
    severity: [{ type: "CVSS_V3", score: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" }],
    affected: [
      {
        package: { ecosystem: "PyPI", name: "leftover" },
        ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed: "2.0" }] }],
      },
    ],
  };
  writeFileSync(join(osv, "a.json"), JSON.stringify(record));
  return osv;
}

async function score(
  ...argv: string[]
): Promise<[number, { total: number; parts: { part: string; state: string }[] }]> {
  const out = join(folder, "score.json");
  const options = parseScoreOptions([project, "--format", "json", "-o", out, ...argv], ENV, NOTHING);
  const code = await runScore(options, "1.2.3", NOTHING);
  return [code, JSON.parse(readFileSync(out, "utf8"))];
}

describe("modelkeep score", () => {
  test("gives no points for dependencies that nobody looked up", async () => {
    writeFileSync(join(project, "requirements.txt"), "leftover==1.0\n");
    const [code, { parts }] = await score();
    expect(code).toBe(0);
    expect(parts.at(-1)).toMatchObject({ part: "dependencies", state: "no-data" });
  });

  test("counts the advisories that are given", async () => {
    writeFileSync(join(project, "requirements.txt"), "leftover==1.0\n");
    const [, given] = await score("--osv", advisories());
    expect(given.parts.at(-1)).toMatchObject({ part: "dependencies", state: "assessed" });
    expect(given.total).toBeLessThanOrEqual(49);
  });

  test("lets what the register accepts of advisories cost half", async () => {
    writeFileSync(join(project, "requirements.txt"), "leftover==1.0\n");
    const osv = advisories();
    const risks = join(folder, "risks.yaml");
    const entry = (path: string): string =>
      `accepted:\n  - id: GHSA-aaaa-bbbb-cccc\n    paths: [${JSON.stringify(path)}]\n    reason: r\n    owner: o\n    expires: 9999-12-31\n`;
    writeFileSync(risks, entry("**/requirements.txt"));
    const [, accepted] = await score("--osv", osv, "--risks", risks);
    writeFileSync(risks, entry("elsewhere"));
    const [, open] = await score("--osv", osv, "--risks", risks);
    expect(accepted.total).toBeGreaterThan(open.total);
  });

  test("of a project that declares no dependencies has no data of them, whatever advisories are given", async () => {
    const [, { parts }] = await score("--osv", advisories());
    expect(parts.at(-1)).toMatchObject({ part: "dependencies", state: "no-data" });
  });

  test("fails below --fail-under, and not at it", async () => {
    const [, { total }] = await score();
    expect((await score("--fail-under", String(total)))[0]).toBe(0);
    expect((await score("--fail-under", String(total + 1)))[0]).toBe(1);
  });

  test("of nothing there is none", async () => {
    rmSync(join(project, "a.py"));
    await expect(score()).rejects.toThrow(/nothing to audit/u);
  });

  test.each([
    [[], /nothing to score/u],
    [[".", "--format", "sarif"], /unknown format "sarif"/u],
    [[".", "--fail-under", "101"], /is no score/u],
    [[".", "--fail-under", "-1"], /ambiguous|is no score/u],
    [[".", "--fail-under", "many"], /is no score/u],
  ])("%j is refused", (argv, message) => {
    expect(() => parseScoreOptions(argv, ENV, NOTHING)).toThrow(message);
  });
});

describe("modelkeep report", () => {
  async function report(...argv: string[]): Promise<[number, string[]]> {
    const out = join(folder, "out");
    const options = parseReportOptions([project, "--output-dir", out, ...argv], ENV, NOTHING);
    const code = await runReport(options, "1.2.3", NOTHING);
    return [code, readdirSync(out).toSorted()];
  }

  test("writes the set, with dependencies where files declare some", async () => {
    writeFileSync(join(project, "requirements.txt"), "leftover==1.0\n");
    const [code, names] = await report("--lang", "zh", "--osv", advisories());
    expect(code).toBe(0);
    expect(names).toEqual([
      "accepted-risks.html",
      "accepted-risks.md",
      "dependencies.html",
      "dependencies.json",
      "dependencies.md",
      "findings.html",
      "findings.json",
      "findings.md",
      "findings.sarif",
      "index.html",
      "remediation.html",
      "remediation.md",
      "sbom.cdx.json",
      "summary.html",
      "summary.md",
    ]);
    const page = readFileSync(join(folder, "out", "dependencies.html"), "utf8");
    expect(page).toContain("GHSA-aaaa-bbbb-cccc");
    expect(page).toMatch(/<h1>依赖<\/h1>/u);
  });

  test("fails as the audit does", async () => {
    expect((await report("--fail-on", "medium"))[0]).toBe(1);
  });

  test.each([
    [["--output-dir", "x"], /nothing to report on/u],
    [["."], /no folder to write to/u],
    [[".", "--output-dir", "x", "--fail-on", "no"], /is no severity/u],
  ])("%j is refused", (argv, message) => {
    expect(() => parseReportOptions(argv, ENV, NOTHING)).toThrow(message);
  });
});
