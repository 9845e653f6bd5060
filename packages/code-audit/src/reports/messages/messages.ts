import type { Severity } from "@modelkeep/findings";
import type { Part } from "../../score/parts.ts";
import type { Cap, Improvement } from "../../score/score.ts";

/** Every sentence that the reports of the audit put around findings, in one language. */
export interface AuditMessages {
  readonly language: "en" | "zh";
  readonly title: string;
  readonly severities: Readonly<Record<Severity, string>>;
  readonly parts: Readonly<Record<Part, string>>;
  /** How a list of words is joined. */
  readonly comma: string;
  readonly colon: string;
  readonly words: {
    readonly summary: string;
    readonly score: string;
    readonly severity: string;
    readonly rule: string;
    readonly count: string;
    readonly files: string;
    readonly finding: string;
    readonly findings: string;
    readonly where: string;
    readonly weakness: string;
    readonly advice: string;
    readonly fix: string;
    readonly byHand: string;
    readonly path: string;
    readonly part: string;
    readonly points: string;
    readonly lostTo: string;
    readonly limits: string;
    readonly topFixes: string;
    readonly byRule: string;
    readonly bySeverity: string;
    readonly comparison: string;
    readonly before: string;
    readonly now: string;
    readonly fixed: string;
    readonly fresh: string;
    readonly same: string;
    readonly silenced: string;
    readonly by: string;
    readonly reason: string;
    readonly until: string;
    readonly unaudited: string;
    readonly state: string;
    readonly evidence: string;
    readonly automatic: string;
    readonly total: string;
    readonly generated: string;
    readonly chapters: string;
  };
  readonly silencedBy: Readonly<Record<"comment" | "register" | "baseline", string>>;
  readonly states: Readonly<Record<"partial" | "unread", string>>;
  /** Of the report set. */
  readonly setTitle: string;
  readonly chapters: Readonly<
    Record<"summary" | "findings" | "remediation" | "comparison" | "accepted", string>
  >;
  readonly nothingAccepted: string;
  readonly nothingFound: string;
  readonly noData: string;
  readonly scoreExplained: string;
  readonly fixable: string;
  counted(findings: number, files: number, lines: number): string;
  worst(counts: Readonly<Record<Severity, number>>): string;
  silencedCount(count: number): string;
  unauditedCount(unread: number, partial: number): string;
  compared(source: string, fixed: number, fresh: number, same: number): string;
  cell(cell: number): string;
  line(line: number): string;
  cap(cap: Cap): string;
  improvement(one: Improvement, title: string): string;
  more(count: number): string;
  /** @param priority from 1 */
  priority(priority: number): string;
  /** Of data that dependencies were looked up in. @param days since its newest record, where that is known */
  advisories(name: string, days: number | undefined): string;
  limitReached(left: number, kept: number): string;
}
