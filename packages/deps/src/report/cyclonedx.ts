import { createHash } from "node:crypto";
import type { DepsReport } from "../audit.ts";
import type { DepsFinding, PackageState } from "../finding.ts";
import { tell } from "../messages/said.ts";
import { sourceLines } from "./text.ts";
import { WORDS } from "./words.ts";

/** CycloneDX 1.6: each package a component, each advisory a vulnerability of those that it affects. */
export function cyclonedxReport(report: DepsReport, version: string): string {
  const components = componentsOf(report.packages);
  const document = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      timestamp: new Date(report.now).toISOString(),
      tools: { components: [{ type: "application", name: "modelkeep", version }] },
      properties: [
        ...sourceLines(report, WORDS.en).map((value) => ({ name: "modelkeep:advisories", value })),
        { name: "modelkeep:complete", value: String(!report.incomplete) },
      ],
    },
    components: [...components.values()].map(componentOf),
    vulnerabilities: vulnerabilitiesOf(report.findings),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function refOf(one: { readonly ecosystem: string; readonly name: string; readonly version: string }): string {
  return purlOf(one.ecosystem, one.name, one.version);
}

/** github.com/package-url/purl-spec */
function purlOf(ecosystem: string, name: string, version: string): string {
  const type = ecosystem === "npm" ? "npm" : "pypi";
  const path = name.split("/").map(encodeURIComponent).join("/");
  return `pkg:${type}/${path}${version === "" ? "" : `@${encodeURIComponent(version)}`}`;
}

function componentsOf(packages: readonly PackageState[]): Map<string, PackageState[]> {
  const components = new Map<string, PackageState[]>();
  for (const one of packages) {
    const ref = refOf({ ...one, version: one.version ?? "" });
    const known = components.get(ref);
    if (known === undefined) components.set(ref, [one]);
    else known.push(one);
  }
  return components;
}

function componentOf(states: readonly PackageState[]): object {
  const [first] = states;
  if (first === undefined) throw new TypeError("a component has at least one place");
  const { ecosystem, name, version, specifier, state } = first;
  const purl = purlOf(ecosystem, name, version ?? "");
  const reason = states.find((one) => one.reason !== undefined)?.reason;
  return {
    type: "library",
    "bom-ref": purl,
    name,
    ...(version === undefined ? {} : { version }),
    purl,
    evidence: { occurrences: states.map(({ file, line }) => ({ location: file, line })) },
    properties: [
      { name: "modelkeep:state", value: state },
      ...(version === undefined ? [{ name: "modelkeep:specifier", value: specifier || "*" }] : []),
      ...(reason === undefined ? [] : [{ name: "modelkeep:reason", value: tell(reason) }]),
    ],
  };
}

/** Advisories are merged over packages and places; other findings have none of their own. */
function vulnerabilitiesOf(findings: readonly DepsFinding[]): object[] {
  const byId = new Map<string, DepsFinding[]>();
  for (const finding of findings) {
    if (finding.id === undefined) continue;
    byId.set(finding.id, [...(byId.get(finding.id) ?? []), finding]);
  }
  return [...byId].map(([id, all]) => vulnerabilityOf(id, all));
}

function vulnerabilityOf(id: string, findings: readonly DepsFinding[]): object {
  const [first] = findings;
  if (first === undefined) throw new TypeError("an advisory has at least one finding");
  const refs = new Set(findings.map(affectedRef));
  const { summary, aliases = [], accepted } = first;
  return {
    "bom-ref": `vulnerability-${createHash("sha256").update(id).digest("hex").slice(0, 16)}`,
    id,
    source: sourceOf(id),
    references: aliases.map((alias) => ({ id: alias, source: sourceOf(alias) })),
    ratings: [ratingOf(first)],
    ...(summary === undefined || summary === "" ? {} : { description: summary }),
    recommendation: tell(first.advice),
    ...(accepted === undefined
      ? {}
      : { analysis: { state: "exploitable", response: ["will_not_fix"], detail: accepted.reason } }),
    affects: [...refs].map((ref) => ({ ref })),
  };
}

function affectedRef({ ecosystem, package: name, version }: DepsFinding): string {
  const pinned = /^[^<>=!~*,\s|]+$/u.test(version ?? "") ? (version ?? "") : "";
  return refOf({ ecosystem: ecosystem ?? "PyPI", name: name ?? "", version: pinned });
}

function ratingOf({ score, vector, severity, severitySaid }: DepsFinding): object {
  if (!severitySaid) return { severity: "unknown" };
  return {
    severity,
    ...(score === undefined ? {} : { score }),
    ...(vector === undefined ? {} : { method: methodOf(vector), vector }),
  };
}

function methodOf(vector: string): string {
  if (vector.startsWith("CVSS:4")) return "CVSSv4";
  if (vector.startsWith("CVSS:3.1")) return "CVSSv31";
  return vector.startsWith("CVSS:3.0") ? "CVSSv3" : "CVSSv2";
}

function sourceOf(id: string): object {
  if (id.startsWith("CVE-"))
    return { name: "NVD", url: `https://nvd.nist.gov/vuln/detail/${encodeURIComponent(id)}` };
  if (id.startsWith("GHSA-"))
    return { name: "GitHub", url: `https://github.com/advisories/${encodeURIComponent(id)}` };
  return { name: "OSV", url: `https://osv.dev/vulnerability/${encodeURIComponent(id)}` };
}
