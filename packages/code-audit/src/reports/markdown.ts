import type { Block } from "./blocks/blocks.ts";
import { markdownOf } from "./blocks/markdown.ts";
import { type AuditDocument, footerOf, worstFirst } from "./document.ts";
import { overviewBlocks } from "./html.ts";
import { findingBlock } from "./sections/findings.ts";
import { silencedBlocks, unauditedBlocks } from "./sections/others.ts";

/** GitHub refuses a comment of more characters. */
export const COMMENT_LIMIT = 65_536;
/** For the sentence that says how many findings are left out. */
const RESERVE = 300;
const MOST_ROWS = 40;

/**
 * For a comment on a pull request: the story first, then findings, worst first, as many as fit; the rest is counted.
 * Never longer than what GitHub takes.
 */
export function markdown(document: AuditDocument): string {
  const { messages } = document;
  const before = markdownOf([
    { kind: "heading", level: 1, text: messages.title },
    ...overviewBlocks(document, MOST_ROWS),
    { kind: "heading", level: 2, text: messages.words.findings },
  ]);
  const after = markdownOf([
    ...silencedBlocks(document, MOST_ROWS),
    ...unauditedBlocks(document, MOST_ROWS),
    { kind: "paragraph", line: [{ kind: "dim", text: footerOf(document) }] },
  ]);
  const room = COMMENT_LIMIT - before.length - after.length - RESERVE;
  const findings = findingsThatFit(document, Math.max(0, room));
  return cut([before, findings, after].join("\n"));
}

function findingsThatFit(document: AuditDocument, room: number): string {
  const { messages, report } = document;
  if (report.findings.length === 0) return markdownOf([said(messages.nothingFound)]);
  const parts: string[] = [];
  let length = 0;
  for (const finding of report.findings.toSorted(worstFirst)) {
    const part = markdownOf([findingBlock(document, finding)]);
    length += part.length + 1;
    if (length > room) break;
    parts.push(part);
  }
  const left = report.findings.length - parts.length;
  if (left > 0) parts.push(markdownOf([said(messages.more(left))]));
  return parts.join("\n");
}

function said(sentence: string): Block {
  return { kind: "paragraph", line: [sentence] };
}

/** The last resort, should names and reasons alone be too long: cut at a line. */
function cut(text: string): string {
  if (text.length <= COMMENT_LIMIT) return text;
  return `${text.slice(0, text.lastIndexOf("\n", COMMENT_LIMIT - 2))}\n`;
}
