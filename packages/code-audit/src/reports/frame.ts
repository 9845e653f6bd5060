import { printable } from "@modelkeep/findings/escape";
import type { AuditFinding } from "../model/finding.ts";
import type { FrameLine } from "./code-view.ts";
import { type AuditDocument, whereOf } from "./document.ts";

type Paint = (style: "dim" | "red" | "blue", text: string) => string;

const LONGEST_LINE = 160;

/**
 * The code around a finding, its part of it underlined:
 *
 *     --> src/app.py:12:5
 *      |
 *   12 |     model = mlflow.pyfunc.load_model(uri)
 *      |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
 */
export function frameText(document: AuditDocument, finding: AuditFinding, paint: Paint): string[] {
  const frame = document.code.frame(finding.place);
  const width = Math.max(2, String(frame.at(-1)?.number ?? 0).length);
  const gutter = paint("blue", `  ${" ".repeat(width)} |`);
  const where = printable(whereOf(document, finding.place), 1_000);
  const arrow = `  ${" ".repeat(width - 1)}${paint("blue", "-->")} ${where}`;
  // Without the file, what the audit kept of it.
  if (frame.length === 0) {
    return finding.evidence === ""
      ? [arrow]
      : [arrow, `${gutter} ${printable(finding.evidence, LONGEST_LINE)}`];
  }
  return [arrow, gutter, ...frame.flatMap((line) => lineText(line, width, gutter, paint))];
}

function lineText(line: FrameLine, width: number, gutter: string, paint: Paint): string[] {
  const number = paint("blue", `  ${String(line.number).padStart(width)} |`);
  const shown = visible(line.text).trimEnd();
  const rows = [shown === "" ? number : `${number} ${shown}`];
  if (line.mark === undefined) return rows;
  const [start, end] = line.mark;
  const before = columns(visible(line.text.slice(0, start)));
  if (before >= LONGEST_LINE) return rows;
  const length = Math.max(1, Math.min(columns(visible(line.text.slice(start, end))), LONGEST_LINE - before));
  return [...rows, `${gutter} ${" ".repeat(before)}${paint("red", "^".repeat(length))}`];
}

function visible(text: string): string {
  return printable(text.replaceAll("\t", "    "), LONGEST_LINE);
}

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303F\uFF00-\uFF60]/u;
const NO_WIDTH = /\p{Mn}/u;

/** Columns of a terminal: ideographs take two, marks that combine none. */
function columns(text: string): number {
  let width = 0;
  for (const character of text) {
    if (NO_WIDTH.test(character)) continue;
    width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}
