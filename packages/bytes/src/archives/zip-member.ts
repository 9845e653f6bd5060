import { bunzip2 } from "../compression/bzip2.ts";
import { inflateRaw } from "../compression/deflate.ts";
import { type Expanded, type ExpansionLimit, ExpansionSink } from "../compression/expansion.ts";
import { LzmaDecoder, lzmaProperties } from "../compression/lzma-decoder.ts";
import { zstdFrame } from "../compression/zstd.ts";
import { viewOf } from "../cursor.ts";
import { crc32Of } from "../digest.ts";
import { BytesError } from "../errors.ts";
import { bufferSource, type ByteSource } from "../source.ts";
import { quote } from "./names.ts";
import type { ZipMember } from "./zip.ts";
import { FLAG_ENCRYPTED } from "./zip-records.ts";

export const STORED = 0;
/** In an LZMA member: the stream ends with a marker (APPNOTE 4.4.4, bit 1). */
const FLAG_LZMA_MARKER = 0x0002;

/** The methods that CPython's zipfile reads (zstd since 3.14). All else is refused by number. */
const DECODERS = new Map<number, (input: Uint8Array, limit: ExpansionLimit, member: ZipMember) => Expanded>([
  [8, inflateRaw],
  [12, bunzip2],
  [14, lzmaMember],
  [93, zstdFrame],
]);

/**
 * The content of one member. Sizes, exact consumption of the compressed data and CRC-32 are verified; a stored
 * member stays a window of the file.
 *
 * @param options `skipCrc` for members whose bytes are only numbers (torch's storages, whose own reader does not check
 *   them either: reading a gigabyte to learn what no decision depends on would be waste), and for callers that report
 *   a wrong CRC themselves and go on, as torch does
 * @throws {BytesError} `malformed`, `truncated`, `encrypted`, `unsupported`, `limit`
 */
export function openMember(member: ZipMember, options: { skipCrc?: boolean } = {}): ByteSource {
  if ((member.flags & FLAG_ENCRYPTED) !== 0) {
    throw new BytesError("encrypted", `member ${quote(member.name)} is encrypted`, {
      offset: member.dataOffset,
    });
  }
  const content = member.method === STORED ? storedContent(member) : expandedContent(member);
  if (options.skipCrc === true || crcFits(member, content)) return content;
  throw new BytesError("malformed", crcFault(member), { offset: member.dataOffset });
}

/** Whether the content has the CRC-32 that the directory gives. */
export function crcFits(member: ZipMember, content: ByteSource): boolean {
  return crc32Of(content) === member.crc32;
}

export function crcFault(member: ZipMember): string {
  return `the CRC of member ${quote(member.name)} does not fit its data`;
}

function storedContent(member: ZipMember): ByteSource {
  if (member.size !== member.compressedSize) {
    throw new BytesError("ambiguous", `stored member ${quote(member.name)} has two sizes`, {
      offset: member.dataOffset,
    });
  }
  return member.raw;
}

function expandedContent(member: ZipMember): ByteSource {
  const decode = DECODERS.get(member.method);
  if (decode === undefined) {
    throw new BytesError(
      "unsupported",
      `member ${quote(member.name)} uses compression method ${member.method}`,
      {
        offset: member.dataOffset,
      },
    );
  }
  const expanded = decode(member.raw.view(0, member.compressedSize), { maxBytes: member.size }, member);
  if (expanded.bytes.byteLength !== member.size || expanded.consumed !== member.compressedSize) {
    throw new BytesError("ambiguous", `the sizes of member ${quote(member.name)} do not fit its data`, {
      offset: member.dataOffset,
    });
  }
  return bufferSource(expanded.bytes, member.name);
}

/** APPNOTE 5.8.8: two version bytes, the length of the properties (5), the properties, then raw LZMA. */
function lzmaMember(input: Uint8Array, limit: ExpansionLimit, member: ZipMember): Expanded {
  if (input.byteLength < 9) throw new BytesError("truncated", "LZMA member is cut off");
  const view = viewOf(input);
  if (view.getUint16(2, true) !== 5) throw new BytesError("malformed", "LZMA member with odd properties");
  const sink = new ExpansionSink("LZMA", limit, member.size);
  const decoder = new LzmaDecoder(sink, Math.max(4096, view.getUint32(5, true)));
  decoder.setProperties(lzmaProperties(view.getUint8(4)));
  const size = (member.flags & FLAG_LZMA_MARKER) === 0 ? member.size : undefined;
  const consumed = decoder.run(input, 9, input.byteLength, size, true);
  return { bytes: sink.finish(), consumed };
}
