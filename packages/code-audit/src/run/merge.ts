import { SEVERITIES } from "@modelkeep/findings";
import type { AuditFinding } from "../model/finding.ts";

/**
 * Puts together what several threads found: one finding for each rule and place, the one that says most (severity, then
 * steps), sorted by path, cell, line, column and rule.
 */
export function mergeFindings(findings: readonly AuditFinding[]): readonly AuditFinding[] {
  const best = new Map<string, AuditFinding>();
  for (const finding of findings) {
    const key = keyOf(finding);
    const known = best.get(key);
    if (known === undefined || saysMore(finding, known)) best.set(key, finding);
  }
  return [...best.values()].toSorted(inOrder);
}

function keyOf({ ruleId, place }: AuditFinding): string {
  return `${ruleId}\0${place.path}\0${place.cell ?? 0}:${place.line}:${place.column}`;
}

function saysMore(a: AuditFinding, b: AuditFinding): boolean {
  const severity = SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
  if (severity !== 0) return severity > 0;
  if (a.steps.length !== b.steps.length) return a.steps.length > b.steps.length;
  // Any order will do, as long as it does not depend on which thread was first.
  return a.message.en < b.message.en;
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
