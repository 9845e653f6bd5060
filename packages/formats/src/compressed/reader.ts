import { type ByteSource, bufferSource } from "@modelkeep/bytes";
import { bunzip2 } from "@modelkeep/bytes/compression/bzip2";
import { inflateZlib } from "@modelkeep/bytes/compression/deflate";
import {
  type Expanded,
  type ExpansionLimit,
  MAX_EXPANDED_IN_MEMORY,
} from "@modelkeep/bytes/compression/expansion";
import { gunzipMember } from "@modelkeep/bytes/compression/gzip";
import { lz4Frame } from "@modelkeep/bytes/compression/lz4";
import { lzmaAlone } from "@modelkeep/bytes/compression/lzma-alone";
import { xzStream } from "@modelkeep/bytes/compression/xz";
import { zstdFrame } from "@modelkeep/bytes/compression/zstd";
import type { Analysis } from "../analysis.ts";
import { childContext, FormatError, type ReadContext } from "../context.ts";
import { problem } from "../problem.ts";
import { type FormatReader, hasMagic } from "../reader.ts";

/** Below this the ratio is not looked at. */
const RATIO_FREE_BYTES = 10 * 2 ** 20;

type Decode = (input: Uint8Array, limit: ExpansionLimit) => Expanded;

function isZlib(head: Uint8Array): boolean {
  // RFC 1950, 2.2: deflate with a window of 32 KiB, header divisible by 31, no preset dictionary.
  const [method = 0, flags = 0] = head;
  return method === 0x78 && (method * 256 + flags) % 31 === 0 && (flags & 0x20) === 0;
}

/** The compressions that joblib, Python's own modules and model stores put around a whole file. */
export const compressedReaders: readonly FormatReader[] = [
  reader("gzip", (head) => hasMagic(head, "\x1f\x8b"), gunzipMember),
  reader("zlib", isZlib, inflateZlib),
  reader("bzip2", (head) => hasMagic(head, "BZh"), bunzip2),
  reader("xz", (head) => hasMagic(head, "\xfd7zXZ\x00"), xzStream),
  reader("lzma", (head) => hasMagic(head, "\x5d\x00\x00"), lzmaAlone),
  reader("lz4", (head) => hasMagic(head, "\x04\x22\x4d\x18"), lz4Frame),
  reader("zstd", (head) => hasMagic(head, "\x28\xb5\x2f\xfd"), zstdFrame),
];

function reader(format: string, matches: (head: Uint8Array) => boolean, decode: Decode): FormatReader {
  return {
    format,
    matches: ({ head }) => matches(head),
    read(source, ctx, nested) {
      const expanded = expand(source, ctx, format, decode);
      const inner = nested(expanded.content, childContext(ctx, format, 0));
      return combine(format, source, ctx, inner, expanded);
    },
  };
}

interface Expansion {
  readonly content: ByteSource;
  readonly consumed: number;
}

/** @throws {BytesError|FormatError} */
function expand(source: ByteSource, ctx: ReadContext, format: string, decode: Decode): Expansion {
  const { maxExpandedBytes, maxExpansionRatio } = ctx.budget.limits;
  const byRatio = Math.max(RATIO_FREE_BYTES, source.size * maxExpansionRatio);
  const limit = { maxBytes: Math.min(maxExpandedBytes, MAX_EXPANDED_IN_MEMORY, byRatio) };
  if (source.size > MAX_EXPANDED_IN_MEMORY) {
    throw new FormatError("budget", `a ${format} file of ${source.size} bytes is not decompressed`, 0);
  }
  const { bytes, consumed } = decode(source.view(0, source.size), limit);
  ctx.budget.expanded(bytes.byteLength, 0);
  ctx.budget.clock(0);
  return { content: bufferSource(bytes, `${source.name}!${format}`), consumed };
}

function combine(
  format: string,
  source: ByteSource,
  ctx: ReadContext,
  inner: Analysis,
  expanded: Expansion,
): Analysis {
  const complete = inner.explained === expanded.content.size;
  const parts = complete ? [{ what: `${format}-stream`, offset: 0, length: expanded.consumed }] : [];
  const facts = [...inner.facts];
  if (expanded.consumed < source.size) {
    // Some readers go on with a second stream, some stop, some refuse.
    const message = `${source.size - expanded.consumed} bytes follow the ${format} stream`;
    facts.push(problem(ctx, "leftover", message, expanded.consumed));
  }
  return {
    format: `${format}+${inner.format}`,
    parts,
    explained: complete ? expanded.consumed : 0,
    facts,
    ...(inner.root === undefined ? {} : { root: inner.root }),
  };
}
