import type { Block, Line } from "./blocks/blocks.ts";
import { htmlPage } from "./blocks/html.ts";
import { markdownOf } from "./blocks/markdown.ts";
import { type AuditDocument, footerOf } from "./document.ts";
import { allFindings, overviewBlocks } from "./html.ts";
import { json } from "./json.ts";
import { sarif } from "./sarif.ts";
import { comparisonBlocks, silencedBlocks, unauditedBlocks } from "./sections/others.ts";
import { planBlocks } from "./sections/plan.ts";
import { improvementBlocks, ruleBlocks, summaryBlocks } from "./sections/summary.ts";

/** A chapter of the report set: a page, and the same as Markdown. */
export interface Chapter {
  /** Of its files, without extension. */
  readonly name: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

export interface SetExtras {
  /** Chapters besides those of the audit: dependencies. */
  readonly chapters?: readonly Chapter[];
  /** Files as they are, with what they are: an SBOM. */
  readonly files?: readonly { readonly name: string; readonly title: string; readonly text: string }[];
}

const MOST_ROWS = 5_000;

/**
 * The report set as files by name: `index.html` leads to a page for each chapter; each page stands there as Markdown,
 * and the findings as JSON and SARIF as well.
 */
export function reportSet(document: AuditDocument, extras: SetExtras = {}): ReadonlyMap<string, string> {
  const chapters = [...chaptersOf(document), ...(extras.chapters ?? [])];
  const data = [
    { name: "findings.json", title: "JSON", text: json(document) },
    { name: "findings.sarif", title: "SARIF 2.1.0", text: sarif(document) },
    ...(extras.files ?? []),
  ];
  const files = new Map<string, string>();
  files.set("index.html", page(document, document.messages.setTitle, indexBlocks(document, chapters, data)));
  for (const { name, title, blocks } of chapters) {
    const whole: readonly Block[] = [{ kind: "heading", level: 1, text: title }, ...blocks];
    const back: Block = {
      kind: "paragraph",
      line: [{ kind: "link", text: document.messages.setTitle, href: "index.html" }],
    };
    files.set(`${name}.html`, page(document, title, [back, ...whole]));
    files.set(`${name}.md`, markdownOf(whole));
  }
  for (const { name, text } of data) files.set(name, text);
  return files;
}

function chaptersOf(document: AuditDocument): Chapter[] {
  const { chapters, nothingAccepted } = document.messages;
  const silenced = silencedBlocks(document, MOST_ROWS);
  const comparison = comparisonBlocks(document, MOST_ROWS);
  return [
    {
      name: "summary",
      title: chapters.summary,
      blocks: [...summaryBlocks(document), ...improvementBlocks(document), ...ruleBlocks(document)],
    },
    {
      name: "findings",
      title: chapters.findings,
      blocks: [
        ...overviewBlocks(document, 0),
        ...allFindings(document),
        ...unauditedBlocks(document, MOST_ROWS),
      ],
    },
    { name: "remediation", title: chapters.remediation, blocks: planBlocks(document) },
    ...(comparison.length === 0
      ? []
      : [{ name: "comparison", title: chapters.comparison, blocks: comparison }]),
    {
      name: "accepted-risks",
      title: chapters.accepted,
      blocks: silenced.length === 0 ? [{ kind: "paragraph", line: [nothingAccepted] }] : silenced,
    },
  ];
}

function indexBlocks(
  document: AuditDocument,
  chapters: readonly Chapter[],
  data: readonly { readonly name: string; readonly title: string }[],
): Block[] {
  const { setTitle, words } = document.messages;
  const items = chapters.map(
    ({ name, title }): Line => [
      { kind: "link", text: title, href: `${name}.html` },
      " · ",
      { kind: "link", text: "Markdown", href: `${name}.md` },
    ],
  );
  const files = data.map(({ name, title }): Line => [{ kind: "link", text: name, href: name }, ` ${title}`]);
  return [
    { kind: "heading", level: 1, text: setTitle },
    ...summaryBlocks(document).slice(0, 4),
    { kind: "heading", level: 2, text: words.chapters },
    { kind: "list", items: [...items, ...files] },
  ];
}

function page(document: AuditDocument, title: string, blocks: readonly Block[]): string {
  const { messages } = document;
  return htmlPage(blocks, { title, language: messages.language, footer: footerOf(document) });
}
