import type { FileKind } from "../model/source.ts";

/** A comment as it stands, its mark included. Offsets in UTF-16 code units, the end exclusive and before the line's end. */
export interface Comment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

interface Syntax {
  readonly marks: string;
  /** A mark counts only as the first character of its line. */
  readonly lineStart?: boolean;
  /** A mark counts only at the start of a line or after white space. */
  readonly spaced?: boolean;
  readonly quotes: string;
  /** `'''` and `"""` hold strings of several lines. */
  readonly triple?: boolean;
  /** Plain quotes hold strings of several lines. */
  readonly multiline?: boolean;
  /** In single quotes a backslash is a backslash. */
  readonly rawSingle?: boolean;
  /** A quote opens a string only where a value begins (`don't` is a word), and two of them within are one. */
  readonly valueStart?: boolean;
}

const PYTHON: Syntax = { marks: "#", quotes: "'\"", triple: true };
const YAML: Syntax = { marks: "#", spaced: true, quotes: "'\"", rawSingle: true, valueStart: true };
const SHELL: Syntax = { marks: "#", spaced: true, quotes: "'\"", multiline: true, rawSingle: true };

const SYNTAX: Readonly<Record<FileKind, Syntax>> = {
  python: PYTHON,
  notebook: PYTHON,
  pyproject: PYTHON,
  mlmodel: YAML,
  mlproject: YAML,
  conda: YAML,
  compose: YAML,
  kubernetes: YAML,
  workflow: YAML,
  "gitlab-ci": YAML,
  yaml: YAML,
  shell: SHELL,
  env: SHELL,
  requirements: { marks: "#", spaced: true, quotes: "" },
  // After an instruction `#` belongs to its arguments.
  dockerfile: { marks: "#", lineStart: true, quotes: "" },
  ini: { marks: "#;", lineStart: true, quotes: "" },
};

const LINE_END = /[\r\n]/u;
const SPACE = /\s|\uFEFF/u;

/**
 * The comments of one file, or of one cell of a notebook; never what only looks like one inside a string. In a file that
 * does not parse, a string ends with its line at the latest, so one slip hides at most that line's comment.
 */
export function commentsIn(text: string, kind: FileKind): Comment[] {
  const syntax = SYNTAX[kind];
  const found: Comment[] = [];
  let at = 0;
  // Of the line so far: its last character that is no white space, and where it is.
  let last = "";
  let lastAt = -1;
  while (at < text.length) {
    const character = text[at] ?? "";
    if (LINE_END.test(character)) {
      last = "";
      at++;
    } else if (SPACE.test(character)) {
      at++;
    } else if (syntax.marks.includes(character) && opensComment(syntax, last, lastAt, at)) {
      const end = lineEnd(text, at);
      found.push({ start: at, end, text: text.slice(at, end) });
      at = end;
    } else {
      const isString = syntax.quotes.includes(character) && opensString(syntax, last, lastAt, at);
      at = isString ? stringEnd(text, at, syntax) : at + (isEscaped(text, at) ? 2 : 1);
      lastAt = at - 1;
      last = text[lastAt] ?? "";
    }
  }
  return found;
}

function opensComment(syntax: Syntax, last: string, lastAt: number, at: number): boolean {
  if (syntax.lineStart === true) return last === "";
  return syntax.spaced !== true || last === "" || lastAt < at - 1;
}

function opensString(syntax: Syntax, last: string, lastAt: number, at: number): boolean {
  if (syntax.valueStart !== true || last === "" || ",[{(".includes(last)) return true;
  return lastAt < at - 1 && ":-?".includes(last);
}

/** A backslash that takes the next character's meaning; the end of a line keeps it. */
function isEscaped(text: string, at: number): boolean {
  return text[at] === "\\" && !LINE_END.test(text[at + 1] ?? "\n");
}

function stringEnd(text: string, at: number, syntax: Syntax): number {
  const quote = text[at] ?? "";
  const isTriple = syntax.triple === true && text.startsWith(quote.repeat(3), at);
  const close = isTriple ? quote.repeat(3) : quote;
  const escapes = !(syntax.rawSingle === true && quote === "'");
  const spans = isTriple || syntax.multiline === true;
  let place = at + close.length;
  while (place < text.length) {
    const character = text[place] ?? "";
    if (escapes && character === "\\") place += 2;
    else if (!text.startsWith(close, place)) {
      if (!spans && LINE_END.test(character)) return place;
      place++;
    } else if (syntax.valueStart === true && text[place + 1] === quote) place += 2;
    else return place + close.length;
  }
  return text.length;
}

function lineEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && !LINE_END.test(text[end] ?? "")) end++;
  return end;
}
