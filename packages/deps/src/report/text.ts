import { styleText } from "node:util";
import { printable } from "@modelkeep/findings";
import type { DepsReport, SourceReport } from "../audit.ts";
import type { DepsFinding } from "../finding.ts";
import { type Lang, tell } from "../messages/said.ts";
import { dayOf, newestOf, summaryOf } from "./json.ts";
import { WORDS, type Words } from "./words.ts";

const COLORS = { critical: "magenta", high: "red", medium: "yellow", low: "cyan", info: "gray" } as const;

/** The report for people. */
export function textReport(report: DepsReport, lang: Lang, color: boolean): string {
  const words = WORDS[lang];
  const lines = [
    ...sourceLines(report, words),
    "",
    ...report.findings.flatMap((finding) => findingLines(finding, lang, color)),
    ...(report.findings.length === 0 ? [words.noFindings] : []),
    "",
    ...closingLines(report, words),
  ];
  return `${lines.join("\n")}\n`;
}

/** One line for each source of advisories, with its age. */
export function sourceLines({ sources }: DepsReport, words: Words): string[] {
  if (sources.length === 0) return [`${words.data}: ${words.noData}`];
  return sources.map((source) => `${words.data}: ${printable(source.name)} (${sourceText(source, words)})`);
}

function sourceText({ records, newest, ageDays, isOld }: SourceReport, words: Words): string {
  const age = newest === undefined ? "" : `, ${words.newest(dayOf(newest) ?? "", ageDays ?? 0)}`;
  return `${records} ${words.records}${age}${isOld ? `; ${words.old}` : ""}`;
}

function findingLines(finding: DepsFinding, lang: Lang, color: boolean): string[] {
  const words = WORDS[lang];
  const { severity, file, line, column, ruleId, aliases, id, severitySaid, accepted } = finding;
  const shown = words.severity[severity] ?? severity;
  const painted = color ? styleText(COLORS[severity], shown, { validateStream: false }) : shown;
  const where = `${printable(file)}:${line}:${column}`;
  const also =
    id === undefined || aliases === undefined || aliases.length === 0
      ? ""
      : ` (${words.aliases} ${aliases.join(", ")})`;
  return [
    `${where}: ${painted} ${ruleId} ${tell(finding.message, lang)}${printable(also)}`,
    ...(severitySaid ? [] : [`    ${words.notSaid}`]),
    accepted === undefined
      ? `    ${words.fix}: ${tell(finding.advice, lang)}`
      : `    ${printable(words.accepted(accepted.reason, accepted.owner, accepted.expires))}`,
  ];
}

/** The last lines: counts, the day that "clean" is of, and what was left undone. */
export function closingLines(report: DepsReport, words: Words): string[] {
  const day = dayOf(newestOf(report));
  const counts = summaryOf(report);
  return [
    words.summary(counts),
    ...(day === null || counts["clean"] === 0 ? [] : [words.cleanAsOf(day)]),
    ...(report.passed.length === 0 ? [] : [words.passed(report.passed.length)]),
    ...report.expired.map(({ id, owner, expires }) => printable(words.expired(id, owner, expires))),
    ...(report.incomplete ? [words.incomplete] : []),
  ];
}
