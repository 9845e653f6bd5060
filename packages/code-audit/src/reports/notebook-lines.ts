import { LineIndex } from "../model/source.ts";

/** Where one string of a cell's source stands in the notebook's JSON, and on which lines of the cell it begins and ends. */
interface Piece {
  readonly offset: number;
  readonly first: number;
  readonly last: number;
}

/**
 * Lines of a notebook's file by cell and line of the cell, for readers who know files only. Reads JSON of any depth
 * without recursion; what is no notebook has no lines.
 */
export class NotebookLines {
  readonly #cells = new Map<number, Piece[]>();
  readonly #lines: LineIndex;

  constructor(text: string) {
    this.#lines = new LineIndex(text);
    const open: Open[] = [];
    let at = 0;
    while (at < text.length) {
      const character = text[at] ?? "";
      if (character === '"') {
        const end = stringEnd(text, at);
        this.#string(text, at, end, open);
        at = end;
      } else {
        step(character, open);
        at++;
      }
    }
  }

  /** @param cell @param line both from 1 @returns the line of the file, from 1; 1 when it cannot be told */
  lineOf(cell: number, line: number): number {
    const pieces = this.#cells.get(cell) ?? [];
    const piece = pieces.findLast(({ first, last }) => line >= first && line <= last) ?? pieces.at(-1);
    return piece === undefined ? 1 : this.#lines.at(piece.offset).line;
  }

  #string(text: string, start: number, end: number, open: Open[]): void {
    const here = open.at(-1);
    if (here === undefined) return;
    if (here.isObject && here.key === undefined) {
      here.key = text.slice(start + 1, end - 1);
      return;
    }
    const [root, cells, cell] = open;
    const isSource = root?.key === "cells" && cells?.isObject === false && cell?.key === "source";
    if (!isSource || open.length > 4) return;
    this.#add(cells.index + 1, start, text.slice(start + 1, end - 1));
  }

  #add(cell: number, offset: number, raw: string): void {
    const pieces = this.#cells.get(cell) ?? [];
    const before = pieces.at(-1);
    const first = before === undefined ? 1 : before.last;
    // Each `\n` of the JSON that is no escaped backslash with an n behind it.
    const ends = raw.replaceAll("\\\\", "").match(/\\r\\n|\\n|\\r/gu)?.length ?? 0;
    pieces.push({ offset, first, last: first + ends });
    this.#cells.set(cell, pieces);
  }
}

/** An object or a list that is not closed yet. */
interface Open {
  readonly isObject: boolean;
  /** Of an object: the key whose value comes next. */
  key: string | undefined;
  /** Of a list. */
  index: number;
}

function step(character: string, open: Open[]): void {
  const here = open.at(-1);
  if (character === "{" || character === "[") {
    open.push({ isObject: character === "{", key: undefined, index: 0 });
  } else if (character === "}" || character === "]") open.pop();
  else if (character === "," && here !== undefined) {
    here.key = undefined;
    here.index++;
  }
}

function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}
