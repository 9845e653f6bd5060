import { SEVERITIES } from "@modelkeep/findings";
import type { Block, Line } from "../blocks/blocks.ts";
import { type AuditDocument, countsOf, ruleOf, say, summaryOf } from "../document.ts";

/** The first page: what was looked at, what was found, the score. */
export function summaryBlocks(document: AuditDocument): Block[] {
  const { messages, report, score } = document;
  const counts = countsOf(report.findings);
  const isGood = report.findings.length === 0;
  const bars = SEVERITIES.toReversed().map((severity) => ({
    label: messages.severities[severity],
    value: counts[severity],
    tone: severity,
  }));
  const [limit] = score.caps;
  return [
    { kind: "score", total: score.total, label: messages.words.score },
    ...(limit === undefined
      ? []
      : [{ kind: "paragraph", line: [messages.cap(limit)], tone: "dim" } as const]),
    ...summaryOf(document).map(
      (sentence): Block => ({ kind: "paragraph", line: [sentence], ...(isGood ? { tone: "good" } : {}) }),
    ),
    { kind: "heading", level: 2, text: messages.words.bySeverity },
    { kind: "bars", title: messages.words.bySeverity, bars },
  ];
}

/** What would raise the score most, in order. */
export function improvementBlocks(document: AuditDocument): Block[] {
  const { messages, score } = document;
  if (score.improvements.length === 0) return [];
  const items = score.improvements.map((one): Line => {
    const rule = one.ruleId === undefined ? undefined : ruleOf(document, one.ruleId);
    return [messages.improvement(one, rule === undefined ? "" : say(document, rule.advice))];
  });
  return [
    { kind: "heading", level: 2, text: messages.words.topFixes },
    { kind: "list", ordered: true, items },
  ];
}

/** What each point of the score is made of. */
export function scoreBlocks(document: AuditDocument): Block[] {
  const { messages, score } = document;
  const { words } = messages;
  const rows = score.parts.map(({ part, points, weight, state, deductions }): Line[] => {
    const lost = deductions
      .filter((one) => one.lost > 0)
      .map(({ ruleId, findings, lost: points_ }) => `${ruleId} × ${findings} (−${points_.toFixed(1)})`)
      .join(messages.comma);
    return [
      [messages.parts[part]],
      [`${points.toFixed(1)} / ${weight}`],
      [state === "no-data" ? messages.noData : lost],
    ];
  });
  rows.push([
    [{ kind: "strong", text: words.total }],
    [{ kind: "strong", text: `${score.sum.toFixed(1)} / 100` }],
    [score.caps.map((cap) => messages.cap(cap)).join("; ")],
  ]);
  return [
    { kind: "heading", level: 2, text: words.score },
    { kind: "table", head: [words.part, words.points, words.lostTo], rows, numbers: [1] },
    { kind: "paragraph", line: [messages.scoreExplained], tone: "dim" },
  ];
}

/** Findings by rule, worst first. */
export function ruleBlocks(document: AuditDocument): Block[] {
  const { messages, report } = document;
  const { words } = messages;
  const byRule = [...Map.groupBy(report.findings, ({ ruleId }) => ruleId)];
  if (byRule.length === 0) return [];
  const rank = ([, findings]: (typeof byRule)[0]): number =>
    Math.max(...findings.map(({ severity }) => SEVERITIES.indexOf(severity)));
  const rows = byRule
    .toSorted((a, b) => rank(b) - rank(a) || b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1))
    .map((entry): Line[] => {
      const [ruleId, findings] = entry;
      const rule = ruleOf(document, ruleId);
      const severity = SEVERITIES[rank(entry)] ?? "info";
      return [
        [{ kind: "severity", severity, text: messages.severities[severity] }],
        [{ kind: "code", text: ruleId }, ` ${rule === undefined ? "" : say(document, rule.title)}`],
        [findings[0]?.cwe ?? ""],
        [String(findings.length)],
        [String(new Set(findings.map(({ place }) => place.path)).size)],
      ];
    });
  return [
    { kind: "heading", level: 2, text: words.byRule },
    {
      kind: "table",
      head: [words.severity, words.rule, words.weakness, words.count, words.files],
      rows,
      numbers: [3, 4],
    },
  ];
}
