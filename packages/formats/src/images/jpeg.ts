import { type ByteSource, Cursor, viewOf } from "@modelkeep/bytes";
import { FormatError } from "../context.ts";
import { type FormatReader, hasMagic } from "../reader.ts";
import { walkedTo } from "../walked.ts";

const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;
const MAX_BYTES = 512 * 2 ** 20;

/** JPEG: every segment up to the end marker (ITU-T T.81, annex B). */
export const jpegReader: FormatReader = {
  format: "jpeg",
  matches: ({ head }) => hasMagic(head, "\xff\xd8\xff"),
  read: (source, ctx) => walkedTo("jpeg", source, ctx, walkSegments(source)),
};

function walkSegments(source: ByteSource): number {
  if (source.size > MAX_BYTES) throw new FormatError("budget", `a JPEG of ${source.size} bytes`, 0);
  const bytes = Buffer.from(source.view(0, source.size));
  const cursor = new Cursor(source, 2);
  for (;;) {
    const at = cursor.offset;
    if (cursor.u8() !== 0xff) throw new FormatError("malformed", "no JPEG marker here", at);
    let marker = cursor.u8();
    while (marker === 0xff) marker = cursor.u8();
    if (marker === END_OF_IMAGE) return cursor.offset;
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd8)) {
      throw new FormatError("malformed", `JPEG marker ${marker.toString(16)} out of place`, at);
    }
    const length = viewOf(cursor.bytes(2)).getUint16(0, false);
    if (length < 2) throw new FormatError("malformed", "an impossible JPEG segment", at);
    cursor.skip(length - 2);
    if (marker === START_OF_SCAN) cursor.offset = endOfScan(bytes, cursor.offset);
  }
}

/** Coded data runs up to the next marker that is neither a stuffed zero nor a restart. */
function endOfScan(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(0xff, from);
  while (at >= 0 && at + 1 < bytes.byteLength) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at;
    at = bytes.indexOf(0xff, at + 2);
  }
  throw new FormatError("truncated", "JPEG data ends within a scan", from);
}
