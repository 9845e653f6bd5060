import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { recordsSource } from "./advisories.ts";
import { auditProject, type AuditOptions, type DepsReport, exitCodeOf } from "./audit.ts";
import { readAccepted } from "./accept.ts";
import { tell } from "./messages/said.ts";
import { OsvDatabase } from "./osv.ts";
import { advisoryOf } from "./osv-record.ts";
import { readProject } from "./project.ts";
import { DEPS_FORMATS, renderReport } from "./report/render.ts";

const NOW = Date.parse("2024-11-01T00:00:00Z");
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "deps-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

const VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
const record = (id: string, name: string, events: object[], more: object = {}): object => ({
  id,
  modified: "2024-10-10T00:00:00Z",
  affected: [{ package: { ecosystem: "PyPI", name }, ranges: [{ type: "ECOSYSTEM", events }] }],
  ...more,
});
const RECORDS = [
  record("PYSEC-1", "vuln", [{ introduced: "1.0" }, { fixed: "2.0" }], {
    ...{ aliases: ["CVE-1"], summary: "bad | thing", severity: [{ type: "CVSS_V3", score: VECTOR }] },
  }),
  record("GHSA-1", "vuln", [{ introduced: "1.0" }, { fixed: "2.0" }], { aliases: ["CVE-1"] }),
  record("PYSEC-2", "quiet", [{ introduced: "0" }]),
  record("MAL-1", "evil", [{ introduced: "0" }]),
];
const sources = [recordsSource("osv", OsvDatabase.of(RECORDS.flatMap((one) => advisoryOf(one) ?? [])))];

function audit(options: Partial<AuditOptions> = {}): DepsReport {
  return auditProject(readProject([folder]), { sources, now: NOW, ...options });
}

const shown = ({ findings }: DepsReport): string[] =>
  findings.map(({ ruleId, severity, line, package: name }) =>
    `${ruleId} ${severity} ${line} ${name ?? ""}`.trim(),
  );

describe("advisories", () => {
  test("one finding for each fault, under all its ids, with the fix", () => {
    write({ "requirements.txt": "# x\nvuln==1.5\n" });
    const report = audit();
    expect(report.findings).toHaveLength(1);
    expect(report.findings[0]).toMatchObject({
      ...{
        ruleId: "MK3001",
        severity: "critical",
        id: "PYSEC-1",
        aliases: ["CVE-1", "GHSA-1"],
        fixed: ["2.0"],
      },
      ...{ line: 2, column: 1, package: "vuln", version: "1.5", score: 9.8 },
    });
    expect(report.packages[0]).toMatchObject({ state: "vulnerable", advisories: ["PYSEC-1"] });
    expect(exitCodeOf(report, "high")).toBe(1);
  });

  test.each([
    ["vuln==2.0", "clean", []],
    ["vuln>=1.0,<2.0", "vulnerable", ["MK3001 critical 1 vuln", "MK3006 medium 1 vuln"]],
    ["vuln~=1.3", "vulnerable", ["MK3001 critical 1 vuln", "MK3006 medium 1 vuln"]],
    ["vuln>=2", "unknown", ["MK3006 medium 1 vuln"]],
    ["vuln==1.*", "vulnerable", ["MK3001 critical 1 vuln", "MK3007 medium 1 vuln"]],
    ["quiet==3", "vulnerable", ["MK3001 high 1 quiet"]],
    ["quiet", "vulnerable", ["MK3001 high 1 quiet", "MK3006 medium 1 quiet"]],
    ["evil==1", "vulnerable", ["MK3002 critical 1 evil"]],
    ["VULN===odd", "vulnerable", ["MK3001 critical 1 vuln"]],
  ])("%s is %s", (line, state, findings) => {
    write({ "requirements.txt": line });
    const report = audit();
    expect(report.packages.map((one) => one.state)).toEqual([state]);
    expect(shown(report)).toEqual(findings);
  });

  test("a range that holds vulnerable releases beside others is low", () => {
    const listed = { ...record("PYSEC-9", "half", [{ introduced: "0" }, { fixed: "2.0" }]) };
    const affected = [{ package: { ecosystem: "PyPI", name: "half" }, versions: ["1.0"], ranges: [] }];
    const database = OsvDatabase.of(
      [advisoryOf(listed), advisoryOf({ ...listed, affected })].flatMap((one) => one ?? []),
    );
    write({ "requirements.txt": "half>=1.0" });
    const report = audit({ sources: [recordsSource("osv", database)] });
    expect(shown(report)).toContain("MK3003 low 1 half");
    expect(report.packages[0]?.state).toBe("unknown");
  });
});

describe("a partial failure is never a clean bill", () => {
  test("no data at all", () => {
    write({ "requirements.txt": "vuln==2.0" });
    const report = audit({ sources: [] });
    expect(shown(report)).toEqual(["MK3004 medium 1 vuln"]);
    expect([report.packages[0]?.state, exitCodeOf(report, "critical")]).toEqual(["skipped", 2]);
  });

  test.each([
    ["git+https://e.org/r.git@main#egg=a", /version control/u],
    ["a @ https://e.org/master.zip", /says no version/u],
    ["../outside", /outside/u],
    ["a=1", /no valid versions/u],
    ["-r missing.txt", /no such file/u],
    ["-r ../up.txt", /no such file|leaves the folder/u],
    ["-r https://e.org/x.txt", /is an address/u],
    ["-r ${HOME}/x.txt", /variable/u],
    ["rеquests==1", /no name of a package/u],
  ])("%s", (line, message) => {
    write({ "requirements.txt": `vuln==2.0\n${line}\n` });
    const report = audit();
    expect(report.findings.map((one) => tell(one.message)).join("\n")).toMatch(message);
    expect(exitCodeOf(report, "critical")).toBe(2);
  });

  test("packages that miss the same data are one finding for each file", () => {
    write({ "requirements.txt": "a==1\nb==1\n", "requirements-b.txt": "c==1\n" });
    const report = audit({ sources: [] });
    expect(report.findings.map(({ message, line }) => `${line} ${tell(message)}`)).toEqual([
      "1 c was not looked up: no advisories were given",
      "1 2 packages of this file were not looked up: no advisories were given",
    ]);
    expect(report.packages.map(({ state }) => state)).toEqual(["skipped", "skipped", "skipped"]);
  });

  test("dependencies that a build computes, unless what computes them is read", () => {
    const pyproject = '[project]\ndynamic = ["version", "dependencies"]\n';
    write({
      "pyproject.toml": pyproject,
      "b/pyproject.toml": pyproject,
      "b/setup.py": "setup(install_requires=['a==1'])\n",
    });
    expect(shown(audit())).toEqual(["MK3005 high 2"]);
  });

  test("packages of npm, when the data is of PyPI alone", () => {
    write({
      "package-lock.json": JSON.stringify({
        lockfileVersion: 3,
        packages: { "node_modules/left": { version: "1.0.0" } },
      }),
    });
    expect([shown(audit()), exitCodeOf(audit(), "high")]).toEqual([["MK3004 medium 1 left"], 2]);
  });

  test.each([
    ["poetry.lock", "[[package]\n"],
    ["uv.lock", "hello"],
    ["pyproject.toml", `a = ${"[".repeat(100_000)}`],
    ["Pipfile.lock", "{"],
    ["package-lock.json", `{"packages":${"[".repeat(200_000)}`],
    ["environment.yml", `dependencies: ${"[".repeat(100_000)}`],
    ["conda.yaml", `dependencies:\n${"- ".repeat(100_000)}`],
    ["conda.yml", `a: &a [x]\ndependencies: *a\n`],
    ["environment.yaml", "name: x\n"],
  ])("a broken %s", (name, content) => {
    write({ [name]: content });
    const report = audit();
    expect(report.findings[0]?.ruleId).toBe("MK3005");
    expect(exitCodeOf(report, "critical")).toBe(2);
  });

  test("a link out of the folder, and a path that is not there", () => {
    symlinkSync("/etc/passwd", join(folder, "requirements.txt"));
    const report = auditProject(readProject([folder, join(folder, "away")]), { sources, now: NOW });
    expect(report.findings.map((one) => tell(one.message)).sort()).toEqual([
      "the link leaves the folder, and is not followed",
      "there is no such file or folder",
    ]);
    expect(exitCodeOf(report, "critical")).toBe(2);
  });
});

test("includes are followed once, however they circle", () => {
  write({ "requirements.txt": "-r a/b.txt\n", "a/b.txt": "-c ../requirements.txt\n-r b.txt\nvuln==1.0\n" });
  const report = audit();
  expect(report.files.map(({ path }) => path.slice(folder.length + 1))).toEqual([
    "requirements.txt",
    "a/b.txt",
  ]);
  expect(shown(report)).toEqual(["MK3001 critical 3 vuln"]);
});

test("the project's own code is no package of the index", () => {
  write({ "requirements.txt": "-e .\n./pkg\n", "pkg/setup.py": "" });
  const report = audit();
  expect(report.packages.map(({ state }) => state)).toEqual(["skipped", "skipped"]);
  expect(exitCodeOf(report, "low")).toBe(0);
});

test("pins: conflicts under one marker, constraints and locks that pin", () => {
  write({
    "requirements.txt": "a==1\na==1.0\nb==1; os_name=='nt'\nb==2; os_name=='posix'\nc\n-c constraints.txt\n",
    "constraints.txt": "c==1\na==3\n",
    "x/requirements.in": "e\n",
    "x/requirements.txt": "e==1\n",
    "env/conda.yaml": "dependencies: [pip<=23, {pip: [f==1]}]\n",
    "app/pyproject.toml": '[project]\ndependencies = ["d>=1"]\n',
    "locked/pyproject.toml": '[project]\ndependencies = ["d>=1"]\n',
    "locked/uv.lock": 'version = 1\n[[package]]\nname = "d"\nversion = "1.0"\nsource = { registry = "x" }\n',
  });
  expect(shown(audit())).toEqual(["MK3016 medium 1 a", "MK3016 medium 2 a", "MK3006 low 2 d"]);
});

test("hashes: some, all, none, weak", () => {
  const hash = `--hash=sha256:${"0".repeat(64)}`;
  write({
    "requirements.txt": `a==1 ${hash}\nb==1\nc==1 --hash=md5:${"0".repeat(32)}\nhttps://e.org/e-1.0.zip#sha256=${"0".repeat(64)}\n`,
    "dev-requirements.txt": "d==1\n",
  });
  expect(shown(audit())).toEqual(["MK3008 medium 2 b", "MK3008 medium 3 c"]);
  expect(shown(audit({ requireHashes: true }))).toContain("MK3008 medium 1 d");
});

test("where packages come from", () => {
  const commit = "0".repeat(40);
  write({
    "requirements.txt": [
      "-i http://localhost:8080/simple",
      "-i https://user:s3cret@e.org/simple",
      "-i https://${USER}:${TOKEN}@e.org/simple",
      "--extra-index-url http://e.org/simple",
      "--trusted-host e.org",
      "-f http://e.org/links",
      `git+http://e.org/r.git@${commit}#egg=a`,
      "git+ssh://git@e.org/r.git@v1#egg=b",
    ].join("\n"),
  });
  const report = audit();
  const at = (line: number): string[] =>
    report.findings
      .filter((one) => one.line === line)
      .map(({ ruleId }) => ruleId)
      .sort();
  expect([1, 2, 3, 4, 5, 6, 7, 8].map(at)).toEqual([
    [],
    ["MK3014"],
    [],
    ["MK3011", "MK3012"],
    ["MK3013"],
    ["MK3012"],
    ["MK3004", "MK3012"],
    ["MK3004", "MK3015"],
  ]);
  for (const format of DEPS_FORMATS)
    expect(renderReport(report, { format, lang: "en", color: false, version: "0" })).not.toContain("s3cret");
});

describe("accepted risks", () => {
  const entry = { id: "cve-1", reason: "not reached", owner: "ann", expires: "2024-11-01" };

  test("are shown and do not fail, until the day is over", () => {
    write({ "requirements.txt": "vuln==1.5\n" });
    const report = audit({ accepted: readAccepted([entry]) });
    expect(report.findings[0]?.accepted).toEqual(entry);
    expect(exitCodeOf(report, "low")).toBe(0);
    const late = audit({ accepted: readAccepted([entry]), now: NOW + 86_400_000 });
    expect([late.findings[0]?.accepted, late.expired, exitCodeOf(late, "low")]).toEqual([
      undefined,
      [entry],
      1,
    ]);
  });

  test("of a rule, for one package only", () => {
    write({ "requirements.txt": "git+https://e.org/r.git@main#egg=a\ngit+https://e.org/r.git@main#egg=b\n" });
    const report = audit({ accepted: readAccepted([{ ...entry, id: "MK3004", package: "A" }]) });
    expect(
      report.findings.filter(({ ruleId, accepted }) => ruleId === "MK3004" && accepted === undefined),
    ).toHaveLength(1);
    expect(exitCodeOf(report, "critical")).toBe(2);
  });

  test.each([
    [{}],
    [[{ ...entry, reason: "" }]],
    [[{ ...entry, expires: "soon" }]],
    [[{ ...entry, owner: 3 }]],
    [[{ ...entry, expires: "2024-13-40" }]],
    [[{ ...entry, package: 3 }]],
  ])("%j is refused", (value) => {
    expect(() => readAccepted(value)).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
  });
});

test("the data's age is always shown, and said when it is old", () => {
  write({ "requirements.txt": "vuln==2.0\n" });
  const report = audit({ now: Date.parse("2026-01-01T00:00:00Z") });
  for (const format of DEPS_FORMATS)
    expect(renderReport(report, { format, lang: "en", color: false, version: "0" })).toContain("2024-10-10");
  expect(report.sources[0]).toMatchObject({ ageDays: 448, isOld: true });
  expect(audit().sources[0]).toMatchObject({ ageDays: 22, isOld: false });
});

test("files in other encodings, and the places in them", () => {
  const utf16 = Buffer.from("\ufeffvuln==1.5\r\n", "utf16le");
  const utf8 = Buffer.from("\ufeffvuln==1.5\r\n", "utf8");
  const latin = Buffer.from("# caf\xe9\nvuln==1.5\n", "latin1");
  write({ "requirements.txt": utf16, "requirements-b.txt": utf8, "requirements-c.txt": latin });
  expect(audit().findings.map(({ line, column, ruleId }) => [ruleId, line, column])).toEqual([
    ["MK3001", 1, 1],
    ["MK3001", 2, 1],
    ["MK3001", 1, 1],
  ]);
});

test("Markdown and terminals get nothing that a name could say to them", () => {
  write({ "requirements.txt": "vuln==1.5\n\u001b[31m<img>@me==1\n" });
  const report = audit();
  const markdown = renderReport(report, { format: "markdown", lang: "en", color: false, version: "0" });
  expect(markdown).not.toMatch(/<img>|@me|bad \| thing/u);
  expect(renderReport(report, { format: "text", lang: "zh", color: false, version: "0" })).not.toContain(
    "\u001b",
  );
});
