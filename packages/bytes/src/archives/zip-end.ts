import { viewOf } from "../cursor.ts";
import { BytesError, type BytesErrorCode } from "../errors.ts";
import type { ByteSource } from "../source.ts";
import {
  END_RECORD_BYTES,
  safeNumber,
  SATURATED_16,
  SATURATED_32,
  ZIP64_END_RECORD,
  ZIP64_END_RECORD_BYTES,
  ZIP64_LOCATOR,
  ZIP64_LOCATOR_BYTES,
} from "./zip-records.ts";

/** The end record and the longest comment that may follow it: how far back every reader looks. */
const TAIL_BYTES = END_RECORD_BYTES + 0xffff;

/** Something wrong with an archive; reading goes on where that is possible, so that all is reported. */
export interface ArchiveIssue {
  readonly code: BytesErrorCode;
  readonly message: string;
  readonly offset: number;
}

/** Where the central directory is. */
export interface ZipEnd {
  readonly entries: number;
  readonly directoryOffset: number;
  readonly directorySize: number;
  /** The zip64 records, if there are any, and the end record begin here. */
  readonly tailOffset: number;
  readonly endOffset: number;
  readonly hasZip64: boolean;
}

/** Offset of the last end-of-central-directory record that any reader could find, or undefined. */
export function findEndRecord(source: ByteSource): number | undefined {
  return endRecords(source).findLast((at) => at + END_RECORD_BYTES <= source.size);
}

/** Every signature in the tail, also one that has no room for a record behind it: CPython gives up at that. */
function endRecords(source: ByteSource): number[] {
  const start = Math.max(0, source.size - TAIL_BYTES);
  const tail = Buffer.from(source.view(start, source.size - start));
  const signature = Buffer.from([0x50, 0x4b, 0x05, 0x06]);
  const found: number[] = [];
  for (let at = tail.indexOf(signature); at >= 0; at = tail.indexOf(signature, at + 1)) {
    found.push(start + at);
  }
  return found;
}

/**
 * Reads the end of a zip file. CPython, miniz and Info-ZIP take the last signature; others want the comment to reach
 * the end of the file. Both must lead to the same record.
 * @throws {BytesError} `malformed` when there is no end record at all
 */
export function readZipEnd(source: ByteSource, issues: ArchiveIssue[]): ZipEnd {
  const candidates = endRecords(source);
  const at = candidates.findLast((candidate) => candidate + END_RECORD_BYTES <= source.size);
  if (at === undefined) {
    throw new BytesError("truncated", "zip file has no end-of-central-directory record", {
      offset: source.size,
    });
  }
  const view = viewOf(source.view(at, END_RECORD_BYTES));
  const behind = source.size - at - END_RECORD_BYTES - view.getUint16(20, true);
  if (behind > 0) {
    issues.push({
      code: "leftover",
      message: `${behind} bytes follow the end of the zip file`,
      offset: source.size - behind,
    });
  } else if (behind < 0) {
    issues.push({ code: "truncated", message: "the zip comment is cut off", offset: at });
  }
  const rival = candidates.find((other) => other !== at && (other > at || reachesEnd(source, other)));
  if (rival !== undefined) {
    issues.push({
      code: "ambiguous",
      message: "two end-of-central-directory records fit the file",
      offset: rival,
    });
  }
  if (view.getUint16(4, true) !== 0 || view.getUint16(6, true) !== 0) {
    issues.push({ code: "unsupported", message: "the zip file is one volume of several", offset: at });
  }
  return withZip64(source, at, view, issues);
}

function reachesEnd(source: ByteSource, at: number): boolean {
  const comment = viewOf(source.view(at + 20, 2)).getUint16(0, true);
  return at + END_RECORD_BYTES + comment === source.size;
}

function withZip64(source: ByteSource, at: number, view: DataView, issues: ArchiveIssue[]): ZipEnd {
  const onDisk = view.getUint16(8, true);
  const narrow = {
    entries: view.getUint16(10, true),
    directorySize: view.getUint32(12, true),
    directoryOffset: view.getUint32(16, true),
  };
  if (onDisk !== narrow.entries) {
    issues.push({ code: "ambiguous", message: `${onDisk} or ${narrow.entries} entries`, offset: at + 8 });
  }
  const wide = readZip64End(source, at, issues);
  const saturated =
    narrow.entries === SATURATED_16 ||
    narrow.directorySize === SATURATED_32 ||
    narrow.directoryOffset === SATURATED_32;
  if (wide === undefined) {
    // 65,535 entries without zip64 are possible; the directory's own walk decides whether the count is true.
    return { ...narrow, tailOffset: at, endOffset: at, hasZip64: false };
  }
  const agrees =
    fits(narrow.entries, wide.entries, SATURATED_16) &&
    fits(narrow.directorySize, wide.directorySize, SATURATED_32) &&
    fits(narrow.directoryOffset, wide.directoryOffset, SATURATED_32);
  if (!agrees) {
    const what = saturated ? "partly contradicts" : "contradicts";
    issues.push({
      code: "ambiguous",
      message: `the zip64 end record ${what} the end record`,
      offset: wide.tailOffset,
    });
  }
  return { ...wide, endOffset: at, hasZip64: true };
}

function fits(narrow: number, wide: number, saturated: number): boolean {
  return narrow === wide || narrow === saturated;
}

function readZip64End(
  source: ByteSource,
  at: number,
  issues: ArchiveIssue[],
): Omit<ZipEnd, "endOffset" | "hasZip64"> | undefined {
  const locatorAt = at - ZIP64_LOCATOR_BYTES;
  if (locatorAt < 0) return undefined;
  const locator = viewOf(source.view(locatorAt, ZIP64_LOCATOR_BYTES));
  if (locator.getUint32(0, true) !== ZIP64_LOCATOR) return undefined;
  const recordAt = safeNumber(locator.getBigUint64(8, true), locatorAt);
  // CPython looks directly before the locator, others follow it: one place must serve both.
  if (recordAt !== locatorAt - ZIP64_END_RECORD_BYTES) {
    throw new BytesError("ambiguous", "the zip64 locator points elsewhere than before itself", {
      offset: locatorAt,
    });
  }
  const record = viewOf(source.view(recordAt, ZIP64_END_RECORD_BYTES));
  if (record.getUint32(0, true) !== ZIP64_END_RECORD || record.getBigUint64(4, true) !== 44n) {
    throw new BytesError("malformed", "no plain zip64 end record where the locator points", {
      offset: recordAt,
    });
  }
  const disks = [locator.getUint32(4, true), record.getUint32(16, true), record.getUint32(20, true)];
  if (disks.some((disk) => disk !== 0) || locator.getUint32(16, true) > 1) {
    issues.push({
      code: "unsupported",
      message: "the zip64 file is one volume of several",
      offset: recordAt,
    });
  }
  if (record.getBigUint64(24, true) !== record.getBigUint64(32, true)) {
    issues.push({
      code: "ambiguous",
      message: "the zip64 end record has two entry counts",
      offset: recordAt + 24,
    });
  }
  return {
    entries: safeNumber(record.getBigUint64(32, true), recordAt),
    directorySize: safeNumber(record.getBigUint64(40, true), recordAt),
    directoryOffset: safeNumber(record.getBigUint64(48, true), recordAt),
    tailOffset: recordAt,
  };
}
