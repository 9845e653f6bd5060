import { SEVERITIES, type Severity } from "@modelkeep/findings";
import { fingerprintsOf } from "../baseline/fingerprint.ts";
import type { AuditFinding } from "../model/finding.ts";
import type { AuditReport, Unaudited } from "../model/report.ts";
import type { AuditRule } from "../model/rule.ts";
import type { Localized } from "../model/text.ts";
import { type Score, scoreOf } from "../score/score.ts";
import { scoreInput } from "../score/input.ts";
import type { Settled } from "../settle.ts";
import { CodeView } from "./code-view.ts";
import type { AuditMessages } from "./messages/messages.ts";

/** All that a writer needs; it reads nothing else. */
export interface AuditDocument extends Settled {
  /** Of Modelkeep. */
  readonly version: string;
  readonly messages: AuditMessages;
  /** Every rule, by id. */
  readonly rules: readonly AuditRule[];
  readonly score: Score;
  readonly code: CodeView;
  /** `YYYY-MM-DD`, shown at the foot of pages; the formats for machines have none, so that equal audits give equal bytes. */
  readonly date: string | undefined;
  /** ANSI colours; only `text` uses them. */
  readonly color: boolean;
}

export interface DocumentOptions {
  readonly version: string;
  readonly messages: AuditMessages;
  readonly rules: readonly AuditRule[];
  /** A file that the audit read; undefined when it cannot be read any more. */
  readonly read: (path: string) => Uint8Array | undefined;
  readonly score?: Score;
  readonly date?: string;
  readonly color?: boolean;
}

/** A document of what an audit came to. */
export function documentOf(settled: Settled, options: DocumentOptions): AuditDocument {
  const { version, messages, rules, read, date, color = false } = options;
  const all = [...settled.report.findings, ...settled.report.suppressed.map(({ finding }) => finding)];
  const score = options.score ?? scoreOf(scoreInput(settled.report));
  return { ...settled, version, messages, rules, score, code: new CodeView(read, all), date, color };
}

/** A report as it is, without register or baseline. */
export function unsettled(report: AuditReport): Settled {
  return { report, open: report, fingerprints: fingerprintsOf(report) };
}

export function countsOf(findings: readonly { readonly severity: Severity }[]): Record<Severity, number> {
  const counts = { info: 0, low: 0, medium: 0, high: 0, critical: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

/** Worst first, then in the order of the report. */
export function worstFirst(a: AuditFinding, b: AuditFinding): number {
  return SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity);
}

export function ruleOf({ rules }: AuditDocument, id: string): AuditRule | undefined {
  return rules.find((rule) => rule.id === id);
}

/** A sentence in the document's language. */
export function say({ messages }: AuditDocument, text: Localized): string {
  return text[messages.language];
}

/** Where something is, for people: `src/app.py:12:5`, `study.ipynb:cell 3:2:1`. */
export function whereOf({ messages }: AuditDocument, place: AuditFinding["place"]): string {
  const cell = place.cell === undefined ? "" : `${messages.cell(place.cell)}:`;
  return `${place.path}:${cell}${place.line}:${place.column}`;
}

/** Sentences that sum a document up. */
export function summaryOf(document: AuditDocument): string[] {
  const { report, messages, comparison } = document;
  const { unread, partial } = unauditedOf(report.unaudited);
  const counted = messages.counted(report.findings.length, report.files, report.lines);
  const worst = messages.worst(countsOf(report.findings));
  const silenced = report.suppressed.filter(({ by }) => by !== "baseline").length;
  return [
    worst === "" ? counted : `${counted}${messages.colon}${worst}`,
    ...(silenced > 0 ? [messages.silencedCount(silenced)] : []),
    ...(unread + partial > 0 ? [messages.unauditedCount(unread, partial)] : []),
    ...(comparison === undefined
      ? []
      : [
          messages.compared(
            comparison.source,
            comparison.fixed.length,
            comparison.fresh.length,
            comparison.same.length,
          ),
        ]),
  ];
}

/** How many files are not read at all, and how many in part. */
export function unauditedOf(unaudited: readonly Unaudited[]): {
  readonly unread: number;
  readonly partial: number;
} {
  const count = (state: Unaudited["state"]): number =>
    new Set(unaudited.filter((one) => one.state === state).map(({ path }) => path)).size;
  return { unread: count("unread"), partial: count("partial") };
}

/** By what, and when, a page was written. */
export function footerOf({ messages, version, date }: AuditDocument): string {
  const tool = `${messages.words.generated} modelkeep ${version}`;
  return date === undefined ? tool : `${tool}${messages.comma}${date}`;
}
