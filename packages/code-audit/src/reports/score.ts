import { printable } from "@modelkeep/findings/escape";
import type { Block } from "./blocks/blocks.ts";
import { htmlPage } from "./blocks/html.ts";
import { markdownOf } from "./blocks/markdown.ts";
import { type AuditDocument, footerOf, ruleOf, say, summaryOf } from "./document.ts";
import { improvementBlocks, scoreBlocks } from "./sections/summary.ts";

/** Name of the JSON's shape; a change that a reader could notice gets another number. */
const JSON_SCHEMA_ID = "modelkeep-score/1";

type Writer = (document: AuditDocument) => string;

const WRITERS = { text, json, markdown, html } as const satisfies Record<string, Writer>;

export type ScoreFormat = keyof typeof WRITERS;

export const SCORE_FORMATS: readonly string[] = Object.keys(WRITERS);

export function isScoreFormat(name: string): name is ScoreFormat {
  return Object.hasOwn(WRITERS, name);
}

/** The score, what each of its points is made of, and what would raise it most. */
export function writeScore(document: AuditDocument, format: ScoreFormat): string {
  return WRITERS[format](document);
}

function json({ version, score }: AuditDocument): string {
  return `${JSON.stringify({ schema: JSON_SCHEMA_ID, tool: { name: "modelkeep", version }, ...score }, null, 2)}\n`;
}

function blocks(document: AuditDocument): Block[] {
  const { messages, score } = document;
  return [
    { kind: "heading", level: 1, text: messages.words.score },
    { kind: "score", total: score.total, label: messages.words.score },
    ...summaryOf(document).map((sentence): Block => ({ kind: "paragraph", line: [sentence] })),
    ...improvementBlocks(document),
    ...scoreBlocks(document),
  ];
}

function markdown(document: AuditDocument): string {
  return markdownOf(blocks(document));
}

function html(document: AuditDocument): string {
  const { messages } = document;
  return htmlPage(blocks(document), {
    title: messages.words.score,
    language: messages.language,
    footer: footerOf(document),
  });
}

function text(document: AuditDocument): string {
  const { messages, score } = document;
  const { words, colon, comma } = messages;
  const parts = score.parts.map(({ part, points, weight, state, deductions }) => {
    const lost = deductions
      .filter((one) => one.lost > 0)
      .map(({ ruleId, findings, lost: of }) => `${ruleId} × ${findings} (−${of.toFixed(1)})`);
    const why = state === "no-data" ? messages.noData : lost.join(comma);
    return `  ${`${points.toFixed(1)} / ${weight}`.padStart(9)}  ${messages.parts[part]}${why === "" ? "" : `${colon}${why}`}`;
  });
  const steps = score.improvements.map((one, index) => {
    const rule = one.ruleId === undefined ? undefined : ruleOf(document, one.ruleId);
    return `  ${index + 1}. ${messages.improvement(one, rule === undefined ? "" : say(document, rule.advice))}`;
  });
  const lines = [
    `${words.score}${colon}${score.total} / 100`,
    ...score.caps.map((cap) => `  ${messages.cap(cap)}`),
    "",
    ...parts,
    "",
    ...(steps.length === 0 ? [] : [`${words.topFixes}${colon}`.trimEnd(), ...steps, ""]),
    messages.scoreExplained,
  ];
  return `${lines.map((line) => printable(line, 1_000)).join("\n")}\n`;
}
