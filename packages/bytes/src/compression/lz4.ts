import { viewOf } from "../cursor.ts";
import { BytesError } from "../errors.ts";
import { type Expanded, type ExpansionLimit, ExpansionSink } from "./expansion.ts";
import { xxh32 } from "./xxh32.ts";

const MAGIC = 0x184d2204;
/** Bits of the FLG byte (LZ4 frame format 1.6.4). */
const FLAG_INDEPENDENT = 0x20;
const FLAG_BLOCK_CHECKSUM = 0x10;
const FLAG_CONTENT_SIZE = 0x08;
const FLAG_CONTENT_CHECKSUM = 0x04;
const FLAG_RESERVED = 0x02;
const FLAG_DICTIONARY = 0x01;
const UNCOMPRESSED = 0x80000000;
/** Largest distance of a match. */
const WINDOW = 65535;

interface Frame {
  readonly flags: number;
  readonly maxBlock: number;
  readonly contentSize: number | undefined;
  readonly headerEnd: number;
}

/**
 * One LZ4 frame; header, block and content checksums are verified.
 * @throws {BytesError} `truncated`, `malformed`, `limit`, `unsupported` (a dictionary, legacy frames)
 */
export function lz4Frame(input: Uint8Array, limit: ExpansionLimit): Expanded {
  const frame = header(input);
  const sink = new ExpansionSink("lz4", limit, frame.contentSize ?? input.byteLength * 3);
  let at = frame.headerEnd;
  for (;;) {
    const field = u32(input, at);
    at += 4;
    if (field === 0) break;
    at = block(input, at, field, frame, sink);
  }
  if (frame.contentSize !== undefined && frame.contentSize !== sink.length) {
    throw damaged("the announced size is wrong", 0);
  }
  const bytes = sink.finish();
  if ((frame.flags & FLAG_CONTENT_CHECKSUM) !== 0) {
    if (u32(input, at) !== xxh32(bytes)) throw damaged("the content checksum does not fit", at);
    at += 4;
  }
  return { bytes, consumed: at };
}

function header(input: Uint8Array): Frame {
  if (u32(input, 0) !== MAGIC) throw damaged("no frame header", 0);
  if (input.byteLength < 7) throw cut(0);
  const flags = input[4] ?? 0;
  const descriptor = input[5] ?? 0;
  if (flags >> 6 !== 1 || (flags & FLAG_RESERVED) !== 0 || (descriptor & 0x8f) !== 0) {
    throw damaged("reserved header bits are set", 4);
  }
  if ((flags & FLAG_DICTIONARY) !== 0) {
    throw new BytesError("unsupported", "lz4 frame wants a dictionary", { offset: 4 });
  }
  const sizeCode = descriptor >> 4;
  if (sizeCode < 4) throw damaged("impossible block size", 5);
  const hasSize = (flags & FLAG_CONTENT_SIZE) !== 0;
  const checksumAt = hasSize ? 14 : 6;
  const stored = input[checksumAt];
  if (stored === undefined) throw cut(checksumAt);
  if (stored !== ((xxh32(input.subarray(4, checksumAt)) >>> 8) & 0xff))
    throw damaged("header checksum", checksumAt);
  const contentSize = hasSize ? Number(viewOf(input).getBigUint64(6, true)) : undefined;
  return { flags, maxBlock: 2 ** (8 + 2 * sizeCode), contentSize, headerEnd: checksumAt + 1 };
}

function block(input: Uint8Array, at: number, field: number, frame: Frame, sink: ExpansionSink): number {
  const size = field & ~UNCOMPRESSED;
  const end = at + size;
  if (size > frame.maxBlock) throw damaged("a block is larger than announced", at - 4);
  if (end > input.byteLength) throw cut(at);
  const data = input.subarray(at, end);
  const start = sink.length;
  if ((field & UNCOMPRESSED) !== 0) {
    sink.append(data);
  } else {
    decodeBlock(data, at, (frame.flags & FLAG_INDEPENDENT) !== 0 ? start : 0, sink);
  }
  if (sink.length - start > frame.maxBlock) throw damaged("a block holds more than announced", at);
  if ((frame.flags & FLAG_BLOCK_CHECKSUM) === 0) return end;
  if (u32(input, end) !== xxh32(data)) throw damaged("a block checksum does not fit", end);
  return end + 4;
}

/** The sequences of one block (LZ4 block format); `floor` is where matches must stop reaching back. */
function decodeBlock(data: Uint8Array, base: number, floor: number, sink: ExpansionSink): void {
  let at = 0;
  const length = (start: number): number => {
    let total = start;
    if (start !== 15) return total;
    for (;;) {
      const byte = data[at++];
      if (byte === undefined) throw cut(base + at);
      total += byte;
      if (byte !== 255) return total;
    }
  };
  while (at < data.byteLength) {
    const token = data[at++] ?? 0;
    const literals = length(token >> 4);
    if (at + literals > data.byteLength) throw cut(base + at);
    sink.append(data.subarray(at, at + literals));
    at += literals;
    if (at === data.byteLength) return;
    const distance = (data[at] ?? 0) | ((data[at + 1] ?? 0) << 8);
    at += 2;
    if (at > data.byteLength) throw cut(base + at);
    if (distance === 0 || distance > WINDOW || distance > sink.length - floor) {
      throw damaged("a match reaches behind the data", base + at - 2);
    }
    sink.copyBack(distance, length(token & 15) + 4);
  }
  throw damaged("a block ends with a match", base + at);
}

function u32(input: Uint8Array, at: number): number {
  if (at + 4 > input.byteLength) throw cut(at);
  return viewOf(input.subarray(at, at + 4)).getUint32(0, true);
}

function cut(offset: number): BytesError {
  return new BytesError("truncated", "lz4 data ends too soon", { offset });
}

function damaged(what: string, offset: number): BytesError {
  return new BytesError("malformed", `lz4 data is damaged: ${what}`, { offset });
}
