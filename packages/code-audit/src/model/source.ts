/** What an audited file is; found by its name and, where that says nothing, by its first bytes. */
export type FileKind =
  | "python"
  | "notebook"
  | "mlmodel"
  | "mlproject"
  | "conda"
  | "requirements"
  | "pyproject"
  | "dockerfile"
  | "compose"
  | "kubernetes"
  | "workflow"
  | "gitlab-ci"
  | "shell"
  | "env"
  | "ini"
  | "yaml";

/** One file, decoded. Offsets everywhere in this package count UTF-16 code units of `text`. */
export interface Source {
  /** As shown: relative to where the command was started, `/` between its parts. */
  readonly path: string;
  readonly kind: FileKind;
  readonly text: string;
}

/** A stretch of one file. Lines and columns count from 1, columns in UTF-16 code units (SARIF's default); the end is exclusive. */
export interface Place {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** In a notebook: the cell, from 1; `line` then counts within the cell. */
  readonly cell?: number;
}

/** Finds lines in a text by binary search; made once for each file. */
export class LineIndex {
  readonly #starts: number[] = [0];

  /** @param text lines end with LF, CR LF or CR, as in Python */
  constructor(text: string) {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) this.#starts.push(at + 1);
    }
  }

  /** Number of lines; an empty text has one. */
  get lines(): number {
    return this.#starts.length;
  }

  /** @param offset in UTF-16 code units @returns line and column, both from 1 */
  at(offset: number): { readonly line: number; readonly column: number } {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }

  /** Offset of the first character of a line (from 1); the text's end for a line that is not there. */
  startOf(line: number, text: string): number {
    return this.#starts[line - 1] ?? text.length;
  }

  /** The place of a stretch of offsets, end exclusive. */
  place(path: string, start: number, end: number): Place {
    const from = this.at(start);
    const to = this.at(end);
    return { path, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  }
}
