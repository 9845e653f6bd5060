import { hash } from "node:crypto";
import { crc32 } from "node:zlib";
import { viewOf } from "../cursor.ts";
import { BytesError } from "../errors.ts";
import { crc64 } from "./crc64.ts";
import { type Expanded, type ExpansionLimit, ExpansionSink } from "./expansion.ts";
import { lzma2 } from "./lzma2.ts";

const HEADER_MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] as const;
const HEADER_BYTES = 12;
const FOOTER_BYTES = 12;
const FILTER_LZMA2 = 0x21;
/** Size of the check field by its type (xz file format 1.2.1, 2.1.1.2). */
const CHECK_NONE = 0;
const CHECK_CRC32 = 1;
const CHECK_CRC64 = 4;
const CHECK_SHA256 = 10;
const CHECK_BYTES = new Map([
  [CHECK_NONE, 0],
  [CHECK_CRC32, 4],
  [CHECK_CRC64, 8],
  [CHECK_SHA256, 32],
]);

interface BlockRecord {
  readonly unpaddedSize: number;
  readonly uncompressedSize: number;
}

/**
 * One xz stream (the file format, version 1.2.1): every header, check, index record and the footer are verified.
 * Filters other than LZMA2 are refused by name.
 * @throws {BytesError} `truncated`, `malformed`, `limit`, `unsupported`
 */
export function xzStream(input: Uint8Array, limit: ExpansionLimit): Expanded {
  const check = streamHeader(input);
  const sink = new ExpansionSink("xz", limit, input.byteLength * 4);
  const records: BlockRecord[] = [];
  let at = HEADER_BYTES;
  while (byteAt(input, at) !== 0) at = block(input, at, check, sink, records);
  const indexEnd = index(input, at, records);
  footer(input, indexEnd, indexEnd - at);
  return { bytes: sink.finish(), consumed: indexEnd + FOOTER_BYTES };
}

function streamHeader(input: Uint8Array): number {
  if (input.byteLength < HEADER_BYTES) throw cut(0);
  if (HEADER_MAGIC.some((byte, i) => input[i] !== byte)) throw damaged("no stream header", 0);
  checkCrc(input, 6, 8, "stream header");
  const check = byteAt(input, 7);
  if (byteAt(input, 6) !== 0 || !CHECK_BYTES.has(check)) {
    throw new BytesError("unsupported", `xz stream flags ask for check type ${check}, which is not known`, {
      offset: 6,
    });
  }
  return check;
}

function block(
  input: Uint8Array,
  at: number,
  check: number,
  sink: ExpansionSink,
  records: BlockRecord[],
): number {
  const header = blockHeader(input, at);
  const start = sink.length;
  const dataEnd = lzma2(input, header.end, sink, header.dictionarySize);
  const uncompressedSize = sink.length - start;
  if (header.compressedSize !== undefined && header.compressedSize !== dataEnd - header.end) {
    throw damaged("a block's compressed size is wrong", at);
  }
  if (header.uncompressedSize !== undefined && header.uncompressedSize !== uncompressedSize) {
    throw damaged("a block's uncompressed size is wrong", at);
  }
  const checkAt = zeroPadding(input, dataEnd, at);
  const checkBytes = CHECK_BYTES.get(check) ?? 0;
  if (checkAt + checkBytes > input.byteLength) throw cut(checkAt);
  verifyCheck(sink.buffer.subarray(start, sink.length), input.subarray(checkAt, checkAt + checkBytes), check);
  records.push({ unpaddedSize: dataEnd - at + checkBytes, uncompressedSize });
  return checkAt + checkBytes;
}

interface BlockHeader {
  readonly end: number;
  readonly dictionarySize: number;
  readonly compressedSize: number | undefined;
  readonly uncompressedSize: number | undefined;
}

function blockHeader(input: Uint8Array, at: number): BlockHeader {
  const end = at + (byteAt(input, at) + 1) * 4;
  if (end > input.byteLength) throw cut(at);
  checkCrc(input, at, end - 4, "block header");
  const flags = byteAt(input, at + 1);
  if ((flags & 0x3c) !== 0) throw damaged("reserved block flags are set", at + 1);
  if ((flags & 3) !== 0) throw unsupportedFilter(at);
  const numbers = new IntegerReader(input, at + 2, end - 4);
  const compressedSize = (flags & 0x40) === 0 ? undefined : numbers.next();
  const uncompressedSize = (flags & 0x80) === 0 ? undefined : numbers.next();
  if (numbers.next() !== FILTER_LZMA2 || numbers.next() !== 1) throw unsupportedFilter(at);
  const dictionarySize = dictionaryBytes(byteAt(input, numbers.at), numbers.at);
  for (let i = numbers.at + 1; i < end - 4; i++) {
    if (input[i] !== 0) throw damaged("block header padding is not zero", i);
  }
  return { end, dictionarySize, compressedSize, uncompressedSize };
}

function dictionaryBytes(code: number, at: number): number {
  if (code > 40) throw damaged("impossible dictionary size", at);
  return code === 40 ? 0xffffffff : (2 | (code & 1)) * 2 ** ((code >> 1) + 11);
}

function verifyCheck(data: Uint8Array, stored: Uint8Array, check: number): void {
  const view = viewOf(stored);
  const fits =
    check === CHECK_NONE ||
    (check === CHECK_CRC32 && view.getUint32(0, true) === crc32(data)) ||
    (check === CHECK_CRC64 && view.getBigUint64(0, true) === crc64(data)) ||
    (check === CHECK_SHA256 && Buffer.from(stored).toString("hex") === hash("sha256", data, "hex"));
  if (!fits) throw damaged("a block's checksum does not fit its data", stored.byteOffset);
}

/** The index must repeat exactly what the blocks were. @returns the offset behind it */
function index(input: Uint8Array, at: number, records: readonly BlockRecord[]): number {
  const numbers = new IntegerReader(input, at + 1, input.byteLength);
  if (numbers.next() !== records.length) throw damaged("the index counts other blocks than there are", at);
  for (const record of records) {
    if (numbers.next() !== record.unpaddedSize || numbers.next() !== record.uncompressedSize) {
      throw damaged("the index contradicts a block", numbers.at);
    }
  }
  const end = zeroPadding(input, numbers.at, at);
  if (end + 4 > input.byteLength) throw cut(end);
  checkCrc(input, at, end, "index");
  return end + 4;
}

function footer(input: Uint8Array, at: number, indexBytes: number): void {
  if (at + FOOTER_BYTES > input.byteLength) throw cut(at);
  const view = viewOf(input.subarray(at, at + FOOTER_BYTES));
  if (view.getUint32(0, true) !== crc32(input.subarray(at + 4, at + 10)))
    throw damaged("footer checksum", at);
  if ((view.getUint32(4, true) + 1) * 4 !== indexBytes)
    throw damaged("footer gives another index size", at + 4);
  if (view.getUint8(8) !== input[6] || view.getUint8(9) !== input[7]) throw damaged("footer flags", at + 8);
  if (view.getUint8(10) !== 0x59 || view.getUint8(11) !== 0x5a) throw damaged("footer magic", at + 10);
}

/** xz's variable-length integers: 7 bits a byte, at most 9 bytes, no needless zero at the end. */
class IntegerReader {
  readonly #input: Uint8Array;
  readonly #end: number;
  at: number;

  constructor(input: Uint8Array, at: number, end: number) {
    this.#input = input;
    this.at = at;
    this.#end = end;
  }

  next(): number {
    let value = 0;
    for (let i = 0; i < 9; i++) {
      if (this.at >= this.#end) throw cut(this.at);
      const byte = byteAt(this.#input, this.at++);
      value += (byte & 0x7f) * 2 ** (7 * i);
      if ((byte & 0x80) === 0) {
        if ((byte === 0 && i > 0) || !Number.isSafeInteger(value)) break;
        return value;
      }
    }
    throw damaged("impossible integer", this.at);
  }
}

/** Skips to the next multiple of four after `origin`; what is skipped must be zero. */
function zeroPadding(input: Uint8Array, from: number, origin: number): number {
  let at = from;
  while ((at - origin) % 4 !== 0) {
    if (byteAt(input, at) !== 0) throw damaged("padding is not zero", at);
    at++;
  }
  return at;
}

function checkCrc(input: Uint8Array, start: number, end: number, what: string): void {
  if (end + 4 > input.byteLength) throw cut(end);
  const stored = viewOf(input.subarray(end, end + 4)).getUint32(0, true);
  if (stored !== crc32(input.subarray(start, end))) throw damaged(`${what} checksum does not fit`, end);
}

function byteAt(input: Uint8Array, at: number): number {
  const byte = input[at];
  if (byte === undefined) throw cut(at);
  return byte;
}

function cut(offset: number): BytesError {
  return new BytesError("truncated", "xz data ends too soon", { offset });
}

function damaged(what: string, offset: number): BytesError {
  return new BytesError("malformed", `xz data is damaged: ${what}`, { offset });
}

function unsupportedFilter(offset: number): BytesError {
  return new BytesError("unsupported", "xz block uses filters other than LZMA2 alone", { offset });
}
