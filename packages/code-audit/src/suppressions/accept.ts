import { type AcceptedRisk, covers, isExpired } from "@modelkeep/findings/risks/register";
import type { Fingerprints } from "../baseline/fingerprint.ts";
import type { AuditFinding } from "../model/finding.ts";
import type { AuditReport, SuppressedFinding } from "../model/report.ts";
import type { AuditRule } from "../model/rule.ts";
import type { Localized } from "../model/text.ts";
import { SUPPRESSION_RULES } from "./rules.ts";

export interface AcceptContext {
  readonly rules: readonly AuditRule[];
  readonly fingerprints: Fingerprints;
  /** `YYYY-MM-DD` */
  readonly today: string;
  /** Whether this audit looked at all of a path. */
  readonly audited: (path: string) => boolean;
}

/** Of the audit itself: an expired acceptance cannot be accepted by another one. */
const OWN = /^MK29/u;

/**
 * Takes out what the register of accepted risks covers. An entry whose day has passed covers nothing and is a finding
 * of its own, whatever it was about; so is one that covers nothing although all of its paths were audited.
 */
export function acceptRisks(
  report: AuditReport,
  risks: readonly AcceptedRisk[],
  context: AcceptContext,
): AuditReport {
  const names = new Map(context.rules.map(({ id, name }) => [id, name]));
  const valid = risks.filter((risk) => !isExpired(risk, context.today));
  const used = new Set<AcceptedRisk>();
  const kept: AuditFinding[] = [];
  const accepted: SuppressedFinding[] = [];
  for (const finding of report.findings) {
    const { ruleId, place } = finding;
    const ids = [ruleId, names.get(ruleId) ?? ruleId, context.fingerprints.get(finding) ?? ruleId];
    const risk = OWN.test(ruleId) ? undefined : valid.find((one) => covers(one, { ids, path: place.path }));
    if (risk === undefined) kept.push(finding);
    else {
      used.add(risk);
      accepted.push({
        finding,
        reason: `${risk.reason} (${risk.owner})`,
        expires: risk.expires,
        by: "register",
      });
    }
  }
  const own = risks
    .filter(({ id }) => isAuditId(id, context.rules))
    .flatMap((risk) => aboutEntry(risk, used.has(risk), context));
  return { ...report, findings: [...kept, ...own], suppressed: [...report.suppressed, ...accepted] };
}

/**
 * Whether an entry of the register is about code. The register is shared with `modelkeep deps`: what names an advisory,
 * or a rule of dependencies, is not for the audit to judge.
 */
export function isAuditId(id: string, rules: readonly AuditRule[]): boolean {
  return /^MK2\d|^[0-9a-f]{32}$/iu.test(id) || rules.some(({ name }) => name === id.toLowerCase());
}

function aboutEntry(risk: AcceptedRisk, isUsed: boolean, context: AcceptContext): AuditFinding[] {
  const { id, expires, owner } = risk;
  if (isExpired(risk, context.today)) {
    return [
      about(risk, "riskExpired", {
        en: `The accepted risk ${id} expired on ${expires}: ${owner} has to decide anew.`,
        zh: `已接受的风险 ${id} 已于 ${expires} 过期：需由 ${owner} 重新评估。`,
      }),
    ];
  }
  const isWhole = risk.paths.every((path) => context.audited(literalPart(path)));
  if (isUsed || !isWhole) return [];
  return [
    about(risk, "riskUnused", {
      en: `The accepted risk ${id} matches no finding in ${risk.paths.join(", ")}.`,
      zh: `已接受的风险 ${id} 在 ${risk.paths.join("、")} 中没有对应的问题。`,
    }),
  ];
}

/** Of a pattern, what stands before its first wildcard; the folder that holds all that can match. */
function literalPart(pattern: string): string {
  const at = pattern.search(/[*?[{]/u);
  if (at < 0) return pattern;
  return pattern.slice(0, at).replace(/\/?[^/]*$/u, "") || ".";
}

function about(risk: AcceptedRisk, which: keyof typeof SUPPRESSION_RULES, message: Localized): AuditFinding {
  const { id, severity, cwe } = SUPPRESSION_RULES[which];
  const { file, line } = risk;
  const place = { path: file, line, column: 1, endLine: line, endColumn: 1 };
  const evidence = `${risk.id} ${risk.paths.join(" ")} ${risk.owner} ${risk.expires}`;
  return { ruleId: id, severity, message, place, evidence, cwe, steps: [] };
}
