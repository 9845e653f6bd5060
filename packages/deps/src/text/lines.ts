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

const LF = 0x0a;
const CR = 0x0d;

/** Finds lines by offset; lines end as editors have it (LF, CRLF, CR). */
export class LineIndex {
  readonly #starts: number[] = [0];

  constructor(text: string) {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === LF || (code === CR && text.charCodeAt(at + 1) !== LF)) this.#starts.push(at + 1);
    }
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

const MAX_PIECES = 1_000;

/** The lines of a requirements file as pip joins them: at a backslash before the end, except in a comment. */
export function* joinedLines(text: string): Generator<LogicalLine> {
  let parts: { text: string; offset: number }[] = [];
  for (const { text: line, offset } of pythonLines(text)) {
    if (line === "" && parts.length === 0) continue;
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

/** Lines as Python's str.splitlines ends them, which is what pip calls: at more than an editor shows. */
function* pythonLines(text: string): Generator<{ text: string; offset: number }> {
  let offset = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (!isLineEnd(code)) continue;
    yield { text: text.slice(offset, at), offset };
    if (code === CR && text.charCodeAt(at + 1) === LF) at++;
    offset = at + 1;
  }
  if (offset < text.length) yield { text: text.slice(offset), offset };
}

function isLineEnd(code: number): boolean {
  if (code > 0x1e) return code === 0x85 || code === 0x2028 || code === 0x2029;
  return (code >= LF && code <= CR) || code >= 0x1c;
}

/** As Python's strip("\\\\"): from both ends. */
function withoutBackslashes(line: string, offset: number): { text: string; offset: number } {
  let [start, end] = [0, line.length];
  while (end > 0 && line[end - 1] === "\\") end--;
  while (start < end && line[start] === "\\") start++;
  return { text: line.slice(start, end), offset: offset + start };
}
