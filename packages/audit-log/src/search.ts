import { createReadStream } from "node:fs";
import { auditFiles } from "./files.ts";
import { readLines } from "./lines.ts";
import { type AuditRow, parseRow } from "./record.ts";

/** All given conditions must hold. Texts are exact, `resource` and `action` may use a trailing `*`. */
export interface AuditQuery {
  readonly principal?: string;
  readonly action?: string;
  readonly resource?: string;
  readonly decision?: string;
  readonly sha256?: string;
  /** Milliseconds since 1970, inclusive. */
  readonly since?: number;
  readonly until?: number;
}

/**
 * The rows that fit, oldest first.
 * @throws {Error} at a damaged row: a search over a damaged log would leave things out silently
 */
export async function* searchAuditLog(dataDir: string, query: AuditQuery): AsyncGenerator<AuditRow> {
  let seq = 0;
  for await (const { line, complete } of readLines(createReadStream(auditFiles(dataDir).log))) {
    // The gateway may be writing this very line.
    if (!complete) return;
    seq += 1;
    const row = line === undefined ? "it is not UTF-8" : parseRow(line);
    if (typeof row === "string")
      throw new Error(`row ${seq} of the audit log is damaged (${row}): run auditlog verify`);
    if (fits(row, query)) yield row;
  }
}

function fits(row: AuditRow, query: AuditQuery): boolean {
  return (
    (query.principal === undefined || row.principal === query.principal) &&
    (query.action === undefined || fitsText(row.action, query.action)) &&
    (query.resource === undefined ||
      row.resource.split(" ").some((one) => fitsText(one, query.resource ?? ""))) &&
    (query.decision === undefined || row.decision === query.decision) &&
    (query.sha256 === undefined || row.sha256 === query.sha256 || holdsFile(row, query.sha256)) &&
    (query.since === undefined || row.time >= query.since) &&
    (query.until === undefined || row.time <= query.until)
  );
}

/** A row about a model names its files too. */
function holdsFile(row: AuditRow, sha256: string): boolean {
  return row.files?.split("\n").some((line) => line.startsWith(`${sha256} `)) === true;
}

function fitsText(text: string, wanted: string): boolean {
  return wanted.endsWith("*") ? text.startsWith(wanted.slice(0, -1)) : text === wanted;
}
