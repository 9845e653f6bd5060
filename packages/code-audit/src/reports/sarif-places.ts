import { uriOf } from "@modelkeep/findings/writers/sarif-words";
import type { Place } from "../model/source.ts";
import type { AuditDocument } from "./document.ts";
import { lineHashes } from "./line-hash.ts";
import { NotebookLines } from "./notebook-lines.ts";

interface Region {
  readonly startLine: number;
  readonly startColumn?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

interface Known {
  readonly path: string;
  readonly hashes: readonly string[];
  readonly notebook: NotebookLines | undefined;
}

/** Places as SARIF knows them: lines of files. Remembers the file it was last asked about. */
export class SarifPlaces {
  readonly #document: AuditDocument;
  #known: Known | undefined;

  constructor(document: AuditDocument) {
    this.#document = document;
  }

  /** A `physicalLocation`; of a cell, the lines of the notebook's file. */
  physical(place: Place): object {
    return { artifactLocation: artifactOf(place.path), region: this.region(place) };
  }

  region(place: Place): Region {
    const { line, column, endLine, endColumn, cell, path } = place;
    if (cell !== undefined) {
      const lines = this.#file(path).notebook;
      const startLine = lines?.lineOf(cell, line) ?? 1;
      return { startLine, endLine: Math.max(startLine, lines?.lineOf(cell, endLine) ?? 1) };
    }
    // An empty stretch is widened: a region ends behind its start, and an alert of no width cannot be seen.
    const isEmpty = endLine === line && endColumn <= column;
    return { startLine: line, startColumn: column, endLine, endColumn: isEmpty ? column + 1 : endColumn };
  }

  /** GitHub's own hash of the place's line; undefined when the file cannot be read any more. */
  lineHash(place: Place): string | undefined {
    const { startLine } = this.region(place);
    return this.#file(place.path).hashes[startLine - 1];
  }

  #file(path: string): Known {
    if (this.#known?.path === path) return this.#known;
    const text = this.#document.code.utf8(path);
    const notebook = text !== undefined && path.endsWith(".ipynb") ? new NotebookLines(text) : undefined;
    this.#known = { path, hashes: text === undefined ? [] : lineHashes(text), notebook };
    return this.#known;
  }
}

/** Relative to the root of the repository, unless it lies elsewhere. */
export function artifactOf(path: string): object {
  const uri = uriOf(path.replace(/^(?:\.\/)+/u, ""));
  return uri.startsWith("file:") ? { uri } : { uri, uriBaseId: "%SRCROOT%" };
}
