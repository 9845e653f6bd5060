import type { Edit } from "../model/finding.ts";
import { LineIndex } from "../model/source.ts";

/** Unchanged lines before and after a change. */
export const DIFF_CONTEXT = 2;

/** Lines of a text that a fix replaces, from 1; the end exclusive. */
interface Change {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

/**
 * A fix as a unified diff, `a/` and `b/` before the path; for people: line ends are not part of it. @param edits do not overlap
 */
export function unifiedDiff(path: string, text: string, edits: readonly Edit[]): string {
  const lines = new LineIndex(text);
  const last = text === "" || /[\r\n]$/u.test(text) ? lines.lines - 1 : lines.lines;
  const shown = (line: number): string => lineOf(text, lines, line);
  const hunks = changesOf(text, lines, edits).map((change) => hunkOf(change, last, shown));
  // What came before shifts the numbers of the new side.
  let shift = 0;
  const parts = hunks.map((hunk) => {
    const header = `@@ -${hunk.start},${hunk.removed} +${hunk.start + shift},${hunk.added} @@`;
    shift += hunk.added - hunk.removed;
    return [header, ...hunk.body].join("\n");
  });
  return [`--- a/${path}`, `+++ b/${path}`, ...parts].join("\n");
}

/** Edits as changes of whole lines, those closer than twice the context as one. */
function changesOf(text: string, lines: LineIndex, edits: readonly Edit[]): Change[] {
  const groups: Edit[][] = [];
  for (const edit of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    const group = groups.at(-1);
    const before = group?.at(-1);
    const isNear =
      before !== undefined && lines.at(edit.start).line - lines.at(before.end).line <= DIFF_CONTEXT * 2;
    if (group !== undefined && isNear) group.push(edit);
    else groups.push([edit]);
  }
  return groups.map((group) => changeOf(text, lines, group));
}

function changeOf(text: string, lines: LineIndex, edits: readonly Edit[]): Change {
  const from = lines.at(edits[0]?.start ?? 0).line;
  const to = lines.at(edits.at(-1)?.end ?? 0).line + 1;
  const start = lines.startOf(from, text);
  const end = lines.startOf(to, text);
  let at = start;
  let after = "";
  for (const edit of edits) {
    after += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  after += text.slice(at, end);
  const whole = after.replace(/(?:\r\n|\r|\n)$/u, "");
  return trimmed({ from, to, lines: after === "" ? [] : whole.split(/\r\n|\r|\n/u) }, text, lines);
}

/** Without lines at its edges that stay as they were. */
function trimmed(change: Change, text: string, index: LineIndex): Change {
  let { from, to } = change;
  const lines = [...change.lines];
  while (from < to && lines.length > 0 && lines[0] === lineOf(text, index, from)) {
    lines.shift();
    from++;
  }
  while (to > from && lines.length > 0 && lines.at(-1) === lineOf(text, index, to - 1)) {
    lines.pop();
    to--;
  }
  return { from, to, lines };
}

interface Hunk {
  readonly start: number;
  readonly removed: number;
  readonly added: number;
  readonly body: readonly string[];
}

function hunkOf({ from, to, lines }: Change, last: number, show: (line: number) => string): Hunk {
  const start = Math.max(1, from - DIFF_CONTEXT);
  const until = Math.min(last + 1, to + DIFF_CONTEXT);
  const range = (a: number, b: number, mark: string): string[] =>
    Array.from({ length: Math.max(0, b - a) }, (_, index) => `${mark}${show(a + index)}`);
  const before = range(start, Math.min(from, until), " ");
  const removed = range(from, Math.min(to, last + 1), "-");
  const after = range(to, until, " ");
  return {
    start,
    removed: before.length + removed.length + after.length,
    added: before.length + lines.length + after.length,
    body: [...before, ...removed, ...lines.map((line) => `+${line}`), ...after],
  };
}

function lineOf(text: string, lines: LineIndex, line: number): string {
  return text.slice(lines.startOf(line, text), lines.startOf(line + 1, text)).replace(/[\r\n]+$/u, "");
}
