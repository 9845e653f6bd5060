import { BytesError } from "../errors.ts";
import { type ByteSource, sliceSource } from "../source.ts";
import { collisions } from "./names.ts";
import { type ArchiveIssue, readZipEnd, type ZipEnd } from "./zip-end.ts";
import { type CentralEntry, readCentralEntry } from "./zip-entry.ts";
import { readLocal } from "./zip-local.ts";
import { END_RECORD_BYTES, CENTRAL_HEADER_BYTES } from "./zip-records.ts";

/** One member whose data could be located. */
export interface ZipMember extends CentralEntry {
  readonly dataOffset: number;
  /** The data as it stands in the file, still compressed. */
  readonly raw: ByteSource;
}

/** A range of the file and what stands there. The regions of an archive without issues tile the file. */
export interface ArchiveRegion {
  readonly what: string;
  readonly offset: number;
  readonly length: number;
}

export interface ZipArchive {
  /** In the order of the central directory. */
  readonly members: readonly ZipMember[];
  readonly regions: readonly ArchiveRegion[];
  /** Every deviation from the one reading that all readers share; empty for an honest file. */
  readonly issues: readonly ArchiveIssue[];
}

/**
 * Reads the structure of a zip file (APPNOTE.TXT 6.3.10) so strictly that CPython's zipfile, miniz (torch), libarchive
 * and Info-ZIP must see the same members: central directory and local headers agree in every field, and local
 * headers, data, descriptors, directory and end records tile the file. Nothing is decompressed here.
 *
 * @param maxMembers entries above which the archive is refused before they are read
 * @throws {BytesError} when no central directory can be found or walked
 */
export function readZip(source: ByteSource, maxMembers: number): ZipArchive {
  const issues: ArchiveIssue[] = [];
  const end = readZipEnd(source, issues);
  const entries = readDirectory(source, end, maxMembers, issues);
  for (const message of collisions(entries)) {
    issues.push({ code: "ambiguous", message, offset: end.directoryOffset });
  }
  const regions: ArchiveRegion[] = [];
  const located = locateAll(source, entries, end, regions, issues);
  regions.push({ what: "central-directory", offset: end.directoryOffset, length: end.directorySize });
  if (end.endOffset > end.tailOffset) {
    regions.push({ what: "zip64-end", offset: end.tailOffset, length: end.endOffset - end.tailOffset });
  }
  regions.push(...endRegions(source, end, issues));
  const members = entries.flatMap((entry) => located.get(entry) ?? []);
  return { members, regions, issues };
}

function readDirectory(
  source: ByteSource,
  end: ZipEnd,
  maxMembers: number,
  issues: ArchiveIssue[],
): CentralEntry[] {
  const { directoryOffset, directorySize, tailOffset } = end;
  if (directoryOffset + directorySize !== tailOffset) {
    // CPython would shift every offset by the difference, others would not.
    throw new BytesError("ambiguous", "the central directory does not end where the end record begins", {
      offset: directoryOffset,
    });
  }
  if (end.entries > maxMembers || end.entries * CENTRAL_HEADER_BYTES > directorySize) {
    const code = end.entries > maxMembers ? "limit" : "malformed";
    throw new BytesError(code, `the zip file announces ${end.entries} members`, { offset: end.endOffset });
  }
  const entries: CentralEntry[] = [];
  let at = directoryOffset;
  for (let i = 0; i < end.entries; i++) {
    const entry = readCentralEntry(source, at, tailOffset, issues);
    entries.push(entry);
    at += entry.length;
  }
  if (at !== tailOffset) {
    const message = `the central directory goes on behind its ${end.entries} entries`;
    issues.push({ code: "ambiguous", message, offset: at });
  }
  return entries;
}

/** Reads each member's local header, in the order in which they stand in the file. */
function locateAll(
  source: ByteSource,
  entries: readonly CentralEntry[],
  end: ZipEnd,
  regions: ArchiveRegion[],
  issues: ArchiveIssue[],
): Map<CentralEntry, ZipMember> {
  const inOrder = [...entries].sort((a, b) => a.headerOffset - b.headerOffset);
  const first = inOrder[0]?.headerOffset ?? end.directoryOffset;
  if (first > 0) {
    issues.push({ code: "leftover", message: `${first} bytes stand before the first member`, offset: 0 });
  }
  const located = new Map<CentralEntry, ZipMember>();
  for (const [i, entry] of inOrder.entries()) {
    const limit = Math.min(inOrder[i + 1]?.headerOffset ?? end.directoryOffset, end.directoryOffset);
    const member = locate(source, entry, limit, regions, issues);
    if (member !== undefined) located.set(entry, member);
  }
  return located;
}

function locate(
  source: ByteSource,
  entry: CentralEntry,
  limit: number,
  regions: ArchiveRegion[],
  issues: ArchiveIssue[],
): ZipMember | undefined {
  try {
    const layout = readLocal(source, entry, limit, issues);
    const { dataOffset, dataEnd } = layout;
    regions.push({
      what: "local-header",
      offset: entry.headerOffset,
      length: dataOffset - entry.headerOffset,
    });
    regions.push({ what: "member-data", offset: dataOffset, length: entry.compressedSize });
    if (layout.end > dataEnd) {
      regions.push({ what: "data-descriptor", offset: dataEnd, length: layout.end - dataEnd });
    }
    return { ...entry, dataOffset, raw: sliceSource(source, dataOffset, entry.compressedSize, entry.name) };
  } catch (error) {
    if (!(error instanceof BytesError) || error.code === "io") throw error;
    issues.push({ code: error.code, message: error.message, offset: error.offset ?? entry.headerOffset });
    return undefined;
  }
}

function endRegions(source: ByteSource, end: ZipEnd, issues: readonly ArchiveIssue[]): ArchiveRegion[] {
  const regions = [{ what: "end-record", offset: end.endOffset, length: END_RECORD_BYTES }];
  const commentAt = end.endOffset + END_RECORD_BYTES;
  const behind = issues.find((issue) => issue.code === "leftover" && issue.offset >= commentAt);
  const commentEnd = behind?.offset ?? source.size;
  if (commentEnd > commentAt) {
    regions.push({ what: "comment", offset: commentAt, length: commentEnd - commentAt });
  }
  return regions;
}
