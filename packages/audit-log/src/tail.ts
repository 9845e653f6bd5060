import type { FileHandle } from "node:fs/promises";
import { ModelkeepError } from "@modelkeep/findings";
import { type AuditRow, parseRow } from "./record.ts";

/** More than the longest row: ten texts of 2,000 characters and one of 4,000, at most 6 bytes a character in JSON. */
const WINDOW = 256 * 1024;

export interface Tail {
  readonly last: AuditRow | undefined;
  /** Bytes up to the end of the last complete line. */
  readonly completeBytes: number;
  /** Bytes after it. */
  readonly tornBytes: number;
}

/** Reads the log's last complete row. @throws {ModelkeepError} `INTEGRITY` when it is not a sound row */
export async function readTail(file: FileHandle): Promise<Tail> {
  const { size } = await file.stat();
  const start = Math.max(0, size - WINDOW);
  const window = Buffer.alloc(size - start);
  await file.read(window, 0, window.length, start);
  const end = window.lastIndexOf(0x0a) + 1;
  if (end === 0) {
    if (start > 0) throw damaged("its last line has no end");
    return { last: undefined, completeBytes: 0, tornBytes: size };
  }
  const begin = window.lastIndexOf(0x0a, end - 2) + 1;
  const row = parseRow(window.toString("utf8", begin, end - 1));
  if (typeof row === "string") throw damaged(`in its last row, ${row}`);
  return { last: row, completeBytes: start + end, tornBytes: window.length - end };
}

function damaged(what: string): ModelkeepError {
  return new ModelkeepError("INTEGRITY", `the audit log is damaged (${what}): run modelkeep auditlog verify`);
}
