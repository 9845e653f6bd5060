import { isUtf8 } from "node:buffer";
import { BytesError } from "../errors.ts";
import { type ByteSource, sliceSource } from "../source.ts";
import { collisions, nameFault, quote } from "./names.ts";
import type { ArchiveRegion } from "./zip.ts";
import type { ArchiveIssue } from "./zip-end.ts";

export const TAR_BLOCK = 512;

/** Type flags (POSIX.1-2017 pax, and GNU's own). */
const TYPE_FILE = new Set(["0", "\0", "7"]);
const TYPE_DIRECTORY = "5";
const TYPE_PAX = "x";
const TYPE_PAX_GLOBAL = "g";
const TYPE_GNU_NAME = "L";
/** pax records that may change a member, and that are understood here; times and owners change nothing. */
const PAX_PATH = "path";
const PAX_HARMLESS = new Set(["mtime", "atime", "ctime", "uid", "gid", "uname", "gname", "comment"]);
const MAX_META_BYTES = 64 * 1024;

export interface TarMember {
  readonly name: string;
  readonly directory: boolean;
  readonly headerOffset: number;
  readonly dataOffset: number;
  readonly content: ByteSource;
}

export interface TarArchive {
  readonly members: readonly TarMember[];
  readonly regions: readonly ArchiveRegion[];
  readonly issues: readonly ArchiveIssue[];
}

/** Whether these 512 bytes are a tar header: the checksum fits, and the name is not empty. */
export function isTarHeader(block: Uint8Array): boolean {
  if (block.byteLength < TAR_BLOCK || block[0] === 0) return false;
  const stored = octal(block.subarray(148, 156));
  return stored !== undefined && stored === checksum(block);
}

function checksum(block: Uint8Array): number {
  let sum = 8 * 0x20;
  for (let i = 0; i < TAR_BLOCK; i++) if (i < 148 || i >= 156) sum += block[i] ?? 0;
  return sum;
}

function octal(field: Uint8Array): number | undefined {
  const digits = Buffer.from(field)
    .toString("latin1")
    .replace(/[\0 ]+$/, "")
    .trimStart();
  return /^[0-7]{1,12}$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

/** @throws {BytesError} `ambiguous` for a name that is not UTF-8: readers guess different encodings */
function text(field: Uint8Array, offset: number): string {
  const zero = field.indexOf(0);
  const bytes = Buffer.from(zero < 0 ? field : field.subarray(0, zero));
  if (!isUtf8(bytes)) throw new BytesError("ambiguous", "a tar name that is not UTF-8", { offset });
  return bytes.toString("utf8");
}

/**
 * Reads a tar file (ustar, pax, GNU long names): regular files and folders only. Links, devices, sparse files and
 * whatever else a header can ask for are issues, and so are blocks that belong to nothing.
 *
 * @throws {BytesError} `truncated`, `malformed`, `limit` when the headers cannot be walked
 */
export function readTar(source: ByteSource, maxMembers: number): TarArchive {
  const walk = new TarWalk(source, maxMembers);
  walk.run();
  for (const message of collisions(walk.members)) walk.issue("ambiguous", message, 0);
  return walk;
}

class TarWalk implements TarArchive {
  readonly members: TarMember[] = [];
  readonly regions: ArchiveRegion[] = [];
  readonly issues: ArchiveIssue[] = [];
  readonly #source: ByteSource;
  readonly #maxMembers: number;
  #at = 0;
  #nextName: string | undefined;

  constructor(source: ByteSource, maxMembers: number) {
    this.#source = source;
    this.#maxMembers = maxMembers;
  }

  issue(code: ArchiveIssue["code"], message: string, offset: number): void {
    this.issues.push({ code, message, offset });
  }

  run(): void {
    while (this.#at + TAR_BLOCK <= this.#source.size) {
      const block = this.#source.view(this.#at, TAR_BLOCK);
      if (block.every((byte) => byte === 0)) {
        this.#end();
        return;
      }
      this.#member(block);
    }
    throw new BytesError("truncated", "the tar file does not end with empty blocks", { offset: this.#at });
  }

  /** After the first empty block nothing may follow but zeros: readers differ on when to stop. */
  #end(): void {
    const start = this.#at;
    for (let at = start; at < this.#source.size; at += 2 ** 20) {
      const chunk = this.#source.view(at, Math.min(2 ** 20, this.#source.size - at));
      const found = chunk.findIndex((byte) => byte !== 0);
      if (found < 0) continue;
      this.issue("leftover", "data follows the end of the tar file", at + found);
      return;
    }
    this.regions.push({ what: "end-blocks", offset: start, length: this.#source.size - start });
  }

  #member(block: Uint8Array): void {
    const at = this.#at;
    if (!isTarHeader(block))
      throw new BytesError("malformed", "the checksum of a tar header does not fit", { offset: at });
    const size = octal(block.subarray(124, 136));
    if (size === undefined)
      throw new BytesError("unsupported", "a tar size that is not octal", { offset: at + 124 });
    const padded = Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
    const dataOffset = at + TAR_BLOCK;
    if (dataOffset + padded > this.#source.size) {
      throw new BytesError("truncated", "a tar member is cut off", { offset: at });
    }
    this.#at = dataOffset + padded;
    this.regions.push({ what: "tar-header", offset: at, length: TAR_BLOCK });
    this.#padding(dataOffset + size, this.#at);
    this.#dispatch(String.fromCharCode(block[156] ?? 0), block, size);
  }

  #padding(from: number, to: number): void {
    if (from === to) return;
    const zero = this.#source.view(from, to - from).every((byte) => byte === 0);
    if (zero) this.regions.push({ what: "padding", offset: from, length: to - from });
    else this.issue("leftover", "padding of a tar member is not empty", from);
  }

  #dispatch(type: string, block: Uint8Array, size: number): void {
    const dataOffset = this.#at - Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
    if (type === TYPE_PAX || type === TYPE_GNU_NAME || type === TYPE_PAX_GLOBAL) {
      this.#meta(type, dataOffset, size);
      return;
    }
    const name = this.#nextName ?? headerName(block, dataOffset - TAR_BLOCK);
    this.#nextName = undefined;
    const headerOffset = dataOffset - TAR_BLOCK;
    const fault = nameFault(name);
    if (fault !== undefined) this.issue("malformed", `member name ${quote(name)} ${fault}`, headerOffset);
    if (!TYPE_FILE.has(type) && type !== TYPE_DIRECTORY) {
      this.issue("unsupported", `member ${quote(name)} is of type ${quote(type)}, not a file`, headerOffset);
      return;
    }
    this.#add(name, type === TYPE_DIRECTORY || name.endsWith("/"), headerOffset, size);
  }

  #add(name: string, directory: boolean, headerOffset: number, size: number): void {
    if (this.members.length >= this.#maxMembers) {
      throw new BytesError("limit", `more than ${this.#maxMembers} tar members`, { offset: headerOffset });
    }
    const dataOffset = headerOffset + TAR_BLOCK;
    if (directory && size > 0) this.issue("malformed", `folder ${quote(name)} has content`, headerOffset);
    if (size > 0) this.regions.push({ what: "member-data", offset: dataOffset, length: size });
    const content = sliceSource(this.#source, dataOffset, size, name);
    this.members.push({ name, directory, headerOffset, dataOffset, content });
  }

  #meta(type: string, offset: number, size: number): void {
    if (size > MAX_META_BYTES)
      throw new BytesError("limit", "a tar header extension that is too long", { offset });
    const bytes = this.#source.view(offset, size);
    this.regions.push({ what: "tar-extension", offset, length: size });
    if (type === TYPE_GNU_NAME) {
      this.#nextName = text(bytes, offset);
      return;
    }
    for (const [key, value] of paxRecords(bytes, offset)) {
      if (key === PAX_PATH && type === TYPE_PAX) this.#nextName = value;
      else if (!PAX_HARMLESS.has(key)) this.issue("unsupported", `tar extension ${quote(key)}`, offset);
    }
  }
}

function headerName(block: Uint8Array, offset: number): string {
  const name = text(block.subarray(0, 100), offset);
  const isUstar = Buffer.from(block.subarray(257, 263)).toString("latin1") === "ustar\0";
  const prefix = isUstar ? text(block.subarray(345, 500), offset + 345) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

/** Records of the form `length key=value\n`. */
function paxRecords(bytes: Uint8Array, offset: number): [string, string][] {
  const records: [string, string][] = [];
  const buffer = Buffer.from(bytes);
  let at = 0;
  while (at < buffer.byteLength) {
    const space = buffer.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : Number(buffer.subarray(at, space).toString("latin1"));
    const record = Number.isInteger(length) ? buffer.subarray(space + 1, at + length) : Buffer.alloc(0);
    const equals = record.indexOf(0x3d);
    if (equals < 1 || record.at(-1) !== 0x0a || at + length > buffer.byteLength) {
      throw new BytesError("malformed", "a damaged pax record", { offset: offset + at });
    }
    if (!isUtf8(record)) {
      throw new BytesError("ambiguous", "a pax record that is not UTF-8", { offset: offset + at });
    }
    records.push([
      record.subarray(0, equals).toString("utf8"),
      record.subarray(equals + 1, -1).toString("utf8"),
    ]);
    at += length;
  }
  return records;
}
