import { readFileSync } from "node:fs";
import { kindByText } from "../files/classify.ts";
import { decode } from "../files/decode.ts";
import type { Candidate } from "../files/discover.ts";
import type { Inspected, Inspector, ProjectContext } from "../inspector.ts";
import { inspectorsOf } from "../inspectors.ts";
import type { AuditFinding } from "../model/finding.ts";
import type { Unaudited } from "../model/report.ts";
import { LineIndex, type Source } from "../model/source.ts";
import type { Directive } from "../suppressions/directive.ts";
import { directivesOf, mentionsUs } from "../suppressions/of-source.ts";

/** A file beyond this many bytes is not read: data, not code. Notebooks carry their outputs with them. */
const LIMIT = 16 * 1024 * 1024;
const NOTEBOOK_LIMIT = 128 * 1024 * 1024;

/** What the audit of one file says. */
export interface FileResult {
  readonly lines: number;
  readonly findings: readonly AuditFinding[];
  readonly unaudited: readonly Unaudited[];
  /** What its comments ask to silence. */
  readonly directives: readonly Directive[];
}

/** Reads and inspects one file; whatever goes wrong is said in `unaudited`. */
export function auditFile(file: Candidate, project: ProjectContext): FileResult {
  if (file.size > (file.kind === "notebook" ? NOTEBOOK_LIMIT : LIMIT)) {
    return unread(file.path, `${file.size} bytes are too many`, `文件过大（${file.size} 字节）`);
  }
  try {
    return inspectBytes(file, readFileSync(file.absolute), project);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return unread(file.path, `cannot be audited: ${why}`, `无法审计：${why}`);
  }
}

function inspectBytes(file: Candidate, bytes: Uint8Array, project: ProjectContext): FileResult {
  const concerned = inspectorsOf(file.kind).filter((inspector) => inspector.concerns?.(bytes) !== false);
  const mentioned = mentionsUs(bytes);
  if (concerned.length === 0 && file.kind !== "yaml" && !mentioned) {
    return { lines: linesOf(bytes), findings: [], unaudited: [], directives: [] };
  }
  const { text, nul } = decode(bytes);
  const kind = kindByText(file.kind, text);
  const source: Source = { path: file.path, kind, text };
  const inspectors = kind === file.kind ? concerned : inspectorsOf(kind);
  const said = inspectors.map((inspector) => inspected(inspector, source, project));
  return {
    lines: linesOf(bytes),
    findings: said.flatMap(({ findings }) => findings),
    unaudited: [...(nul === undefined ? [] : [nulAt(source, nul)]), ...said.flatMap((one) => one.unaudited)],
    directives: mentioned ? directivesOf(source) : [],
  };
}

/** An inspector that throws has a defect, which must not hide what the others found. */
function inspected(inspector: Inspector, source: Source, project: ProjectContext): Inspected {
  try {
    return inspector.inspect(source, project);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return unread(source.path, `an inspector failed: ${why}`, `检查器出错：${why}`);
  }
}

function nulAt(source: Source, at: number): Unaudited {
  return {
    path: source.path,
    place: new LineIndex(source.text).place(source.path, at, at + 1),
    state: "partial",
    reason: { en: "a NUL byte, read as a space", zh: "含有 NUL 字节，按空格处理" },
  };
}

function unread(path: string, en: string, zh: string): FileResult {
  return {
    lines: 0,
    findings: [],
    unaudited: [{ path, state: "unread", reason: { en, zh } }],
    directives: [],
  };
}

function linesOf(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++;
  return bytes.length > 0 && bytes[bytes.length - 1] !== 10 ? lines + 1 : lines;
}
