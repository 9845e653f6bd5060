/** Text of a file and how it was read. */
export interface Decoded {
  readonly text: string;
  /** A label that `TextDecoder` knows. */
  readonly encoding: string;
  /** Offset of the first NUL, which Python refuses; in `text` it is a space. */
  readonly nul?: number;
}

/** PEP 263: in a comment of the first two lines. */
const COOKIE = /^(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))?[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-\w.]+)/;

/** Python's names for encodings that WHATWG calls otherwise. */
const LABELS = new Map([
  ["latin-1", "iso-8859-1"],
  ["latin_1", "iso-8859-1"],
  ["iso-latin-1", "iso-8859-1"],
  ["utf_8", "utf-8"],
  ["utf-8-sig", "utf-8"],
  ["utf_8_sig", "utf-8"],
  ["cp936", "gbk"],
  ["ms936", "gbk"],
  ["hz", "gbk"],
  ["cp932", "shift_jis"],
  ["cp949", "euc-kr"],
  ["ascii", "utf-8"],
  ["us-ascii", "utf-8"],
]);

/**
 * Decodes as Python would (byte-order mark, PEP 263 cookie, UTF-8), and where that fails as people do: UTF-16 without a
 * mark, GB 18030, Latin-1, which fits anything. Always gives a text.
 */
export function decode(bytes: Uint8Array): Decoded {
  const marked = byMark(bytes);
  if (marked !== undefined) return withoutNul(marked);
  const wide = wideWithoutMark(bytes);
  if (wide !== undefined) return withoutNul({ text: new TextDecoder(wide).decode(bytes), encoding: wide });
  for (const encoding of [cookieOf(bytes), "utf-8", "gb18030"]) {
    const text = encoding === undefined ? undefined : attempt(bytes, encoding);
    if (text !== undefined && encoding !== undefined) return withoutNul({ text, encoding });
  }
  return withoutNul({ text: Buffer.from(bytes).toString("latin1"), encoding: "iso-8859-1" });
}

function byMark(bytes: Uint8Array): Decoded | undefined {
  const [a, b, c, d] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) {
    const text = attempt(bytes.subarray(3), "utf-8");
    return text === undefined ? undefined : { text, encoding: "utf-8" };
  }
  if (a === 0xff && b === 0xfe && c === 0 && d === 0)
    return { text: utf32(bytes, true), encoding: "utf-32le" };
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff)
    return { text: utf32(bytes, false), encoding: "utf-32be" };
  if (a === 0xff && b === 0xfe)
    return { text: new TextDecoder("utf-16le").decode(bytes), encoding: "utf-16le" };
  if (a === 0xfe && b === 0xff)
    return { text: new TextDecoder("utf-16be").decode(bytes), encoding: "utf-16be" };
  return undefined;
}

function utf32(bytes: Uint8Array, little: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: string[] = [];
  for (let at = 4; at + 4 <= bytes.length; at += 4) {
    const point = view.getUint32(at, little);
    parts.push(point > 0x10ffff ? "\ufffd" : String.fromCodePoint(point));
  }
  return parts.join("");
}

/** Latin text in UTF-16 has a NUL in every second byte. */
function wideWithoutMark(bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  const length = Math.min(bytes.length & ~1, 512);
  if (length < 8) return undefined;
  const nul = [0, 0];
  for (let at = 0; at < length; at++) if (bytes[at] === 0) nul[at & 1] = (nul[at & 1] ?? 0) + 1;
  const [even = 0, odd = 0] = nul;
  if (odd > length * 0.3 && even < length * 0.05) return "utf-16le";
  return even > length * 0.3 && odd < length * 0.05 ? "utf-16be" : undefined;
}

function cookieOf(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 400)).toString("latin1");
  const label = COOKIE.exec(head)?.[1]?.toLowerCase();
  return label === undefined ? undefined : (LABELS.get(label) ?? label);
}

function attempt(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Not this encoding, or one that nobody knows: the caller tries the next.
    return undefined;
  }
}

function withoutNul(decoded: Decoded): Decoded {
  const nul = decoded.text.indexOf("\0");
  return nul < 0 ? decoded : { ...decoded, text: decoded.text.replaceAll("\0", " "), nul };
}
