import { SEVERITIES } from "@modelkeep/findings";
import type { AuditFinding } from "../model/finding.ts";
import { PYTHON_RULES } from "./index.ts";

const RANKS = new Map(PYTHON_RULES.map(({ id, rank }) => [id, rank]));

/**
 * Of several findings about Python at one place the one that says most: the more specific rule, then the worse severity,
 * then the longer way. Findings of other rules stay as they are.
 */
export function bestOfPlaces(findings: readonly AuditFinding[]): readonly AuditFinding[] {
  const best = new Map<string, AuditFinding>();
  for (const finding of findings) {
    const key = keyOf(finding);
    const known = best.get(key);
    if (known === undefined || saysMore(finding, known)) best.set(key, finding);
  }
  return [...best.values()];
}

function keyOf({ ruleId, place }: AuditFinding): string {
  const rule = RANKS.has(ruleId) ? "" : ruleId;
  return `${rule}\0${place.path}\0${place.cell ?? 0}:${place.line}:${place.column}`;
}

function saysMore(a: AuditFinding, b: AuditFinding): boolean {
  const rank = (RANKS.get(a.ruleId) ?? 0) - (RANKS.get(b.ruleId) ?? 0);
  if (rank !== 0) return rank > 0;
  const severity = SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
  if (severity !== 0) return severity > 0;
  if (a.steps.length !== b.steps.length) return a.steps.length > b.steps.length;
  // Any order will do, as long as it does not depend on which thread was first.
  return a.message.en < b.message.en;
}
