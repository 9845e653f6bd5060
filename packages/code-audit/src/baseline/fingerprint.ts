import { createHash } from "node:crypto";
import type { AuditFinding } from "../model/finding.ts";
import type { AuditReport } from "../model/report.ts";

/** By which a finding is known from one audit to the next: 32 hexadecimal digits. */
export type Fingerprints = ReadonlyMap<AuditFinding, string>;

/**
 * Fingerprints of all findings of a report, the suppressed ones too (a suppression must not rename its neighbours).
 * Made of the rule, the path, the code with its white space evened out, and the how-many-eth of such findings in the
 * file it is. Lines do not count: code that moves keeps its fingerprints.
 */
export function fingerprintsOf(report: AuditReport): Fingerprints {
  const findings = [...report.findings, ...report.suppressed.map(({ finding }) => finding)].sort(byPlace);
  const seen = new Map<string, number>();
  return new Map(
    findings.map((finding) => {
      const { ruleId, place, evidence } = finding;
      const code = (evidence === "" ? finding.message.en : evidence).replaceAll(/\s+/gu, " ").trim();
      const key = [ruleId, place.path, code].join("\0");
      const nth = seen.get(key) ?? 0;
      seen.set(key, nth + 1);
      return [finding, createHash("sha256").update(`${key}\0${nth}`).digest("hex").slice(0, 32)];
    }),
  );
}

/** The order of a report: path, cell, line, column, rule. */
export function byPlace(a: AuditFinding, b: AuditFinding): number {
  return (
    compare(a.place.path, b.place.path) ||
    (a.place.cell ?? 0) - (b.place.cell ?? 0) ||
    a.place.line - b.place.line ||
    a.place.column - b.place.column ||
    compare(a.ruleId, b.ruleId)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
