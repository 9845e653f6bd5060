import type { AuditFinding } from "../model/finding.ts";
import type { AuditReport } from "../model/report.ts";
import type { BaselineEntry } from "./baseline.ts";
import type { Fingerprints } from "./fingerprint.ts";

/** Two audits beside each other. */
export interface Comparison {
  /** The baseline's file, as shown. */
  readonly source: string;
  /** Findings that the baseline does not know: only these fail a run. */
  readonly fresh: readonly AuditFinding[];
  /** Findings that it knows. */
  readonly same: readonly AuditFinding[];
  /** What it knows and this audit no longer finds, where it looked. */
  readonly fixed: readonly BaselineEntry[];
}

export interface Before {
  readonly source: string;
  readonly entries: readonly BaselineEntry[];
  /** Whether this audit looked at a path: what it did not look at is not fixed. */
  readonly audited: (path: string) => boolean;
}

/** What is about the audit itself (a risk that expired, a suppression without a reason) is never excused by a baseline. */
const OWN = /^MK29/u;

/** @param report before the baseline was applied to it */
export function compareWith(before: Before, report: AuditReport, fingerprints: Fingerprints): Comparison {
  const known = new Set(before.entries.map(({ fingerprint }) => fingerprint));
  const isKnown = (finding: AuditFinding): boolean =>
    !OWN.test(finding.ruleId) && known.has(fingerprints.get(finding) ?? "");
  const now = new Set(fingerprints.values());
  return {
    source: before.source,
    fresh: report.findings.filter((finding) => !isKnown(finding)),
    same: report.findings.filter(isKnown),
    fixed: before.entries.filter(({ fingerprint, path }) => !now.has(fingerprint) && before.audited(path)),
  };
}

/** The report in which only what is new counts; what the baseline knows is listed as silenced by it. */
export function withoutKnown(report: AuditReport, comparison: Comparison): AuditReport {
  const reason = comparison.source;
  const known = comparison.same.map((finding) => ({ finding, reason, by: "baseline" }) as const);
  return { ...report, findings: comparison.fresh, suppressed: [...report.suppressed, ...known] };
}
