import { nearest } from "@modelkeep/findings/nearest";
import { isDate } from "@modelkeep/findings/risks/date";
import type { AuditFinding } from "../model/finding.ts";
import type { SuppressedFinding } from "../model/report.ts";
import type { AuditRule } from "../model/rule.ts";
import type { Localized } from "../model/text.ts";
import type { Directive } from "./directive.ts";
import { SUPPRESSION_RULES } from "./rules.ts";

export interface SuppressionContext {
  /** Every rule that a comment may name. */
  readonly rules: readonly AuditRule[];
  /** `YYYY-MM-DD`; a suppression holds through the day that it names. */
  readonly today: string;
}

/** What is left after the comments of the code had their say, and what is found about the comments themselves. */
export interface Suppressed {
  readonly findings: readonly AuditFinding[];
  readonly suppressed: readonly SuppressedFinding[];
}

/** Findings of the audit itself (29) answer to nobody's comment. */
const OWN = /^MK29/u;

/**
 * Silences what comments silence: the finding's rule is named, a reason is given, the date has not passed, and the
 * comment's line is the first or the last of the finding's place.
 */
export function applySuppressions(
  findings: readonly AuditFinding[],
  directives: readonly Directive[],
  context: SuppressionContext,
): Suppressed {
  const claims = directives.map((directive) => claimOf(directive, context));
  const byPlace = Map.groupBy(
    claims.filter(({ holds }) => holds),
    ({ directive }) => keyOf(directive.place.path, directive.place.cell, directive.line),
  );
  const used = new Set<string>();
  const kept: AuditFinding[] = [];
  const suppressed: SuppressedFinding[] = [];
  for (const finding of findings) {
    const claim = claimFor(finding, byPlace);
    if (claim === undefined) kept.push(finding);
    else {
      used.add(usedKey(claim.directive, finding.ruleId));
      const { reason, until } = claim.directive;
      suppressed.push({ finding, reason, by: "comment", ...(until === undefined ? {} : { expires: until }) });
    }
  }
  const own = claims.flatMap((claim) => [...claim.problems, ...unused(claim, used)]);
  return { findings: [...kept, ...own], suppressed };
}

interface Claim {
  readonly directive: Directive;
  /** Ids of the rules that it names and that there are. */
  readonly ids: ReadonlySet<string>;
  readonly holds: boolean;
  readonly problems: readonly AuditFinding[];
}

function claimOf(directive: Directive, context: SuppressionContext): Claim {
  const ids = new Set<string>();
  const problems: AuditFinding[] = [];
  for (const word of directive.rules) {
    const rule = context.rules.find(({ id, name }) => sameWord(id, word) || sameWord(name, word));
    if (rule === undefined || OWN.test(rule.id)) problems.push(unknownRule(directive, word, context.rules));
    else ids.add(rule.id);
  }
  const fault = faultOf(directive, context.today);
  if (fault !== undefined) problems.push(fault);
  return { directive, ids, holds: fault === undefined && ids.size > 0, problems };
}

function faultOf(directive: Directive, today: string): AuditFinding | undefined {
  const { until } = directive;
  if (directive.rules.length === 0) {
    return about(directive, "unclear", {
      en: "This suppression names no rule: write modelkeep: ignore[RULE] reason",
      zh: "该忽略注释没有写明规则：请写作 modelkeep: ignore[规则] 原因",
    });
  }
  if (until !== undefined && !isDate(until)) {
    return about(directive, "unclear", {
      en: `This suppression ends at ${JSON.stringify(until)}, which is no date: write until=YYYY-MM-DD`,
      zh: `该忽略注释的截止日期 ${JSON.stringify(until)} 不是日期：请写作 until=YYYY-MM-DD`,
    });
  }
  if (directive.reason === "") return about(directive, "unreasoned", SUPPRESSION_RULES.unreasoned.title);
  if (until !== undefined && until < today) {
    return about(directive, "expired", {
      en: `This suppression ended on ${until}: what it silenced counts again.`,
      zh: `该忽略注释已于 ${until} 过期：被忽略的问题重新生效。`,
    });
  }
  return undefined;
}

function unknownRule(directive: Directive, word: string, rules: readonly AuditRule[]): AuditFinding {
  const known = rules.filter(({ id }) => !OWN.test(id)).flatMap(({ id, name }) => [id, name]);
  const meant = OWN.test(word.toUpperCase()) ? undefined : nearest(word, known);
  const en = meant === undefined ? "" : `; did you mean ${meant}?`;
  const zh = meant === undefined ? "" : `；是否指 ${meant}？`;
  return about(directive, "unclear", {
    en: `This suppression names ${JSON.stringify(word)}, which is no rule that a comment can silence${en}`,
    zh: `该忽略注释写明的 ${JSON.stringify(word)} 不是可以忽略的规则${zh}`,
  });
}

function unused({ directive, ids, holds }: Claim, used: ReadonlySet<string>): AuditFinding[] {
  if (!holds) return [];
  return [...ids]
    .filter((id) => !used.has(usedKey(directive, id)))
    .map((id) =>
      about(directive, "unused", {
        en: `This suppression of ${id} silences nothing: there is no such finding on line ${directive.line}.`,
        zh: `该忽略注释（${id}）没有对应的问题：第 ${directive.line} 行没有此类问题。`,
      }),
    );
}

function about(
  directive: Directive,
  which: keyof typeof SUPPRESSION_RULES,
  message: Localized,
): AuditFinding {
  const { id, severity, cwe } = SUPPRESSION_RULES[which];
  const { place, rules, reason, until } = directive;
  const end = until === undefined ? "" : ` until=${until}`;
  const evidence = `modelkeep: ignore[${rules.join(", ")}] ${reason}${end}`.trim();
  return { ruleId: id, severity, message, place, evidence, cwe, steps: [] };
}

function claimFor(finding: AuditFinding, byPlace: ReadonlyMap<string, readonly Claim[]>): Claim | undefined {
  if (OWN.test(finding.ruleId)) return undefined;
  const { path, cell, line, endLine } = finding.place;
  return [line, endLine]
    .flatMap((one) => byPlace.get(keyOf(path, cell, one)) ?? [])
    .find(({ ids }) => ids.has(finding.ruleId));
}

function keyOf(path: string, cell: number | undefined, line: number): string {
  return `${line} ${cell ?? ""} ${path}`;
}

function usedKey({ place }: Directive, id: string): string {
  return `${id} ${place.column} ${keyOf(place.path, place.cell, place.line)}`;
}

function sameWord(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
