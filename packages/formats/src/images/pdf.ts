import { type ByteSource } from "@modelkeep/bytes";
import { FormatError } from "../context.ts";
import { type FormatReader, hasMagic } from "../reader.ts";
import { walkedTo } from "../walked.ts";

/** The end marker has to be found within this. */
const TAIL_BYTES = 1024;

/**
 * PDF: kept simple on purpose. No loader of models reads one, so it is enough that it is one from its first byte to
 * its end marker; what could hide inside (JavaScript, attachments) concerns whoever opens it in a viewer.
 */
export const pdfReader: FormatReader = {
  format: "pdf",
  matches: ({ head }) => hasMagic(head, "%PDF-"),
  read: (source, ctx) => walkedTo("pdf", source, ctx, endOfPdf(source)),
};

function endOfPdf(source: ByteSource): number {
  const start = Math.max(0, source.size - TAIL_BYTES);
  const tail = Buffer.from(source.view(start, source.size - start)).toString("latin1");
  const marker = tail.lastIndexOf("%%EOF");
  if (marker < 0) throw new FormatError("truncated", "the PDF file has no end marker", source.size);
  const after = /^\s*/.exec(tail.slice(marker + 5))?.[0].length ?? 0;
  return start + marker + 5 + after;
}
