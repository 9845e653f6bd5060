import { escapeHtml } from "@modelkeep/findings/writers/html";
import type { Bar, Block, Line, Span } from "./blocks.ts";
import { STYLE } from "./html-style.ts";

export interface PageOptions {
  readonly title: string;
  readonly language: string;
  readonly footer: string;
}

/** One self-contained page: no script, nothing fetched, everything that is not ours escaped. */
export function htmlPage(blocks: readonly Block[], { title, language, footer }: PageOptions): string {
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${blocks.map((block) => blockHtml(block)).join("\n")}
<footer>${escapeHtml(footer)}</footer>
</body>
</html>
`;
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `<h${block.level}>${escapeHtml(block.text)}</h${block.level}>`;
    case "paragraph":
      return `<p${block.tone === undefined ? "" : ` class="${block.tone}"`}>${lineHtml(block.line)}</p>`;
    case "list":
      return listHtml(block.items, block.ordered === true ? "ol" : "ul");
    case "table":
      return tableHtml(block);
    case "code":
      return `<pre><code>${block.language === "diff" ? diffHtml(block.text) : preHtml(block.text)}</code></pre>`;
    case "score":
      return scoreHtml(block.total, block.label);
    case "bars":
      return barsHtml(block.title, block.bars);
    case "section":
      return `<section class="${block.tone}">\n${block.blocks.map((one) => blockHtml(one)).join("\n")}\n</section>`;
  }
}

function lineHtml(line: Line): string {
  return line.map((span) => spanHtml(span)).join("");
}

function spanHtml(span: Span): string {
  if (typeof span === "string") return escapeHtml(span);
  const text = escapeHtml(span.text);
  switch (span.kind) {
    case "code":
      return `<code>${text}</code>`;
    case "strong":
      return `<b>${text}</b>`;
    case "dim":
      return `<span class="dim">${text}</span>`;
    case "severity":
      return `<b class="${span.severity}">${text}</b>`;
    case "link":
      return `<a href="${escapeHtml(span.href)}">${text}</a>`;
  }
}

function listHtml(items: readonly Line[], tag: "ol" | "ul"): string {
  return `<${tag}>\n${items.map((item) => `<li>${lineHtml(item)}</li>`).join("\n")}\n</${tag}>`;
}

function tableHtml({ head, rows, numbers = [] }: Block & { kind: "table" }): string {
  const attribute = (index: number): string => (numbers.includes(index) ? ' class="number"' : "");
  const cells = head.map((name, index) => `<th${attribute(index)}>${escapeHtml(name)}</th>`).join("");
  const body = rows.map(
    (row) => `<tr>${row.map((cell, index) => `<td${attribute(index)}>${lineHtml(cell)}</td>`).join("")}</tr>`,
  );
  return `<table>\n<thead><tr>${cells}</tr></thead>\n<tbody>\n${body.join("\n")}\n</tbody>\n</table>`;
}

/** Each line on its own: `escapeHtml` would show a line end as what it is, a control character. */
function preHtml(text: string): string {
  return text
    .split("\n")
    .map((line) => escapeHtml(line.replaceAll("\t", "    ")))
    .join("\n");
}

function diffHtml(text: string): string {
  return text
    .split("\n")
    .map((line) => {
      const shown = preHtml(line);
      if (line.startsWith("+")) return `<ins>${shown}</ins>`;
      return line.startsWith("-") ? `<del>${shown}</del>` : shown;
    })
    .join("\n");
}

function toneOf(total: number): Bar["tone"] {
  if (total >= 80) return "good";
  return total >= 50 ? "medium" : "high";
}

/** The score as a bar from 0 to 100, with its number. */
function scoreHtml(total: number, label: string): string {
  const said = escapeHtml(`${label}: ${total} / 100`);
  return `<svg role="img" aria-label="${said}" width="420" height="64" viewBox="0 0 420 64">
<text class="total" x="0" y="34">${total}</text><text x="62" y="34">/ 100</text>
<rect class="track" x="0" y="46" width="420" height="12" rx="6"/><rect class="${toneOf(total)}" x="0" y="46" width="${(total * 4.2).toFixed(1)}" height="12" rx="6"/>
</svg>`;
}

const ROW = 26;
const LABEL_WIDTH = 130;
const BAR_WIDTH = 420;

function barsHtml(title: string, bars: readonly Bar[]): string {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const rows = bars.map(({ label, value, tone }, index) => {
    const y = index * ROW;
    const width = ((value / most) * BAR_WIDTH).toFixed(1);
    return `<text x="0" y="${y + 17}">${escapeHtml(label)}</text><rect class="${tone}" x="${LABEL_WIDTH}" y="${y + 5}" width="${width}" height="16" rx="3"/><text x="${LABEL_WIDTH + Number(width) + 8}" y="${y + 17}">${value}</text>`;
  });
  const height = bars.length * ROW;
  return `<svg role="img" aria-label="${escapeHtml(title)}" width="640" height="${height}" viewBox="0 0 640 ${height}">\n${rows.join("\n")}\n</svg>`;
}
