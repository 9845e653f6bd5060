import type { Block, Line } from "@modelkeep/code-audit/reports/blocks/blocks";
import type { AuditMessages } from "@modelkeep/code-audit/reports/messages/messages";
import type { SetExtras } from "@modelkeep/code-audit/reports/set";
import { type DepsReport, renderReport } from "@modelkeep/deps";
import { tell } from "@modelkeep/deps/messages/said";

/** What the report set says of dependencies: a chapter, the report as JSON, and the bill of materials. */
export function dependencyExtras(report: DepsReport, messages: AuditMessages, version: string): SetExtras {
  const render = (format: "json" | "cyclonedx"): string =>
    renderReport(report, { format, lang: messages.language, color: false, version });
  return {
    chapters: [
      {
        name: "dependencies",
        title: messages.parts.dependencies,
        blocks: dependencyBlocks(report, messages),
      },
    ],
    files: [
      { name: "dependencies.json", title: "JSON", text: render("json") },
      { name: "sbom.cdx.json", title: "CycloneDX", text: render("cyclonedx") },
    ],
  };
}

const MOST_ROWS = 2_000;

function dependencyBlocks(report: DepsReport, messages: AuditMessages): Block[] {
  const { words } = messages;
  const sources = report.sources.map(({ name, ageDays }) => messages.advisories(name, ageDays));
  const rows = report.findings
    .slice(0, MOST_ROWS)
    .map((finding): Line[] => [
      [{ kind: "severity", severity: finding.severity, text: messages.severities[finding.severity] }],
      [{ kind: "code", text: finding.id ?? finding.ruleId }],
      [tell(finding.message, messages.language)],
      [{ kind: "code", text: `${finding.file}:${finding.line}` }],
      [tell(finding.advice, messages.language)],
      [finding.accepted === undefined ? "" : `${finding.accepted.reason} (${finding.accepted.owner})`],
    ]);
  const head = [words.severity, words.rule, words.finding, words.where, words.advice, words.silenced];
  const left = report.findings.length - rows.length;
  return [
    {
      kind: "paragraph",
      line: [sources.length === 0 ? messages.noData : sources.join(messages.comma)],
      tone: "dim",
    },
    rows.length === 0 ? { kind: "paragraph", line: [messages.nothingFound] } : { kind: "table", head, rows },
    ...(left > 0 ? [{ kind: "paragraph", line: [messages.more(left)] } as const] : []),
  ];
}
