import type { Place, Source } from "../model/source.ts";
import { LineIndex } from "../model/source.ts";
import { type Comment, commentsIn } from "./comments.ts";

/** What one comment asks for: `# modelkeep: ignore[MK2001, unpinned-action] reason until=2027-01-31`. Plain data: it crosses threads. */
export interface Directive {
  /** Of the comment. */
  readonly place: Place;
  /** The line whose findings it silences (in its cell): its own, or the next line of code where it stands alone. */
  readonly line: number;
  /** As written: ids or names, in any case. */
  readonly rules: readonly string[];
  readonly reason: string;
  /** As written after `until=`; perhaps no date. */
  readonly until?: string;
}

/** A comment that mentions us is read; anything else costs one search of the text. */
const MENTION = "modelkeep:";
const DIRECTIVE = /^(?:#+|;+)\s*modelkeep:\s*ignore\b\s*(?:\[([^\]]*)\])?(.*)$/iu;
const UNTIL = /\buntil\s*=\s*(\S*)/iu;
/** Comments of one text that are read after the first mention; beyond, findings stay: the safe side. */
const MOST = 10_000;
const LONGEST_REASON = 500;

/**
 * The suppressions of one text.
 * @param source one file, or one cell of a notebook as a source of its own
 * @param cell from 1, for the places of a notebook
 */
export function directivesIn(source: Source, cell?: number): Directive[] {
  if (!source.text.toLowerCase().includes(MENTION)) return [];
  const comments = commentsIn(source.text, source.kind);
  const lines = new LineIndex(source.text);
  const aloneLines = new Set(
    comments.filter((comment) => isAlone(comment, source.text)).map(({ start }) => lines.at(start).line),
  );
  return comments.slice(0, MOST).flatMap((comment) => {
    const found = DIRECTIVE.exec(comment.text);
    if (found === null) return [];
    const place = lines.place(source.path, comment.start, comment.end);
    const line = aloneLines.has(place.line)
      ? nextCode(place.line, aloneLines, lines, source.text)
      : place.line;
    const placed = cell === undefined ? place : { ...place, cell };
    return [{ place: placed, line, ...contentOf(found[1] ?? "", found[2] ?? "") }];
  });
}

function contentOf(rules: string, rest: string): Pick<Directive, "rules" | "reason" | "until"> {
  const until = UNTIL.exec(rest)?.[1];
  const reason = rest
    .replace(UNTIL, " ")
    .replace(/^[\s:;,.–—-]+/u, "")
    .replaceAll(/\s+/gu, " ")
    .trim();
  return {
    rules: rules
      .split(/[,\s]+/u)
      .map((rule) => rule.trim())
      .filter((rule) => rule !== ""),
    reason: reason.slice(0, LONGEST_REASON),
    ...(until === undefined ? {} : { until }),
  };
}

function isAlone(comment: Comment, text: string): boolean {
  let at = comment.start - 1;
  while (at >= 0 && (text[at] === " " || text[at] === "\t" || text[at] === "\f" || text[at] === "\uFEFF"))
    at--;
  return at < 0 || text[at] === "\n" || text[at] === "\r";
}

/** The first line below that is neither a comment alone nor empty. */
function nextCode(line: number, comments: ReadonlySet<number>, lines: LineIndex, text: string): number {
  let next = line + 1;
  while (next < lines.lines && (comments.has(next) || isEmpty(next, lines, text))) next++;
  return next;
}

function isEmpty(line: number, lines: LineIndex, text: string): boolean {
  return text.slice(lines.startOf(line, text), lines.startOf(line + 1, text)).trim() === "";
}
