import { decode } from "../files/decode.ts";
import type { AuditFinding } from "../model/finding.ts";
import { LineIndex, type Place } from "../model/source.ts";
import { DIFF_CONTEXT, unifiedDiff } from "./diff.ts";

/** One line of code beside a finding. */
export interface FrameLine {
  readonly number: number;
  readonly text: string;
  /** The finding's part of it, in UTF-16 code units from 0, end exclusive. */
  readonly mark?: readonly [start: number, end: number];
}

interface Code {
  readonly text: string;
  readonly lines: LineIndex;
  /** Findings whose evidence hides something that stands in the code: a secret. */
  readonly masked: readonly AuditFinding[];
}

const CONTEXT = 1;
/** Of a place over many lines, how many are shown. */
const MOST_LINES = 5;

/**
 * The code around findings, as it may be shown: where an inspector hid a secret in its evidence, the secret is hidden in
 * the code as well, in whichever finding's neighbourhood it stands.
 */
export class CodeView {
  readonly #read: (path: string) => Uint8Array | undefined;
  readonly #byPath: ReadonlyMap<string, readonly AuditFinding[]>;
  /** One file at a time: findings come sorted by path. */
  #last: { readonly key: string; readonly code: Code | undefined } | undefined;

  /**
   * @param read a file that the audit read; undefined when it cannot be read any more
   * @param findings all that will be shown, the silenced ones too
   */
  constructor(read: (path: string) => Uint8Array | undefined, findings: readonly AuditFinding[]) {
    this.#read = read;
    this.#byPath = Map.groupBy(findings, ({ place }) => place.path);
  }

  /** The lines of a place, with one before and after; none when the code cannot be shown. */
  frame(place: Place): readonly FrameLine[] {
    const code = this.#code(place);
    if (code === undefined || place.line > code.lines.lines) return [];
    const last = Math.min(place.endLine, place.line + MOST_LINES - 1, code.lines.lines);
    const first = Math.max(1, place.line - CONTEXT);
    const end = Math.min(code.lines.lines, last + CONTEXT);
    const frame: FrameLine[] = [];
    for (let number = first; number <= end; number++) {
      const text = shownLine(code, number);
      const isMarked = number >= place.line && number <= last;
      frame.push({ number, text, ...(isMarked ? { mark: markOf(place, number, text) } : {}) });
    }
    // An empty line at the edge says nothing.
    return frame.filter(({ text, mark }) => mark !== undefined || text.trim() !== "");
  }

  /** The fix of a finding as a diff; undefined when there is none, or when a line that it would show hides a secret. */
  diff({ fix, place }: AuditFinding): string | undefined {
    const code = fix === undefined ? undefined : this.#code(place);
    if (code === undefined || fix === undefined || fix.edits.length === 0) return undefined;
    const { text, lines, masked } = code;
    if (fix.edits.some(({ start, end }) => start > end || end > text.length)) return undefined;
    const from = Math.min(...fix.edits.map(({ start }) => lines.at(start).line)) - DIFF_CONTEXT;
    const to = Math.max(...fix.edits.map(({ end }) => lines.at(end).line)) + DIFF_CONTEXT;
    const isHidden = masked.some(({ place: hidden }) => hidden.line <= to && hidden.endLine >= from);
    return isHidden ? undefined : unifiedDiff(place.path, text, fix.edits);
  }

  /** Text of a file as the audit decoded it. Whole: it may hold secrets. */
  text(path: string): string | undefined {
    const bytes = this.#read(path);
    return bytes === undefined ? undefined : decode(bytes).text;
  }

  /** Text of a file as UTF-8, whatever it is, a byte-order mark kept. Whole: it may hold secrets. */
  utf8(path: string): string | undefined {
    const bytes = this.#read(path);
    return bytes === undefined ? undefined : Buffer.from(bytes).toString("utf8");
  }

  #code({ path, cell }: Place): Code | undefined {
    const key = `${cell ?? ""} ${path}`;
    if (this.#last?.key === key) return this.#last.code;
    const whole = this.text(path);
    const text = whole === undefined || cell === undefined ? whole : cellText(whole, cell);
    const code = text === undefined ? undefined : codeOf(text, this.#findings(path, cell));
    this.#last = { key, code };
    return code;
  }

  #findings(path: string, cell: number | undefined): readonly AuditFinding[] {
    return (this.#byPath.get(path) ?? []).filter(({ place }) => place.cell === cell);
  }
}

function codeOf(text: string, findings: readonly AuditFinding[]): Code {
  const lines = new LineIndex(text);
  return { text, lines, masked: findings.filter((finding) => hides(finding, text, lines)) };
}

/** Whether a finding's evidence is something else than the code at its place. */
function hides({ evidence, place }: AuditFinding, text: string, lines: LineIndex): boolean {
  if (evidence === "" || place.line > lines.lines) return false;
  const start = lines.startOf(place.line, text) + place.column - 1;
  const end = lines.startOf(place.endLine, text) + place.endColumn - 1;
  const code = evened(text.slice(start, end));
  const said = evened(evidence).replace(/…$/u, "");
  // Evidence may be cut, and may be all of its lines; a hidden part is in none of it.
  const whole = evened(text.slice(lines.startOf(place.line, text), lines.startOf(place.endLine + 1, text)));
  return !code.startsWith(said) && !whole.includes(said);
}

function evened(text: string): string {
  return text.replaceAll(/\\u\{[0-9a-f]+\}|\s+/gu, "").trim();
}

/** A stretch of one line that is shown as something else. */
interface Patch {
  readonly start: number;
  readonly end: number;
  readonly shown: string;
}

function shownLine({ text, lines, masked }: Code, number: number): string {
  const raw = text
    .slice(lines.startOf(number, text), lines.startOf(number + 1, text))
    .replace(/[\r\n]+$/u, "");
  const patches = masked
    .filter(({ place }) => number >= place.line && number <= place.endLine)
    .map((finding) => patchOf(finding, number, raw))
    .toSorted((a, b) => a.start - b.start)
    .reduce<readonly Patch[]>(joined, []);
  return patches.reduceRight(
    (line, { start, end, shown }) => line.slice(0, start) + shown + line.slice(end),
    raw,
  );
}

function patchOf({ place, evidence }: AuditFinding, number: number, raw: string): Patch {
  const isFirst = number === place.line;
  return {
    start: isFirst ? place.column - 1 : 0,
    end: number === place.endLine ? place.endColumn - 1 : raw.length,
    shown: isFirst ? evidence : "…",
  };
}

/** What overlaps becomes one stretch that shows nothing: either evidence may hold what the other hides. */
function joined(patches: readonly Patch[], next: Patch): readonly Patch[] {
  const last = patches.at(-1);
  if (last === undefined || next.start >= last.end) return [...patches, next];
  return [...patches.slice(0, -1), { start: last.start, end: Math.max(last.end, next.end), shown: "…" }];
}

function markOf(place: Place, number: number, text: string): readonly [number, number] {
  const indent = text.length - text.trimStart().length;
  const start = number === place.line ? place.column - 1 : indent;
  const end = number === place.endLine ? place.endColumn - 1 : text.trimEnd().length;
  return [Math.min(start, text.length), Math.max(start + 1, Math.min(end, text.length))];
}

function cellText(notebook: string, cell: number): string | undefined {
  let data: unknown;
  try {
    data = JSON.parse(notebook);
  } catch {
    // The finding stands without its code.
    return undefined;
  }
  const cells = field(data, "cells");
  const source = field(Array.isArray(cells) ? cells[cell - 1] : undefined, "source");
  const parts: readonly unknown[] = Array.isArray(source) ? source : [source];
  return parts.every((part) => typeof part === "string") ? parts.join("") : undefined;
}

function field(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? Reflect.get(value, key)
    : undefined;
}
