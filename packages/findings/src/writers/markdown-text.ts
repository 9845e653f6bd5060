import { printable } from "../escape.ts";

/** One row of a table, of cells that are Markdown already. */
export function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** Every character that Markdown or HTML could read as markup is escaped; `@` so that nobody is mentioned. */
export function text(raw: string): string {
  return printable(raw)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[\\`*_{}[\]()#+\-.!|~:]/gu, (character) => `\\${character}`)
    .replaceAll("@", "&#64;");
}

/** A code span whose fence is longer than any run of backticks inside. */
export function code(raw: string): string {
  const shown = printable(raw).replaceAll("|", "\\|");
  const longest = Math.max(0, ...(shown.match(/`+/gu) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence} ${shown} ${fence}`;
}
