/** Where something is, for people and for code scanning: both count from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A stretch of a text, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Finds lines by offset; lines end as editors have it (LF, CRLF, CR). */
export class LineIndex {
  readonly #starts: number[] = [0];

  constructor(text: string) {
    for (const { index, 0: end } of text.matchAll(/\r\n|\r|\n/gu)) this.#starts.push(index + end.length);
  }

  positionOf(offset: number): Position {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }
}

/** A line that was put together from several; knows where each character came from. */
export class LogicalLine {
  readonly text: string;
  readonly #pieces: readonly { readonly at: number; readonly offset: number }[];

  constructor(parts: readonly { readonly text: string; readonly offset: number }[]) {
    let at = 0;
    this.text = parts.map(({ text }) => text).join("");
    this.#pieces = parts.map(({ text, offset }) => {
      const piece = { at, offset };
      at += text.length;
      return piece;
    });
  }

  /** Offset in the file of a place in `text`. */
  offsetOf(index: number): number {
    const piece = this.#pieces.findLast(({ at }) => at <= index) ?? { at: 0, offset: 0 };
    return piece.offset + index - piece.at;
  }

  /** The same for a stretch; its end is that of its last character. */
  spanOf(start: number, end: number): Span {
    return {
      start: this.offsetOf(start),
      end: end > start ? this.offsetOf(end - 1) + 1 : this.offsetOf(start),
    };
  }
}

// Where Python's str.splitlines ends a line, which is what pip calls: more than an editor shows.
const PYTHON_LINE = /\r\n|[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]/gu;
const MAX_PIECES = 1_000;

/** The lines of a requirements file as pip joins them: at a backslash before the end, except in a comment. */
export function* joinedLines(text: string): Generator<LogicalLine> {
  let parts: { text: string; offset: number }[] = [];
  for (const { text: line, offset } of pythonLines(text)) {
    const isComment = /^\s*#/u.test(line);
    if (line.endsWith("\\") && !isComment && parts.length < MAX_PIECES) {
      parts.push(withoutBackslashes(line, offset));
      continue;
    }
    // pip puts a space before a comment that follows a backslash, so that it is one.
    if (isComment && parts.length > 0) parts.push({ text: " ", offset });
    parts.push({ text: line, offset });
    yield new LogicalLine(parts);
    parts = [];
  }
  if (parts.length > 0) yield new LogicalLine(parts);
}

function* pythonLines(text: string): Generator<{ text: string; offset: number }> {
  let offset = 0;
  for (const { index, 0: end } of text.matchAll(PYTHON_LINE)) {
    yield { text: text.slice(offset, index), offset };
    offset = index + end.length;
  }
  if (offset < text.length) yield { text: text.slice(offset), offset };
}

/** As Python's strip("\\\\"): from both ends. */
function withoutBackslashes(line: string, offset: number): { text: string; offset: number } {
  let [start, end] = [0, line.length];
  while (end > 0 && line[end - 1] === "\\") end--;
  while (start < end && line[start] === "\\") start++;
  return { text: line.slice(start, end), offset: offset + start };
}
