import { code, row, text } from "@modelkeep/findings/writers/markdown-text";
import { printable } from "@modelkeep/findings/escape";
import type { Block, Line, Span } from "./blocks.ts";

/** Blocks as Markdown (GitHub's). Hostile text cannot become markup, nor mention anybody. */
export function markdownOf(blocks: readonly Block[]): string {
  return `${blocks.map((block) => blockText(block)).join("\n\n")}\n`;
}

function blockText(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `${"#".repeat(block.level)} ${text(block.text)}`;
    case "paragraph":
      return lineText(block.line);
    case "list":
      return block.items
        .map((item, index) => `${block.ordered === true ? `${index + 1}.` : "-"} ${lineText(item)}`)
        .join("\n");
    case "table":
      return tableText(block);
    case "code":
      return fenced(block.text, block.language);
    case "score":
      return `**${text(block.label)}** **${block.total} / 100**`;
    case "bars":
      return `**${text(block.title)}** ${block.bars.map(({ label, value }) => `${text(label)} ${value}`).join(" · ")}`;
    case "section":
      return block.blocks.map((one) => blockText(one)).join("\n\n");
  }
}

function lineText(line: Line): string {
  return line.map((span) => spanText(span)).join("");
}

function spanText(span: Span): string {
  if (typeof span === "string") return text(span);
  switch (span.kind) {
    case "code":
      return code(span.text);
    case "strong":
    case "severity":
      return `**${text(span.text)}**`;
    case "dim":
      return text(span.text);
    case "link":
      return `[${text(span.text)}](${encodeURI(span.href).replaceAll("(", "%28").replaceAll(")", "%29")})`;
  }
}

function tableText({ head, rows, numbers = [] }: Block & { kind: "table" }): string {
  const rule = head.map((_, index) => (numbers.includes(index) ? "---:" : "---"));
  return [row(head.map(text)), row(rule), ...rows.map((cells) => row(cells.map(lineText)))].join("\n");
}

/** A block of code whose fence is longer than any run of backticks inside. */
function fenced(body: string, language: string): string {
  const lines = body.split("\n").map((line) => printable(line.replaceAll("\t", "    "), 1_000));
  const longest = Math.max(
    2,
    ...lines.flatMap((line) => (line.match(/`+/gu) ?? []).map((run) => run.length)),
  );
  const fence = "`".repeat(longest + 1);
  return [`${fence}${language}`, ...lines, fence].join("\n");
}
