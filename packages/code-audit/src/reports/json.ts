import type { AuditFinding } from "../model/finding.ts";
import type { Comparison } from "../baseline/compare.ts";
import { type AuditDocument, countsOf, ruleOf } from "./document.ts";

/** The published shape's name; a change that a reader could notice gets another number. */
export const JSON_SCHEMA_ID = "modelkeep-audit/1";

/** One JSON document, as `schema/audit.schema.json` says. Texts are in both languages, so it needs no `--lang`. */
export function json(document: AuditDocument): string {
  return `${JSON.stringify(jsonObject(document), null, 2)}\n`;
}

/** The same as data. */
export function jsonObject(document: AuditDocument): object {
  const { report, version, score, comparison } = document;
  return {
    schema: JSON_SCHEMA_ID,
    tool: { name: "modelkeep", version },
    summary: {
      files: report.files,
      lines: report.lines,
      findings: report.findings.length,
      bySeverity: countsOf(report.findings),
      suppressed: report.suppressed.length,
      score: score.total,
    },
    findings: report.findings.map((finding) => findingObject(document, finding)),
    suppressed: report.suppressed.map(({ finding, ...how }) => ({
      ...how,
      finding: findingObject(document, finding),
    })),
    unaudited: report.unaudited,
    score,
    ...(comparison === undefined ? {} : { comparison: comparisonObject(document, comparison) }),
  };
}

function findingObject(document: AuditDocument, finding: AuditFinding): object {
  const { fingerprints, code } = document;
  const rule = ruleOf(document, finding.ruleId);
  const { ruleId, severity, message, place, evidence, cwe, steps, fix, suggestion } = finding;
  const diff = code.diff(finding);
  return {
    fingerprint: fingerprints.get(finding) ?? "",
    ruleId,
    ...(rule === undefined ? {} : { ruleName: rule.name, advice: rule.advice }),
    severity,
    cwe,
    message,
    place,
    evidence,
    steps,
    ...(fix === undefined ? {} : { fix: { title: fix.title, ...(diff === undefined ? {} : { diff }) } }),
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

function comparisonObject({ fingerprints }: AuditDocument, comparison: Comparison): object {
  const prints = (findings: readonly AuditFinding[]): string[] =>
    findings.map((finding) => fingerprints.get(finding) ?? "");
  const { source, fresh, same, fixed } = comparison;
  return { baseline: source, new: prints(fresh), same: prints(same), fixed };
}
