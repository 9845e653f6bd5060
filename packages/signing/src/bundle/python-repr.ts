const NAMED: ReadonlyMap<number, string> = new Map([
  [0x09, "\\t"],
  [0x0a, "\\n"],
  [0x0d, "\\r"],
  [0x5c, "\\\\"],
]);

/**
 * `repr(bytes)` of CPython: `b'…'`, or `b"…"` when there are single quotes and no double ones.
 * @see Objects/bytesobject.c, PyBytes_Repr
 */
export function pythonBytesRepr(bytes: Uint8Array): string {
  const quote = bytes.includes(0x27) && !bytes.includes(0x22) ? '"' : "'";
  const pieces = TABLE.slice();
  if (quote === "'") pieces[0x27] = "\\'";
  const parts: string[] = [];
  for (const byte of bytes) parts.push(pieces[byte] ?? "");
  return `b${quote}${parts.join("")}${quote}`;
}

const TABLE: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const named = NAMED.get(byte);
  if (named !== undefined) return named;
  if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
  return `\\x${byte.toString(16).padStart(2, "0")}`;
});
