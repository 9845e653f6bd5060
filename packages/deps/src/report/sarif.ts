import { createHash } from "node:crypto";
import type { Rule, Severity } from "@modelkeep/findings";
import type { DepsReport } from "../audit.ts";
import type { DepsFinding } from "../finding.ts";
import { tell } from "../messages/said.ts";
import { RULES } from "../rules.ts";
import { sourceLines } from "./text.ts";
import { WORDS } from "./words.ts";

const LEVEL: Readonly<Record<Severity, "note" | "warning" | "error">> = {
  ...{ info: "note", low: "note", medium: "warning", high: "error", critical: "error" },
};
/** GitHub's code scanning sorts rules by this number. */
const SCORE: Readonly<Record<Severity, string>> = {
  ...{ info: "0.0", low: "3.0", medium: "5.5", high: "8.0", critical: "9.5" },
};

/** SARIF 2.1.0 in the form that GitHub code scanning takes; old or missing data becomes a notification of the run. */
export function sarifReport(report: DepsReport, version: string): string {
  const document = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "modelkeep", semanticVersion: version, rules: RULES.map(ruleOf) } },
        automationDetails: { id: "modelkeep-deps/" },
        columnKind: "utf16CodeUnits",
        invocations: [
          { executionSuccessful: !report.incomplete, toolExecutionNotifications: notifications(report) },
        ],
        artifacts: report.files.map(({ path }) => ({ location: { uri: uriOf(path) } })),
        results: report.findings.map(resultOf),
      },
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function notifications(report: DepsReport): object[] {
  const isBad = report.sources.length === 0 || report.sources.some(({ isOld }) => isOld);
  const level = isBad ? "warning" : "note";
  const texts = [...sourceLines(report, WORDS.en), ...(report.incomplete ? [WORDS.en.incomplete] : [])];
  return texts.map((text) => ({ level, message: { text } }));
}

function ruleOf(rule: Rule): object {
  return {
    id: rule.id,
    name: pascalCase(rule.name),
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.title },
    help: { text: `${rule.advice} See docs/rules/${rule.id}.md`, markdown: rule.advice },
    defaultConfiguration: { level: LEVEL[rule.severity] },
    properties: {
      tags: ["security", `external/cwe/${rule.cwe.toLowerCase()}`],
      precision: "very-high",
      "security-severity": SCORE[rule.severity],
    },
  };
}

function resultOf(finding: DepsFinding): object {
  const { ruleId, severity, file, line, column, endLine, endColumn, accepted, id, aliases, fixed } = finding;
  const said = finding.severitySaid ? "" : ` (${WORDS.en.notSaid})`;
  return {
    ruleId,
    ruleIndex: RULES.findIndex((rule) => rule.id === ruleId),
    level: LEVEL[severity],
    message: { text: `${tell(finding.message)}${said}. ${tell(finding.advice)}.` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file) },
          region: { startLine: line, startColumn: column, endLine, endColumn: Math.max(endColumn, column) },
        },
      },
    ],
    partialFingerprints: { modelkeepDependency: fingerprint(finding) },
    ...(accepted === undefined
      ? {}
      : { suppressions: [{ kind: "external", status: "accepted", justification: accepted.reason }] }),
    properties: { severity, package: finding.package, version: finding.version, id, aliases, fixed },
  };
}

/** The same while the finding is the same, on whatever line it comes to stand. */
function fingerprint({ ruleId, file, package: name, id, message }: DepsFinding): string {
  const parts = [ruleId, file.replaceAll("\\", "/"), name ?? "", id ?? tell(message)];
  return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 32);
}

function uriOf(path: string): string {
  const slashed = path
    .replaceAll("\\", "/")
    .toWellFormed()
    .replace(/^(?:\.\/)+/u, "");
  const encoded = slashed.split("/").map(encodeURIComponent).join("/");
  return encoded.startsWith("/") ? `file://${encoded}` : encoded;
}

function pascalCase(name: string): string {
  return name.replaceAll(/(?:^|-)([a-z])/gu, (_all, letter: string) => letter.toUpperCase());
}
