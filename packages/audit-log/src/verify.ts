import type { KeyObject } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { parseCheckpoint, readPublicKey } from "./checkpoint.ts";
import { type AuditFiles, auditFiles } from "./files.ts";
import { readLines } from "./lines.ts";
import { type AuditRow, GENESIS, parseRow } from "./record.ts";

export interface Verification {
  /** Rows that were read. */
  readonly rows: number;
  /** What is wrong, in order; empty when the log is whole. At most a hundred are listed. */
  readonly problems: readonly string[];
}

const MAX_PROBLEMS = 100;

/**
 * Checks every byte of an audit log: each line is the canonical form of a row whose hash fits, each row continues
 * the one before, each signed checkpoint is met, and the log reaches at least to its signed head.
 * @param dataDir the gateway's data folder
 */
export async function verifyAuditLog(dataDir: string): Promise<Verification> {
  const files = auditFiles(dataDir);
  const problems = new Problems();
  const signed = await readSigned(files, problems);
  const rows = await checkChain(files.log, signed, problems);
  for (const [seq, { where }] of signed) {
    if (seq > rows)
      problems.add(`${where} signs row ${seq}, but the log ends after ${rows} rows: rows were removed`);
  }
  return { rows, problems: problems.list };
}

class Problems {
  readonly list: string[] = [];

  add(problem: string): void {
    if (this.list.length < MAX_PROBLEMS) this.list.push(problem);
  }
}

type Signed = Map<number, { readonly hash: string; readonly where: string }>;

// The head is read before the log: a gateway that is running only ever makes the log longer than it says.
async function readSigned(files: AuditFiles, problems: Problems): Promise<Signed> {
  const signed: Signed = new Map();
  const publicKey = readPublicKey(files.folder);
  addCheckpoints(await readFile(files.head, "utf8"), "head.json", publicKey, signed, problems);
  const older = await readFile(files.checkpoints, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  addCheckpoints(older, "checkpoints.jsonl", publicKey, signed, problems);
  return signed;
}

function addCheckpoints(
  text: string,
  where: string,
  publicKey: KeyObject,
  signed: Signed,
  problems: Problems,
): void {
  if (text !== "" && !text.endsWith("\n")) problems.add(`${where}: its last line is incomplete`);
  text
    .split("\n")
    .slice(0, -1)
    .forEach((line, index) => {
      const checkpoint = parseCheckpoint(line, publicKey);
      if (typeof checkpoint === "string") problems.add(`${where} line ${index + 1}: ${checkpoint}`);
      else signed.set(checkpoint.seq, { hash: checkpoint.hash, where });
    });
}

async function checkChain(log: string, signed: Signed, problems: Problems): Promise<number> {
  let seq = 0;
  let prev = GENESIS;
  for await (const { line, complete } of readLines(createReadStream(log))) {
    seq += 1;
    if (!complete) {
      problems.add(`row ${seq}: its line is incomplete (a write was cut off; the next start removes it)`);
      return seq - 1;
    }
    const row = line === undefined ? "it is not UTF-8" : parseRow(line);
    if (typeof row === "string") problems.add(`row ${seq}: ${row}`);
    else checkLink(row, seq, prev, problems);
    // After a damaged row the chain is taken up again with what the next row says, to find all damage.
    prev = typeof row === "string" ? "" : row.hash;
    const checkpoint = signed.get(seq);
    if (checkpoint !== undefined && prev !== "" && checkpoint.hash !== prev) {
      problems.add(`row ${seq}: it is not the row that ${checkpoint.where} signs`);
    }
  }
  return seq;
}

function checkLink(row: AuditRow, seq: number, prev: string, problems: Problems): void {
  if (row.seq !== seq) problems.add(`row ${seq}: it says to be row ${row.seq}`);
  if (prev !== "" && row.prev !== prev) problems.add(`row ${seq}: it does not continue the row before it`);
}
