import type { AuditReport } from "../model/report.ts";
import type { Scored, ScoreInput } from "./score.ts";

/**
 * What the score is computed from. What a baseline excuses counts in full: it is there still.
 * @param dependencies findings of `modelkeep deps`; undefined where there was no data to look them up in
 */
export function scoreInput(report: AuditReport, dependencies?: readonly Scored[]): ScoreInput {
  const silenced = report.suppressed.map(({ finding, by }) => ({
    ruleId: finding.ruleId,
    severity: finding.severity,
    accepted: by !== "baseline",
  }));
  return {
    findings: [...report.findings.map(({ ruleId, severity }) => ({ ruleId, severity })), ...silenced],
    unread: report.unaudited.filter(({ state }) => state === "unread").length,
    partial: report.unaudited.filter(({ state }) => state === "partial").length,
    ...(dependencies === undefined ? {} : { dependencies }),
  };
}
