import type { AuditFinding } from "../model/finding.ts";
import { bestOfPlaces } from "../rules/best.ts";

/**
 * Puts together what several threads found, who may have come to one place from different files: one finding for each
 * place (and rule, outside of Python), sorted by path, cell, line, column and rule.
 */
export function mergeFindings(findings: readonly AuditFinding[]): readonly AuditFinding[] {
  return bestOfPlaces(findings).toSorted(inOrder);
}

function inOrder(a: AuditFinding, b: AuditFinding): number {
  return (
    byText(a.place.path, b.place.path) ||
    (a.place.cell ?? 0) - (b.place.cell ?? 0) ||
    a.place.line - b.place.line ||
    a.place.column - b.place.column ||
    byText(a.ruleId, b.ruleId)
  );
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
