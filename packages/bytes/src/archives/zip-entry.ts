import { viewOf } from "../cursor.ts";
import { BytesError } from "../errors.ts";
import type { ByteSource } from "../source.ts";
import { nameFault, quote } from "./names.ts";
import type { ArchiveIssue } from "./zip-end.ts";
import {
  CENTRAL_HEADER,
  CENTRAL_HEADER_BYTES,
  extraFields,
  FLAG_ENCRYPTED,
  FLAG_MASKED,
  FLAG_STRONG_ENCRYPTION,
  FLAG_UTF8,
  FLAGS_UNDERSTOOD,
  headerFields,
  resolveZip64,
} from "./zip-records.ts";

/** One entry of the central directory, zip64 resolved. */
export interface CentralEntry {
  readonly name: string;
  readonly rawName: Uint8Array;
  readonly flags: number;
  readonly method: number;
  readonly time: number;
  readonly date: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Offset of the local header. */
  readonly headerOffset: number;
  readonly directory: boolean;
  /** The entry's own offset and length in the central directory. */
  readonly offset: number;
  readonly length: number;
}

/** "Version needed to extract" above which CPython refuses a member (`MAX_EXTRACT_VERSION`: 6.3). */
export const NEWEST_VERSION = 63;

/** What the upper byte of "version made by" says for Unix, where external attributes hold a file mode. */
const MADE_BY_UNIX = 3;
const MODE_TYPE = 0o170000;
const MODE_REGULAR = 0o100000;
const MODE_DIRECTORY = 0o040000;

/**
 * Reads the central directory entry at `at`.
 * @throws {BytesError} `truncated`, `malformed`, `ambiguous` when the entry cannot be walked
 */
export function readCentralEntry(
  source: ByteSource,
  at: number,
  end: number,
  issues: ArchiveIssue[],
): CentralEntry {
  if (at + CENTRAL_HEADER_BYTES > end) {
    throw new BytesError("truncated", "the central directory ends within an entry", { offset: at });
  }
  const header = source.view(at, CENTRAL_HEADER_BYTES);
  const view = viewOf(header);
  if (view.getUint32(0, true) !== CENTRAL_HEADER) {
    throw new BytesError("malformed", "no central directory entry here", { offset: at });
  }
  const fields = headerFields(header, 8);
  const commentLength = view.getUint16(32, true);
  const length = CENTRAL_HEADER_BYTES + fields.nameLength + fields.extraLength + commentLength;
  if (at + length > end)
    throw new BytesError("truncated", "a central directory entry is cut off", { offset: at });
  const rawName = source.view(at + CENTRAL_HEADER_BYTES, fields.nameLength);
  const extraAt = at + CENTRAL_HEADER_BYTES + fields.nameLength;
  const extra = extraFields(source.view(extraAt, fields.extraLength), extraAt);
  const resolved = resolveZip64({ ...fields, offset: view.getUint32(42, true) }, extra.zip64, extraAt);
  const name = decodeName(rawName, fields.flags, at, issues);
  const entry: CentralEntry = {
    ...fields,
    name,
    rawName,
    size: resolved.size,
    compressedSize: resolved.compressedSize,
    headerOffset: resolved.offset,
    directory: name.endsWith("/"),
    offset: at,
    length,
  };
  checkFlags(entry, extra.encrypted, issues);
  checkUnicodePath(entry, extra.unicodePath, issues);
  checkAttributes(entry, view, issues);
  return entry;
}

function decodeName(raw: Uint8Array, flags: number, at: number, issues: ArchiveIssue[]): string {
  const ascii = raw.every((byte) => byte < 0x80);
  let name: string;
  try {
    name = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    // Not UTF-8: readers guess code pages, so no two need agree; latin-1 serves for messages.
    name = Buffer.from(raw).toString("latin1");
    issues.push({ code: "ambiguous", message: `member name ${quote(name)} is not UTF-8`, offset: at });
    return name;
  }
  if (!ascii && (flags & FLAG_UTF8) === 0) {
    issues.push({
      code: "ambiguous",
      message: `member name ${quote(name)} is not ASCII and not marked as UTF-8: readers take different code pages`,
      offset: at,
    });
  }
  const fault = nameFault(name);
  if (fault !== undefined) {
    issues.push({ code: "malformed", message: `member name ${quote(name)} ${fault}`, offset: at });
  }
  return name;
}

function checkFlags(entry: CentralEntry, encryptedByExtra: boolean, issues: ArchiveIssue[]): void {
  const where = { offset: entry.offset };
  if ((entry.flags & (FLAG_ENCRYPTED | FLAG_STRONG_ENCRYPTION | FLAG_MASKED)) !== 0 || encryptedByExtra) {
    issues.push({ code: "encrypted", message: `member ${quote(entry.name)} is encrypted`, ...where });
    return;
  }
  const unknown = entry.flags & ~FLAGS_UNDERSTOOD;
  if (unknown !== 0) {
    const text = `member ${quote(entry.name)} has unknown flags 0x${unknown.toString(16)}`;
    issues.push({ code: "unsupported", message: text, ...where });
  }
}

function checkUnicodePath(entry: CentralEntry, path: Uint8Array | undefined, issues: ArchiveIssue[]): void {
  if (path === undefined || Buffer.compare(path, entry.rawName) === 0) return;
  issues.push({
    code: "ambiguous",
    message: `member ${quote(entry.name)} has another name in its Unicode path field`,
    offset: entry.offset,
  });
}

function checkAttributes(entry: CentralEntry, view: DataView, issues: ArchiveIssue[]): void {
  const issue = (code: ArchiveIssue["code"], message: string): void => {
    issues.push({ code, message: `member ${quote(entry.name)} ${message}`, offset: entry.offset });
  };
  if (view.getUint16(6, true) > NEWEST_VERSION) issue("unsupported", "needs a newer version of the format");
  if (view.getUint16(34, true) !== 0) issue("unsupported", "starts on another volume");
  const type = view.getUint8(5) === MADE_BY_UNIX ? (view.getUint32(38, true) >>> 16) & MODE_TYPE : 0;
  if (type !== 0 && type !== MODE_REGULAR && type !== MODE_DIRECTORY) {
    issue("unsupported", "is a link or a device, not a file");
  }
  if (type === MODE_DIRECTORY && !entry.directory)
    issue("ambiguous", "is a folder by its mode but not by its name");
  if (type === MODE_REGULAR && entry.directory)
    issue("ambiguous", "is a file by its mode but a folder by its name");
  if (entry.directory && (entry.size !== 0 || entry.compressedSize !== 0))
    issue("malformed", "is a folder with content");
}
