import { Cursor, type ByteSource, viewOf } from "@modelkeep/bytes";
import { crc32Of } from "@modelkeep/bytes/digest";
import { sliceSource } from "@modelkeep/bytes/source";
import { FormatError } from "../context.ts";
import { type FormatReader, hasMagic } from "../reader.ts";
import { walkedTo } from "../walked.ts";

const SIGNATURE = "\x89PNG\r\n\x1a\n";

/** PNG: every chunk up to IEND, with its CRC (ISO/IEC 15948, 5.3). */
export const pngReader: FormatReader = {
  format: "png",
  matches: ({ head }) => hasMagic(head, SIGNATURE),
  read: (source, ctx) => walkedTo("png", source, ctx, walkChunks(source)),
};

function walkChunks(source: ByteSource): number {
  const cursor = new Cursor(source, SIGNATURE.length);
  for (let first = true; ; first = false) {
    const at = cursor.offset;
    const header = viewOf(cursor.bytes(8));
    const length = header.getUint32(0, false);
    const type = String.fromCharCode(
      header.getUint8(4),
      header.getUint8(5),
      header.getUint8(6),
      header.getUint8(7),
    );
    if (!/^[A-Za-z]{4}$/.test(type) || (first && type !== "IHDR")) {
      throw new FormatError("malformed", "a PNG chunk without a proper type", at);
    }
    cursor.skip(length);
    const stored = viewOf(cursor.bytes(4)).getUint32(0, false);
    if (stored !== crc32Of(sliceSource(source, at + 4, length + 4, type))) {
      throw new FormatError("malformed", `the CRC of PNG chunk ${type} does not fit`, at);
    }
    if (type === "IEND") return cursor.offset;
  }
}
