import { type ByteSource, Cursor } from "@modelkeep/bytes";
import { FormatError } from "../context.ts";
import { type FormatReader, hasMagic } from "../reader.ts";
import { walkedTo } from "../walked.ts";

/** WebP: a RIFF whose chunks fill its announced size (RFC 9649). */
export const webpReader: FormatReader = {
  format: "webp",
  matches: ({ head }) => hasMagic(head, "RIFF") && hasMagic(head, "WEBP", 8),
  read: (source, ctx) => walkedTo("webp", source, ctx, walkChunks(source)),
};

function walkChunks(source: ByteSource): number {
  const cursor = new Cursor(source, 4);
  const end = cursor.u32() + 8;
  if (end > source.size) throw new FormatError("truncated", "the WebP file is cut off", 4);
  cursor.skip(4);
  while (cursor.offset < end) {
    cursor.skip(4);
    const length = cursor.u32();
    cursor.skip(length + (length % 2));
  }
  if (cursor.offset !== end)
    throw new FormatError("malformed", "WebP chunks do not fit the file", cursor.offset);
  return end;
}
