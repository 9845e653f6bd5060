import type { AcceptedRisk } from "@modelkeep/findings/risks/register";
import { type Before, compareWith, type Comparison, withoutKnown } from "./baseline/compare.ts";
import { byPlace, type Fingerprints, fingerprintsOf } from "./baseline/fingerprint.ts";
import type { AuditReport } from "./model/report.ts";
import type { AuditRule } from "./model/rule.ts";
import { acceptRisks } from "./suppressions/accept.ts";

export interface SettleOptions {
  readonly rules: readonly AuditRule[];
  readonly risks: readonly AcceptedRisk[];
  /** `YYYY-MM-DD` */
  readonly today: string;
  /** Whether the audit looked at all of a path. */
  readonly audited: (path: string) => boolean;
  readonly baseline?: Omit<Before, "audited">;
}

/** What an audit comes to: which findings count, which are excused and by what, and how it was before. */
export interface Settled {
  /** Its findings are those that count. */
  readonly report: AuditReport;
  /** The findings that count, and with a baseline also those that it excuses. */
  readonly open: AuditReport;
  readonly fingerprints: Fingerprints;
  readonly comparison?: Comparison;
}

/** Applies the register of accepted risks, then the baseline, to a report whose comments had their say already. */
export function settle(audited: AuditReport, options: SettleOptions): Settled {
  const fingerprints = fingerprintsOf(audited);
  const accepted = sorted(acceptRisks(audited, options.risks, { ...options, fingerprints }));
  // Once more: what is about the register itself has come to it.
  const all = fingerprintsOf(accepted);
  if (options.baseline === undefined) return { report: accepted, open: accepted, fingerprints: all };
  const comparison = compareWith({ ...options.baseline, audited: options.audited }, accepted, all);
  return { report: withoutKnown(accepted, comparison), open: accepted, fingerprints: all, comparison };
}

function sorted(report: AuditReport): AuditReport {
  return { ...report, findings: report.findings.toSorted(byPlace) };
}
