import { type ByteSource, Cursor } from "@modelkeep/bytes";
import { FormatError, type ReadContext } from "../context.ts";
import { type FormatReader, hasMagic } from "../reader.ts";
import { walkedTo } from "../walked.ts";

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;

/** GIF: every block up to the trailer (GIF89a, appendix A). */
export const gifReader: FormatReader = {
  format: "gif",
  matches: ({ head }) => hasMagic(head, "GIF87a") || hasMagic(head, "GIF89a"),
  read: (source, ctx) => walkedTo("gif", source, ctx, walkBlocks(source, ctx)),
};

function walkBlocks(source: ByteSource, ctx: ReadContext): number {
  const cursor = new Cursor(source, 10);
  const screenFlags = cursor.u8();
  cursor.skip(2);
  skipColours(cursor, screenFlags);
  for (;;) {
    const at = cursor.offset;
    ctx.budget.steps(1, at);
    const kind = cursor.u8();
    if (kind === TRAILER) return cursor.offset;
    if (kind === EXTENSION) {
      cursor.skip(1);
    } else if (kind === IMAGE) {
      cursor.skip(8);
      skipColours(cursor, cursor.u8());
      cursor.skip(1);
    } else {
      throw new FormatError("malformed", `GIF block of unknown kind ${kind}`, at);
    }
    skipSubBlocks(cursor, ctx);
  }
}

function skipColours(cursor: Cursor, flags: number): void {
  if ((flags & 0x80) !== 0) cursor.skip(3 * 2 ** ((flags & 7) + 1));
}

function skipSubBlocks(cursor: Cursor, ctx: ReadContext): void {
  for (let length = cursor.u8(); length !== 0; length = cursor.u8()) {
    ctx.budget.steps(1, cursor.offset);
    cursor.skip(length);
  }
}
