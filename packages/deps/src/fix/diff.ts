import { LineIndex } from "../text/lines.ts";
import type { Changed } from "./apply.ts";

const CONTEXT = 3;

interface Block {
  /** Lines of the old text, from 0; the end is not of it. */
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}

/** Changes as a unified diff, which `patch -p1` and `git apply` take. */
export function unifiedDiff(changed: readonly Changed[]): string {
  return changed.map(fileDiff).join("");
}

function fileDiff(change: Changed): string {
  const path = change.file.path.replaceAll("\\", "/").replace(/^(?:\.?\/)+/u, "");
  const old = linesOf(change.file.source.text);
  let shift = 0;
  const hunks = grouped(blocksOf(change, old)).map((blocks) => {
    const hunk = hunkOf(blocks, old, shift);
    shift += blocks.reduce((sum, { start, end, lines }) => sum + lines.length - (end - start), 0);
    return hunk;
  });
  return `--- a/${path}\n+++ b/${path}\n${hunks.join("")}`;
}

/** Whole lines that change, edits of one line together. */
function blocksOf({ file, edits }: Changed, old: readonly string[]): Block[] {
  const { text } = file.source;
  const index = new LineIndex(text);
  const spans: { start: number; end: number }[] = [];
  for (const edit of edits) {
    const [start, end] = [index.positionOf(edit.start).line - 1, index.positionOf(edit.end).line];
    const last = spans.at(-1);
    if (last !== undefined && start < last.end) last.end = Math.max(last.end, end);
    else spans.push({ start, end });
  }
  return spans.map(({ start, end }) => {
    const from = old.slice(0, start).join("").length;
    const to = from + old.slice(start, end).join("").length;
    const own = edits.filter((edit) => edit.start >= from && edit.end <= to);
    let at = from;
    const parts = own.map((edit) => {
      const part = text.slice(at, edit.start) + edit.text;
      at = edit.end;
      return part;
    });
    return { start, end, lines: linesOf(parts.join("") + text.slice(at, to)) };
  });
}

function grouped(blocks: readonly Block[]): Block[][] {
  const groups: Block[][] = [];
  for (const block of blocks) {
    const last = groups.at(-1);
    const end = last?.at(-1)?.end;
    if (last !== undefined && end !== undefined && block.start - end <= 2 * CONTEXT) last.push(block);
    else groups.push([block]);
  }
  return groups;
}

function hunkOf(blocks: readonly Block[], old: readonly string[], shift: number): string {
  const from = Math.max(0, (blocks[0]?.start ?? 0) - CONTEXT);
  const to = Math.min(old.length, (blocks.at(-1)?.end ?? 0) + CONTEXT);
  const body: string[] = [];
  let at = from;
  let added = 0;
  for (const { start, end, lines } of blocks) {
    body.push(...old.slice(at, start).map((line) => ` ${ended(line)}`));
    body.push(
      ...old.slice(start, end).map((line) => `-${ended(line)}`),
      ...lines.map((line) => `+${ended(line)}`),
    );
    added += lines.length - (end - start);
    at = end;
  }
  body.push(...old.slice(at, to).map((line) => ` ${ended(line)}`));
  return `@@ -${from + 1},${to - from} +${from + 1 + shift},${to - from + added} @@\n${body.join("")}`;
}

function ended(line: string): string {
  return line.endsWith("\n") || line.endsWith("\r") ? line : `${line}\n\\ No newline at end of file\n`;
}

/** Lines with their ends. */
function linesOf(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/gu) ?? [];
}
