import { Mapped, type Piece } from "../common/mapped.ts";
import type { Range } from "../common/reporter.ts";

/** One instruction, its lines joined and comments taken out. */
export interface Instruction {
  /** Upper case. `ONBUILD X …` is an `X` with `onbuild`. */
  readonly name: string;
  readonly body: Mapped;
  readonly range: Range;
  readonly heredocs: readonly Heredoc[];
  readonly onbuild: boolean;
}

export interface Heredoc {
  readonly body: Mapped;
  readonly delimiter: string;
}

const INSTRUCTION_LIMIT = 20_000;

/**
 * Reads a Dockerfile into instructions. @see https://docs.docker.com/reference/dockerfile/ (parser directives, line
 * continuation, here-documents)
 */
export function readDockerfile(text: string): readonly Instruction[] {
  const escape = /^(?:#[^\n]*\n)*#[ \t]*escape[ \t]*=[ \t]*`/iu.test(text.slice(0, 2000)) ? "`" : "\\";
  const instructions: Instruction[] = [];
  let at = 0;
  while (at < text.length && instructions.length < INSTRUCTION_LIMIT) {
    const logical = readLogical(text, at, escape);
    at = logical.end;
    const instruction = instructionOf(logical.pieces);
    if (instruction === undefined) continue;
    const heredocs = readHeredocs(text, at, instruction.body.text, instruction.name);
    at = heredocs.end;
    instructions.push({ ...instruction, heredocs: heredocs.found });
  }
  return instructions;
}

interface Logical {
  readonly pieces: readonly Piece[];
  readonly end: number;
}

/** A line and those that continue it; comments and empty lines between them are nothing. */
function readLogical(text: string, from: number, escape: string): Logical {
  const pieces: Piece[] = [];
  let at = from;
  while (at < text.length) {
    const stop = text.indexOf("\n", at);
    const end = stop < 0 ? text.length : stop;
    const line = text.slice(at, end).replace(/\r$/u, "");
    const start = at;
    at = Math.min(text.length, end + 1);
    const trimmed = line.trim();
    if (trimmed.startsWith("#") || (trimmed === "" && pieces.length > 0)) {
      if (pieces.length === 0) return { pieces, end: at };
      continue;
    }
    const continued = trimmed.endsWith(escape);
    const kept = continued ? line.slice(0, line.lastIndexOf(escape)) : line;
    // The blank that joins keeps words apart where the next line is not indented.
    pieces.push({ text: continued ? `${kept} ` : kept, at: start });
    if (!continued) break;
  }
  return { pieces, end: at };
}

function instructionOf(pieces: readonly Piece[]): Omit<Instruction, "heredocs"> | undefined {
  const whole = new Mapped(pieces);
  const match = /^\s*(ONBUILD\s+)?([A-Za-z]+)(\s+|$)/iu.exec(whole.text);
  if (match === null) return undefined;
  const start = match[0].length - match[0].trimStart().length;
  const end = whole.text.trimEnd().length;
  return {
    name: (match[2] ?? "").toUpperCase(),
    body: whole.slice(match[0].length, Math.max(end, match[0].length)),
    range: whole.range(start, end),
    onbuild: match[1] !== undefined,
  };
}

function readHeredocs(
  text: string,
  from: number,
  body: string,
  name: string,
): { readonly found: Heredoc[]; readonly end: number } {
  const found: Heredoc[] = [];
  let at = from;
  if (name !== "RUN" && name !== "COPY" && name !== "ADD") return { found, end: at };
  for (const match of body.matchAll(/(?<![<\w])<<(-?)(["']?)([A-Za-z_][A-Za-z0-9_]*)\2/gu)) {
    const delimiter = match[3] ?? "";
    const stop = new RegExp(`^${match[1] === "-" ? "\\t*" : ""}${delimiter}\\r?$`, "mu").exec(text.slice(at));
    const end = stop === null ? text.length : at + stop.index;
    found.push({ delimiter, body: Mapped.whole(text.slice(at, end), at) });
    at = Math.min(text.length, end + (stop === null ? 0 : stop[0].length + 1));
  }
  return { found, end: at };
}

/** The strings of the JSON form (`["a", "b"]`) with their places; `undefined` for the shell form. */
export function jsonForm(
  body: Mapped,
): readonly { readonly text: string; readonly range: Range }[] | undefined {
  const text = body.text.trim();
  if (!text.startsWith("[")) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    if (!Array.isArray(parsed) || !parsed.every((one) => typeof one === "string")) return undefined;
  } catch {
    // Docker itself falls back to the shell form when it is no JSON.
    return undefined;
  }
  const strings = [...body.text.matchAll(/"(?:[^"\\]|\\.)*"/gu)];
  return strings.map(({ 0: raw, index }) => ({
    text: String(JSON.parse(raw)),
    range: body.range(index + 1, Math.max(index + 1, index + raw.length - 1)),
  }));
}
