import type { DepsReport } from "../audit.ts";
import { type Lang, tell } from "../messages/said.ts";
import { closingLines, sourceLines } from "./text.ts";
import { WORDS } from "./words.ts";

/** The report as a comment of a code review: a table of findings, the data's age above, the counts below. */
export function markdownReport(report: DepsReport, lang: Lang): string {
  const words = WORDS[lang];
  const rows = report.findings.map(
    ({ severity, file, line, ruleId, message, advice, accepted, severitySaid }) => {
      const what = `${ruleId}: ${tell(message, lang)}${severitySaid ? "" : ` (${words.notSaid})`}`;
      const fix =
        accepted === undefined
          ? tell(advice, lang)
          : words.accepted(accepted.reason, accepted.owner, accepted.expires);
      return `| ${[words.severity[severity] ?? severity, `${file}:${line}`, what, fix].map(cell).join(" | ")} |`;
    },
  );
  const table = [
    `| ${words.columns.join(" | ")} |`,
    `| ${words.columns.map(() => "---").join(" | ")} |`,
    ...rows,
  ];
  return [
    `## ${words.title}`,
    "",
    ...sourceLines(report, words).map((line) => `- ${cell(line)}`),
    "",
    ...(rows.length === 0 ? [words.noFindings] : table),
    "",
    ...closingLines(report, words).map((line) => `- ${cell(line)}`),
    "",
  ].join("\n");
}

/** Names come from files: nothing of them may become markup, a mention or a link. */
function cell(text: string): string {
  return text
    .replaceAll(/[\\`*_{}[\]()#+!|<>~&$]/gu, (mark) => `&#${mark.codePointAt(0)};`)
    .replaceAll(/[@:]/gu, (mark) => `&#${mark.codePointAt(0)};`)
    .replaceAll(/\s+/gu, " ");
}
