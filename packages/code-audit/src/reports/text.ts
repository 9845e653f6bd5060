import { styleText } from "node:util";
import type { Severity } from "@modelkeep/findings";
import { printable } from "@modelkeep/findings/escape";
import type { AuditFinding } from "../model/finding.ts";
import { type AuditDocument, ruleOf, say, summaryOf, unauditedOf, whereOf } from "./document.ts";
import { frameText } from "./frame.ts";

type Style = Parameters<typeof styleText>[0];

const SEVERITY_STYLE: Readonly<Record<Severity, Style>> = {
  info: "dim",
  low: "cyan",
  medium: "yellow",
  high: "red",
  critical: ["red", "bold"],
};

const LONGEST = 1_000;

/** For people: findings by file with the code around them, what was not audited, a summary and the score. */
export function text(document: AuditDocument): string {
  const { report } = document;
  const byFile = Map.groupBy(report.findings, ({ place }) => place.path);
  const files = [...byFile].map(([path, findings]) => fileText(document, path, findings));
  return `${[...files, unauditedText(document), endText(document)].filter((part) => part !== "").join("\n")}\n`;
}

function fileText(document: AuditDocument, path: string, findings: readonly AuditFinding[]): string {
  const title = paint(document, ["bold", "underline"], printable(path, LONGEST));
  return `${title}\n${findings.map((finding) => findingText(document, finding)).join("\n")}`;
}

function findingText(document: AuditDocument, finding: AuditFinding): string {
  const { messages } = document;
  const severity = paint(document, SEVERITY_STYLE[finding.severity], messages.severities[finding.severity]);
  const id = paint(document, "bold", finding.ruleId);
  const cwe = paint(document, "dim", `[${finding.cwe}]`);
  const lines = [
    `${severity} ${id} ${shown(say(document, finding.message))} ${cwe}`,
    ...frameText(document, finding, (style, part) => paint(document, style, part)),
    ...stepLines(document, finding),
    ...adviceLines(document, finding),
  ];
  return `${lines.join("\n")}\n`;
}

function stepLines(document: AuditDocument, { steps }: AuditFinding): string[] {
  if (steps.length === 0) return [];
  const { words } = document.messages;
  return [
    label(document, words.path),
    ...steps.map((step, index) => {
      const where = paint(document, "dim", shown(whereOf(document, step.place)));
      return `      ${index + 1}. ${shown(say(document, step.message))} ${where}`;
    }),
  ];
}

function adviceLines(document: AuditDocument, finding: AuditFinding): string[] {
  const { words, fixable, colon } = document.messages;
  const { fix, suggestion } = finding;
  const rule = ruleOf(document, finding.ruleId);
  if (fix !== undefined) {
    const diff = document.code.diff(finding)?.split("\n").slice(2) ?? [];
    const title = `${shown(say(document, fix.title))} ${paint(document, "dim", `(${fixable})`)}`;
    return [`${label(document, words.fix)}${colon}${title}`, ...diff.map((line) => diffLine(document, line))];
  }
  if (suggestion !== undefined) {
    const patch = (suggestion.patch ?? "").split("\n").filter((line) => line !== "");
    const reason = shown(say(document, suggestion.reason));
    return [
      `${label(document, words.byHand)}${colon}${reason}`,
      ...patch.map((line) => `      ${shown(line)}`),
    ];
  }
  return rule === undefined
    ? []
    : [`${label(document, words.advice)}${colon}${shown(say(document, rule.advice))}`];
}

function diffLine(document: AuditDocument, line: string): string {
  const style = line.startsWith("+") ? "green" : line.startsWith("-") ? "red" : "dim";
  return `      ${paint(document, style, shown(line))}`;
}

function unauditedText(document: AuditDocument): string {
  const { report, messages } = document;
  if (report.unaudited.length === 0) return "";
  const lines = report.unaudited.map(({ path, place, state, reason }) => {
    const where = place === undefined ? path : whereOf(document, place);
    return `  ${shown(where)}  ${messages.states[state]}${messages.colon}${shown(say(document, reason))}`;
  });
  return `${paint(document, ["bold", "underline"], messages.words.unaudited)}\n${lines.join("\n")}\n`;
}

function endText(document: AuditDocument): string {
  const { report, messages, score } = document;
  const { unread } = unauditedOf(report.unaudited);
  const isGood = report.findings.length === 0 && unread === 0;
  const summary = summaryOf(document).map((sentence) =>
    paint(document, isGood ? "green" : "bold", shown(sentence)),
  );
  return [...summary, `${messages.words.score}${messages.colon}${score.total} / 100`].join("\n");
}

function label(document: AuditDocument, word: string): string {
  return `  ${paint(document, "cyan", "=")} ${paint(document, "bold", word)}`;
}

function shown(raw: string): string {
  return printable(raw.replaceAll("\t", "    "), LONGEST);
}

function paint({ color }: AuditDocument, style: Style, part: string): string {
  // The caller has decided already whether this is a terminal that wants colours.
  return color ? styleText(style, part, { validateStream: false }) : part;
}
