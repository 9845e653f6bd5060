/** A file's text, and how it was written. Offsets count UTF-16 units of `text`, which has no byte order mark. */
export interface SourceText {
  readonly text: string;
  /** A label of the Encoding Standard, or `utf-32le`/`utf-32be`. */
  readonly encoding: string;
  readonly mark: boolean;
}

const MARKS: readonly (readonly [bytes: readonly number[], encoding: string])[] = [
  [[0xff, 0xfe, 0, 0], "utf-32le"],
  [[0, 0, 0xfe, 0xff], "utf-32be"],
  [[0xef, 0xbb, 0xbf], "utf-8"],
  [[0xff, 0xfe], "utf-16le"],
  [[0xfe, 0xff], "utf-16be"],
];
// PEP 263, as pip looks for it in the first two lines.
const CODING = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/u;

/**
 * Reads bytes as pip reads requirement files: a byte order mark, a coding comment, UTF-8, and where that fails
 * Latin-1, which any bytes are.
 */
export function decodeText(bytes: Uint8Array): SourceText {
  for (const [mark, encoding] of MARKS) {
    if (mark.every((byte, at) => bytes[at] === byte))
      return { text: decodeAs(bytes.subarray(mark.length), encoding), encoding, mark: true };
  }
  const declared = declaredEncoding(bytes);
  if (declared !== undefined) return { text: decodeAs(bytes, declared), encoding: declared, mark: false };
  const text = strictUtf8(bytes);
  if (text !== undefined) return { text, encoding: "utf-8", mark: false };
  return { text: Buffer.from(bytes).toString("latin1"), encoding: "latin1", mark: false };
}

/** The bytes of a changed text in the file's own encoding; undefined where that cannot be written back exactly. */
export function encodeText(source: SourceText, text: string): Uint8Array | undefined {
  const mark = source.mark ? (MARKS.find(([, encoding]) => encoding === source.encoding)?.[0] ?? []) : [];
  const body = bodyOf(source.encoding, text);
  return body === undefined ? undefined : Buffer.concat([Buffer.from(mark), body]);
}

function bodyOf(encoding: string, text: string): Buffer | undefined {
  if (encoding === "utf-8") return text.isWellFormed() ? Buffer.from(text, "utf8") : undefined;
  if (encoding === "utf-16le") return Buffer.from(text, "utf16le");
  if (encoding === "utf-16be") return Buffer.from(text, "utf16le").swap16();
  const isLatin = encoding === "latin1" && !/[^\0-\u00ff]/u.test(text);
  return isLatin ? Buffer.from(text, "latin1") : undefined;
}

function decodeAs(bytes: Uint8Array, encoding: string): string {
  if (encoding === "latin1") return Buffer.from(bytes).toString("latin1");
  if (encoding.startsWith("utf-32")) return utf32(bytes, encoding === "utf-32le");
  return new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);
}

function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 400))
    .toString("latin1")
    .split(/\r\n|\r|\n/u, 2);
  const label = head.map((line) => CODING.exec(line)?.[1]).find((one) => one !== undefined);
  if (label === undefined || /^utf[-_]?8/iu.test(label)) return undefined;
  // Python's Latin-1 is the first 256 code points; the Encoding Standard's is Windows-1252.
  if (/^(?:latin[-_]?1|iso[-_]?8859[-_]1|ascii|us-ascii)$/iu.test(label)) return "latin1";
  try {
    return new TextDecoder(label.replaceAll("_", "-")).encoding;
  } catch {
    // A name that no decoder knows says nothing: the bytes are read as if it were not there.
    return undefined;
  }
}

function strictUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function utf32(bytes: Uint8Array, little: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: string[] = [];
  for (let at = 0; at + 4 <= bytes.byteLength; at += 4) {
    const point = view.getUint32(at, little);
    parts.push(point > 0x10ffff ? "\ufffd" : String.fromCodePoint(point));
  }
  return parts.join("");
}
