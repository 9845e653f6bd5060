import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { afterAll, beforeAll, expect, test } from "vitest";
import { recordsSource } from "../advisories.ts";
import { auditProject, type DepsReport } from "../audit.ts";
import { OsvDatabase } from "../osv.ts";
import { readProject } from "../project.ts";
import { RULES } from "../rules.ts";
import { renderReport } from "./render.ts";

const RECORDS = fileURLToPath(new URL("../../fixtures/osv-pypi-2024-10-10-part.zip", import.meta.url));
let folder = "";
let report: DepsReport;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "deps-report-"));
  const lines = [
    "django==3.0.1",
    "Flask",
    "mlflow==2.0; os_name=='nt'",
    "reqeusts==1",
    "git+https://e.org/a b@main#egg=x",
    "é==1",
    "--trusted-host e.org",
    "jinja2>=2,<2.11",
  ];
  writeFileSync(join(folder, "requirements.txt"), lines.join("\n"));
  writeFileSync(
    join(folder, "package-lock.json"),
    '{"lockfileVersion":3,"packages":{"node_modules/@s/a":{"version":"1.0.0+b"}}}',
  );
  const sources = [recordsSource(RECORDS, OsvDatabase.open(RECORDS))];
  const accepted = [{ id: "PYSEC-2020-31", reason: "r", owner: "o", expires: "2030-01-01" }];
  report = auditProject(readProject([folder]), { sources, accepted, now: Date.parse("2026-01-01") });
});
afterAll(() => rmSync(folder, { recursive: true }));

const render = (format: "cyclonedx" | "sarif" | "json" | "markdown", lang: "en" | "zh" = "en"): string =>
  renderReport(report, { format, lang, color: false, version: "1.2.3" });

test("CycloneDX 1.6 is valid by the official schema, each advisory once, for the components that it affects", async () => {
  const text = render("cyclonedx");
  expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)).toBeNull();
  const broken = text.replace('"specVersion": "1.6"', '"specVersion": 16');
  expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(broken)).not.toBeNull();
  const { components, vulnerabilities } = JSON.parse(text) as {
    components: { "bom-ref": string }[];
    vulnerabilities: { id: string; affects: { ref: string }[] }[];
  };
  const refs = new Set(components.map((one) => one["bom-ref"]));
  expect(new Set(vulnerabilities.map(({ id }) => id)).size).toBe(vulnerabilities.length);
  expect(vulnerabilities.flatMap(({ affects }) => affects).filter(({ ref }) => !refs.has(ref))).toEqual([]);
  expect(refs).toContain("pkg:npm/%40s/a@1.0.0%2Bb");
});

test("SARIF names a rule for each result, with places and fingerprints that a scanner of code takes", () => {
  const { runs } = JSON.parse(render("sarif")) as {
    runs: {
      tool: { driver: { rules: { id: string }[] } };
      invocations: { executionSuccessful: boolean }[];
      results: SarifResult[];
    }[];
  };
  const [run] = runs;
  const results = run?.results ?? [];
  expect(run?.invocations[0]?.executionSuccessful).toBe(false);
  expect(run?.tool.driver.rules.map(({ id }) => id)).toEqual(RULES.map(({ id }) => id));
  expect(results).toHaveLength(report.findings.length);
  for (const { ruleId, ruleIndex, locations, partialFingerprints } of results) {
    expect(RULES[ruleIndex]?.id).toBe(ruleId);
    const { region } = locations[0]?.physicalLocation ?? {
      region: { startLine: 0, startColumn: 0, endColumn: 0 },
    };
    expect(Math.min(region.startLine, region.startColumn, region.endColumn)).toBeGreaterThan(0);
    expect(partialFingerprints.modelkeepDependency).toMatch(/^[0-9a-f]{32}$/u);
  }
  expect(new Set(results.map((one) => one.partialFingerprints.modelkeepDependency)).size).toBe(
    results.length,
  );
  expect(results.filter((one) => one.suppressions !== undefined)).toHaveLength(1);
});

interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly suppressions?: unknown;
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly region: { startLine: number; startColumn: number; endColumn: number };
    };
  }[];
  readonly partialFingerprints: { readonly modelkeepDependency: string };
}

test("both languages say every finding, and no sentence has a hole", () => {
  for (const lang of ["en", "zh"] as const) {
    const text = render("markdown", lang);
    expect(text.match(/MK3\d{3}/gu)).toHaveLength(report.findings.length);
    expect(text).not.toMatch(/\{\d\}|undefined/u);
  }
  expect(render("markdown", "zh")).toContain("依赖检查");
});

test("JSON counts what it lists", () => {
  const { summary, packages, findings, complete } = JSON.parse(render("json")) as {
    summary: Record<string, number>;
    packages: { state: string }[];
    findings: unknown[];
    complete: boolean;
  };
  const states = ["vulnerable", "clean", "unknown", "skipped"].map(
    (state) => packages.filter((one) => one.state === state).length,
  );
  expect(states).toEqual([summary["vulnerable"], summary["clean"], summary["unknown"], summary["skipped"]]);
  expect([summary["packages"], complete]).toEqual([packages.length, false]);
  expect(
    (summary["accepted"] ?? 0) +
      ["critical", "high", "medium", "low", "info"].reduce((sum, one) => sum + (summary[one] ?? 0), 0),
  ).toBe(findings.length);
});
