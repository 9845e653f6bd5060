import { htmlPage } from "./blocks/html.ts";
import type { Block } from "./blocks/blocks.ts";
import { type AuditDocument, footerOf, worstFirst } from "./document.ts";
import { findingBlock } from "./sections/findings.ts";
import { comparisonBlocks, silencedBlocks, unauditedBlocks } from "./sections/others.ts";
import { improvementBlocks, ruleBlocks, scoreBlocks, summaryBlocks } from "./sections/summary.ts";

/** Findings in full, and rows of a table; what is beyond stands in the JSON and SARIF reports. */
export const MOST_FINDINGS = 2_000;
const MOST_ROWS = 5_000;

/** One page for a manager and for whoever mends it: the whole story first, then each finding, worst first. */
export function html(document: AuditDocument): string {
  const { messages } = document;
  const blocks: Block[] = [
    { kind: "heading", level: 1, text: messages.title },
    ...overviewBlocks(document, MOST_ROWS),
    ...allFindings(document),
    ...silencedBlocks(document, MOST_ROWS),
    ...unauditedBlocks(document, MOST_ROWS),
  ];
  return htmlPage(blocks, { title: messages.title, language: messages.language, footer: footerOf(document) });
}

/** What stands before the findings. */
export function overviewBlocks(document: AuditDocument, rows: number): Block[] {
  return [
    ...summaryBlocks(document),
    ...improvementBlocks(document),
    ...ruleBlocks(document),
    ...comparisonBlocks(document, rows),
    ...scoreBlocks(document),
  ];
}

/** All findings, worst first, up to `MOST_FINDINGS`. */
export function allFindings(document: AuditDocument): Block[] {
  const { messages, report } = document;
  const heading: Block = { kind: "heading", level: 2, text: messages.words.findings };
  if (report.findings.length === 0) {
    return [heading, { kind: "paragraph", line: [messages.nothingFound], tone: "good" }];
  }
  const worst = report.findings.toSorted(worstFirst);
  const left = worst.length - MOST_FINDINGS;
  const shown = worst.slice(0, MOST_FINDINGS).map((finding) => findingBlock(document, finding));
  return [
    heading,
    ...shown,
    ...(left > 0 ? [{ kind: "paragraph", line: [messages.more(left)] } as const] : []),
  ];
}
