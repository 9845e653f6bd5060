import type { AuditFinding } from "../../model/finding.ts";
import type { Block, Line } from "../blocks/blocks.ts";
import { type AuditDocument, ruleOf, say, whereOf } from "../document.ts";

/** One finding with its place, code, way of the data, and what to do. */
export function findingBlock(document: AuditDocument, finding: AuditFinding): Block {
  const { messages } = document;
  const { ruleId, severity, cwe, place } = finding;
  const head: Line = [
    { kind: "severity", severity, text: messages.severities[severity] },
    " ",
    { kind: "strong", text: ruleId },
    ` ${say(document, finding.message)} `,
    { kind: "dim", text: cwe },
  ];
  return {
    kind: "section",
    tone: severity,
    blocks: [
      { kind: "paragraph", line: head },
      { kind: "paragraph", line: [{ kind: "code", text: whereOf(document, place) }] },
      ...codeBlocks(document, finding),
      ...stepBlocks(document, finding),
      ...adviceBlocks(document, finding),
    ],
  };
}

function codeBlocks(document: AuditDocument, { place, evidence }: AuditFinding): Block[] {
  const frame = document.code.frame(place);
  const width = String(frame.at(-1)?.number ?? 0).length;
  const lines = frame.map(
    ({ number, text, mark }) =>
      `${mark === undefined ? " " : ">"} ${String(number).padStart(width)} | ${text}`,
  );
  const text = lines.length === 0 ? evidence : lines.join("\n");
  return text === "" ? [] : [{ kind: "code", language: "text", text }];
}

function stepBlocks(document: AuditDocument, { steps }: AuditFinding): Block[] {
  if (steps.length === 0) return [];
  const items = steps.map(
    ({ place, message }): Line => [
      `${say(document, message)} `,
      { kind: "code", text: whereOf(document, place) },
    ],
  );
  return [
    { kind: "paragraph", line: [{ kind: "strong", text: document.messages.words.path }] },
    { kind: "list", ordered: true, items },
  ];
}

function adviceBlocks(document: AuditDocument, finding: AuditFinding): Block[] {
  const { words, colon, fixable } = document.messages;
  const { fix, suggestion, ruleId } = finding;
  const said = (word: string, sentence: string): Block => ({
    kind: "paragraph",
    line: [{ kind: "strong", text: `${word}${colon}`.trimEnd() }, ` ${sentence}`],
  });
  if (fix !== undefined) {
    const diff = document.code.diff(finding);
    const first = said(words.fix, `${say(document, fix.title)} (${fixable})`);
    return diff === undefined ? [first] : [first, { kind: "code", language: "diff", text: diff }];
  }
  if (suggestion !== undefined) {
    const first = said(words.byHand, say(document, suggestion.reason));
    const { patch } = suggestion;
    return patch === undefined ? [first] : [first, { kind: "code", language: "text", text: patch }];
  }
  const rule = ruleOf(document, ruleId);
  return rule === undefined ? [] : [said(words.advice, say(document, rule.advice))];
}
