import type { Inspected } from "../../inspector.ts";
import type { AuditFinding } from "../../model/finding.ts";
import type { Source } from "../../model/source.ts";
import { Mapped, type Piece } from "../common/mapped.ts";
import { Reporter } from "../common/reporter.ts";
import { checkScript } from "../shell/checks/all.ts";
import { readScript } from "../shell/read.ts";

const SHELL_CELL = /^%%(?:bash|sh|script\s+(?:ba)?sh|system|!)[^\n]*\n/u;
const SHELL_LINE =
  /^([ \t]*(?:[\w.,\s]*=\s*)?)(!{1,2}|%(?:sx|system)\s+|%(?=(?:pip|conda|mamba|uv|env|set_env)\b))(.*)$/u;
const CELL_LIMIT = 20_000;

/** Is there anything in the bytes that looks like a command of the shell? */
export function mayHaveMagics(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return [
    "!",
    "%pip",
    "%conda",
    "%mamba",
    "%uv",
    "%env",
    "%set_env",
    "%%bash",
    "%%sh",
    "%%script",
    "%sx",
    "%system",
  ].some((word) => text.includes(word));
}

/** Commands of the shell in a notebook's cells: `!pip …`, `%pip …`, `%env X=…`, `%%bash`. Python is looked at elsewhere. */
export function inspectMagics(source: Source): Inspected {
  const findings: AuditFinding[] = [];
  for (const [index, text] of codeCells(source.text).entries()) {
    if (text === undefined) continue;
    findings.push(
      ...ofCell(source, text).map((finding) => ({
        ...finding,
        place: { ...finding.place, cell: index + 1 },
      })),
    );
  }
  return { findings, unaudited: [] };
}

/** Texts of the code cells at their index; other cells are holes. A notebook that is no JSON is said by the audit of its Python. */
function codeCells(text: string): readonly (string | undefined)[] {
  try {
    const parsed: unknown = JSON.parse(text);
    const cells = isRecord(parsed) && Array.isArray(parsed["cells"]) ? parsed["cells"] : [];
    return cells
      .slice(0, CELL_LIMIT)
      .map((cell: unknown) =>
        isRecord(cell) && cell["cell_type"] === "code" ? sourceOf(cell["source"]) : undefined,
      );
  } catch {
    return [];
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function sourceOf(source: unknown): string | undefined {
  if (typeof source === "string") return source;
  return Array.isArray(source) ? source.filter((line) => typeof line === "string").join("") : undefined;
}

function ofCell(source: Source, text: string): readonly AuditFinding[] {
  const pieces = commandsOf(text);
  if (pieces.length === 0) return [];
  const reporter = new Reporter({ ...source, text });
  checkScript(readScript(new Mapped(pieces)), new Map(), { reporter, kind: "script" });
  // Offsets of a cell are none of the file: such a fix is for a person.
  return reporter.result().findings.map((finding) => withoutFix(finding));
}

function withoutFix(finding: AuditFinding): AuditFinding {
  const { fix, ...rest } = finding;
  return fix === undefined ? finding : rest;
}

/** The commands of a cell, each with where it stands in the cell's text. */
function commandsOf(text: string): readonly Piece[] {
  const cell = SHELL_CELL.exec(text);
  if (cell !== null) return [{ text: text.slice(cell[0].length), at: cell[0].length }];
  const pieces: Piece[] = [];
  for (const { 0: line, index } of text.matchAll(/[^\n]+/gu)) {
    const match = SHELL_LINE.exec(line.slice(0, 20_000));
    if (match === null) continue;
    const [, lead = "", sign = "", command = ""] = match;
    const at = index + lead.length + sign.length;
    pieces.push(...commandPieces(command, at));
  }
  return pieces;
}

/** `%env X=v` sets a variable as `export` does. */
function commandPieces(command: string, at: number): readonly Piece[] {
  const set = /^(?:set_)?env\s+(?=\w+=)/u.exec(command)?.[0];
  if (set === undefined) return [{ text: `${command}\n`, at }];
  return [{ text: `${command.slice(set.length)}\n`, at: at + set.length }];
}
