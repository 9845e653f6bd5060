import { type Finding, printable, type Rule, type Verdict, worse } from "@modelkeep/findings";
import type { FactLocation } from "@modelkeep/formats";

/** A hostile file may break a rule a million times; a reader needs the first few. Per rule, so that none hides another. */
const MAX_PER_RULE = 25;
const MAX_MESSAGE = 600;
const MAX_EVIDENCE = 400;

/** Gathers the findings of one file: the first of each kind, the worst verdict of all. */
export class Collector {
  #verdict: Verdict = "inert";
  readonly #findings: Finding[] = [];
  readonly #seen = new Set<string>();
  readonly #count = new Map<string, number>();

  get verdict(): Verdict {
    return this.#verdict;
  }

  /** In order of being found; the last of a rule with too many says how many were left out. */
  get findings(): readonly Finding[] {
    return this.#findings.map((finding, index) => {
      const more = (this.#count.get(finding.ruleId) ?? 0) - MAX_PER_RULE;
      const isLast = !this.#findings.some((other, at) => at > index && other.ruleId === finding.ruleId);
      return more > 0 && isLast ? { ...finding, message: `${finding.message} (and ${more} more)` } : finding;
    });
  }

  raise(verdict: Verdict): void {
    this.#verdict = worse(this.#verdict, verdict);
  }

  /**
   * Notes one thing found.
   * @param sameAs findings of one rule with the same key are one finding
   */
  add(
    rule: Rule,
    message: string,
    at: FactLocation | undefined,
    more: { evidence?: string; sameAs?: string } = {},
  ): void {
    if (rule.verdict !== undefined) this.raise(rule.verdict);
    const count = this.#count.get(rule.id) ?? 0;
    if (count < MAX_PER_RULE) {
      const key = `${rule.id} ${at?.part ?? ""} ${more.sameAs ?? message}`;
      if (this.#seen.has(key)) return;
      this.#seen.add(key);
    }
    this.#count.set(rule.id, count + 1);
    if (count >= MAX_PER_RULE) return;
    this.#findings.push(toFinding(rule, message, at, more.evidence));
  }
}

function toFinding(
  rule: Rule,
  message: string,
  at: FactLocation | undefined,
  evidence: string | undefined,
): Finding {
  return {
    ruleId: rule.id,
    severity: rule.severity,
    message: printable(message, MAX_MESSAGE),
    location: {
      ...(at !== undefined && at.part !== "" ? { part: printable(at.part, MAX_EVIDENCE) } : {}),
      ...(at === undefined ? {} : { offset: at.offset }),
    },
    ...(evidence === undefined ? {} : { evidence: printable(evidence, MAX_EVIDENCE) }),
    cwe: rule.cwe,
    help: `${rule.advice} See docs/rules/${rule.id}.md`,
  };
}
