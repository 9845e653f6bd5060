import { viewOf } from "../cursor.ts";
import { BytesError } from "../errors.ts";
import { type Expanded, type ExpansionLimit, ExpansionSink } from "./expansion.ts";
import { LzmaDecoder, lzmaProperties } from "./lzma-decoder.ts";

const HEADER_BYTES = 13;
const SIZE_UNKNOWN = 0xffffffffffffffffn;
/** liblzma never works with a smaller dictionary. */
const MIN_DICTIONARY = 4096;

/**
 * One `.lzma` file ("LZMA alone", what Python's `lzma.FORMAT_ALONE` writes). The format has no checksum.
 * @throws {BytesError} `truncated`, `malformed`, `limit`
 */
export function lzmaAlone(input: Uint8Array, limit: ExpansionLimit): Expanded {
  if (input.byteLength < HEADER_BYTES + 5) throw new BytesError("truncated", "LZMA header is cut off");
  const view = viewOf(input);
  const announced = view.getBigUint64(5, true);
  const size = announced === SIZE_UNKNOWN ? undefined : checkedSize(announced, limit);
  const sink = new ExpansionSink("LZMA", limit, size ?? input.byteLength * 4);
  const decoder = new LzmaDecoder(sink, Math.max(view.getUint32(1, true), MIN_DICTIONARY));
  decoder.setProperties(lzmaProperties(view.getUint8(0)));
  const consumed = decoder.run(input, HEADER_BYTES, input.byteLength, size, true);
  return { bytes: sink.finish(), consumed };
}

function checkedSize(announced: bigint, limit: ExpansionLimit): number {
  if (announced > BigInt(limit.maxBytes)) {
    throw new BytesError("limit", `LZMA data announces ${announced} bytes, ${limit.maxBytes} are allowed`, {
      offset: 5,
    });
  }
  return Number(announced);
}
