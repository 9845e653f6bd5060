import { SEVERITIES } from "@modelkeep/findings";
import type { SuppressedFinding } from "../../model/report.ts";
import type { Block, Line } from "../blocks/blocks.ts";
import { type AuditDocument, countsOf, ruleOf, say, whereOf } from "../document.ts";

/** This audit beside the baseline: by severity, then what is fixed. */
export function comparisonBlocks(document: AuditDocument, most: number): Block[] {
  const { messages, comparison } = document;
  if (comparison === undefined) return [];
  const { words } = messages;
  const { fixed, fresh, same, source } = comparison;
  const [fixedOf, freshOf, sameOf] = [countsOf(fixed), countsOf(fresh), countsOf(same)];
  const rows = SEVERITIES.toReversed()
    .map((severity) => ({
      severity,
      gone: fixedOf[severity],
      fresh: freshOf[severity],
      same: sameOf[severity],
    }))
    .filter((row) => row.gone + row.fresh + row.same > 0)
    .map(({ severity, gone, fresh: added, same: kept }): Line[] => [
      [{ kind: "severity", severity, text: messages.severities[severity] }],
      ...[gone + kept, gone, added, kept, kept + added].map((count): Line => [String(count)]),
    ]);
  const total = [
    fixed.length + same.length,
    fixed.length,
    fresh.length,
    same.length,
    same.length + fresh.length,
  ];
  rows.push([[{ kind: "strong", text: words.total }], ...total.map((count): Line => [String(count)])]);
  const gone = fixed.map(({ severity, ruleId, path, line, message }): Line[] => {
    // A baseline keeps one language; what the rule means stands in both.
    const rule = ruleOf(document, ruleId);
    return [
      [{ kind: "severity", severity, text: messages.severities[severity] }],
      [{ kind: "code", text: ruleId }],
      [{ kind: "code", text: `${path}:${line}` }],
      [rule === undefined ? message : say(document, rule.title)],
    ];
  });
  return [
    { kind: "heading", level: 2, text: words.comparison },
    { kind: "paragraph", line: [messages.compared(source, fixed.length, fresh.length, same.length)] },
    {
      kind: "table",
      head: [words.severity, words.before, words.fixed, words.fresh, words.same, words.now],
      rows,
      numbers: [1, 2, 3, 4, 5],
    },
    ...(gone.length === 0
      ? []
      : [
          { kind: "heading", level: 3, text: words.fixed } as const,
          ...cutTable(document, [words.severity, words.rule, words.where, words.finding], gone, most),
        ]),
  ];
}

/** What comments and the register silence, with reason and end. */
export function silencedBlocks(document: AuditDocument, most: number): Block[] {
  const { words } = document.messages;
  const silenced = document.report.suppressed.filter(({ by }) => by !== "baseline");
  if (silenced.length === 0) return [];
  const rows = silenced.map((one) => silencedRow(document, one));
  const head = [words.severity, words.rule, words.where, words.by, words.reason, words.until];
  return [{ kind: "heading", level: 2, text: words.silenced }, ...cutTable(document, head, rows, most)];
}

function silencedRow(document: AuditDocument, { finding, by, reason, expires }: SuppressedFinding): Line[] {
  const { messages } = document;
  const { severity, ruleId, place } = finding;
  return [
    [{ kind: "severity", severity, text: messages.severities[severity] }],
    [{ kind: "code", text: ruleId }],
    [{ kind: "code", text: whereOf(document, place) }],
    [messages.silencedBy[by]],
    [reason],
    [expires ?? "–"],
  ];
}

/** What was not audited as it should be. */
export function unauditedBlocks(document: AuditDocument, most: number): Block[] {
  const { messages, report } = document;
  const { words } = messages;
  if (report.unaudited.length === 0) return [];
  const rows = report.unaudited.map(({ path, place, state, reason }): Line[] => [
    [{ kind: "code", text: place === undefined ? path : whereOf(document, place) }],
    [messages.states[state]],
    [say(document, reason)],
  ]);
  return [
    { kind: "heading", level: 2, text: words.unaudited },
    ...cutTable(document, [words.where, words.state, words.reason], rows, most),
  ];
}

/** A table of so many rows at most, and how many more there are. */
export function cutTable(
  { messages }: AuditDocument,
  head: readonly string[],
  rows: readonly (readonly Line[])[],
  most: number,
): Block[] {
  const table: Block = { kind: "table", head, rows: rows.slice(0, most) };
  if (rows.length <= most) return [table];
  return [table, { kind: "paragraph", line: [messages.more(rows.length - most)], tone: "dim" }];
}
