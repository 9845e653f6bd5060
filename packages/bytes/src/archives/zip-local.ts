import { viewOf } from "../cursor.ts";
import { BytesError } from "../errors.ts";
import type { ByteSource } from "../source.ts";
import { quote } from "./names.ts";
import type { ArchiveIssue } from "./zip-end.ts";
import { type CentralEntry, NEWEST_VERSION } from "./zip-entry.ts";
import {
  checkDeferredZip64,
  DATA_DESCRIPTOR,
  extraFields,
  FLAG_DESCRIPTOR,
  headerFields,
  type HeaderFields,
  LOCAL_HEADER,
  LOCAL_HEADER_BYTES,
  resolveZip64,
  SATURATED_32,
} from "./zip-records.ts";

/** Where a member's pieces stand; `end` is behind its data descriptor. */
export interface LocalLayout {
  readonly dataOffset: number;
  readonly dataEnd: number;
  readonly end: number;
}

/**
 * Reads the local header of `entry` and compares it with the directory field by field. `limit` is where the next
 * member or the central directory begins: a data descriptor has to fill the space up to there.
 * @throws {BytesError} `truncated`, `malformed`, `ambiguous` when the member's data cannot be located
 */
export function readLocal(
  source: ByteSource,
  entry: CentralEntry,
  limit: number,
  issues: ArchiveIssue[],
): LocalLayout {
  const at = entry.headerOffset;
  if (at + LOCAL_HEADER_BYTES > limit) {
    throw new BytesError("ambiguous", `member ${quote(entry.name)} has no room for its header`, {
      offset: at,
    });
  }
  const header = source.view(at, LOCAL_HEADER_BYTES);
  if (viewOf(header).getUint32(0, true) !== LOCAL_HEADER) {
    throw new BytesError("malformed", `member ${quote(entry.name)} has no local header`, { offset: at });
  }
  const fields = headerFields(header, 6);
  const dataOffset = at + LOCAL_HEADER_BYTES + fields.nameLength + fields.extraLength;
  const dataEnd = dataOffset + entry.compressedSize;
  if (dataEnd > limit) {
    throw new BytesError("ambiguous", `member ${quote(entry.name)} overlaps what follows it`, { offset: at });
  }
  if (viewOf(header).getUint16(4, true) > NEWEST_VERSION) {
    const message = `member ${quote(entry.name)} needs a newer version of the format`;
    issues.push({ code: "unsupported", message, offset: at });
  }
  compare(source, entry, fields, issues);
  const space = limit - dataEnd;
  const descriptor =
    (entry.flags & FLAG_DESCRIPTOR) === 0 ? 0 : descriptorLength(source, entry, dataEnd, space);
  if (space > descriptor) {
    issues.push({
      code: "leftover",
      message: `${space - descriptor} bytes after member ${quote(entry.name)} belong to nothing`,
      offset: dataEnd + descriptor,
    });
  }
  return { dataOffset, dataEnd, end: dataEnd + descriptor };
}

function compare(
  source: ByteSource,
  entry: CentralEntry,
  fields: HeaderFields,
  issues: ArchiveIssue[],
): void {
  const at = entry.headerOffset;
  const differs: string[] = [];
  const name = source.view(at + LOCAL_HEADER_BYTES, fields.nameLength);
  if (Buffer.compare(name, entry.rawName) !== 0) differs.push("name");
  if (fields.flags !== entry.flags) differs.push("flags");
  if (fields.method !== entry.method) differs.push("method");
  if (fields.time !== entry.time || fields.date !== entry.date) differs.push("time");
  differs.push(...compareSizes(source, entry, fields, issues));
  if (differs.length === 0) return;
  issues.push({
    code: "ambiguous",
    message: `member ${quote(entry.name)}: local header and central directory differ in ${differs.join(", ")}`,
    offset: at,
  });
}

function compareSizes(
  source: ByteSource,
  entry: CentralEntry,
  fields: HeaderFields,
  issues: ArchiveIssue[],
): string[] {
  const extraAt = entry.headerOffset + LOCAL_HEADER_BYTES + fields.nameLength;
  const extra = extraFields(source.view(extraAt, fields.extraLength), extraAt);
  if (extra.unicodePath !== undefined && Buffer.compare(extra.unicodePath, entry.rawName) !== 0) {
    issues.push({
      code: "ambiguous",
      message: `member ${quote(entry.name)} has another name in its Unicode path field`,
      offset: extraAt,
    });
  }
  if (isDeferred(fields)) {
    const truth = { size: entry.size, compressedSize: entry.compressedSize, offset: entry.headerOffset };
    if (extra.zip64 !== undefined) checkDeferredZip64(extra.zip64, truth, extraAt);
    return [];
  }
  const local = resolveZip64({ ...fields, offset: 0 }, extra.zip64, extraAt);
  const differs: string[] = [];
  if (fields.crc32 !== entry.crc32) differs.push("CRC");
  if (local.size !== entry.size || local.compressedSize !== entry.compressedSize) differs.push("size");
  return differs;
}

/** Whether CRC and sizes are left to the data descriptor: all zero, or saturated where a zip64 field is. */
function isDeferred(fields: HeaderFields): boolean {
  const open = (size: number): boolean => size === 0 || size === SATURATED_32;
  return (
    (fields.flags & FLAG_DESCRIPTOR) !== 0 &&
    fields.crc32 === 0 &&
    open(fields.size) &&
    open(fields.compressedSize)
  );
}

/** Lengths that a data descriptor can have (4.3.9), with what is in it: signature or not, 4 or 8 bytes a size. */
const DESCRIPTOR_FORMS = [
  { length: 16, signed: true, wide: false },
  { length: 24, signed: true, wide: true },
  { length: 12, signed: false, wide: false },
  { length: 20, signed: false, wide: true },
] as const;

function descriptorLength(source: ByteSource, entry: CentralEntry, at: number, space: number): number {
  const form = DESCRIPTOR_FORMS.find((candidate) => candidate.length === space);
  if (form === undefined) {
    throw new BytesError("malformed", `member ${quote(entry.name)} has no data descriptor that fits`, {
      offset: at,
    });
  }
  const view = viewOf(source.view(at, form.length));
  const base = form.signed ? 4 : 0;
  const read = (index: number): number =>
    form.wide
      ? Number(view.getBigUint64(base + 4 + index * 8, true))
      : view.getUint32(base + 4 + index * 4, true);
  const fits =
    (!form.signed || view.getUint32(0, true) === DATA_DESCRIPTOR) &&
    view.getUint32(base, true) === entry.crc32 &&
    read(0) === entry.compressedSize &&
    read(1) === entry.size;
  if (fits) return form.length;
  throw new BytesError(
    "ambiguous",
    `the data descriptor of ${quote(entry.name)} contradicts the central directory`,
    {
      offset: at,
    },
  );
}
