/** First and last byte, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The one range that a request asks for (RFC 9110, 14.2). Several ranges, other units and a condition that does not
 * hold are answered with the whole file, as the RFC allows.
 * @param size of the file in bytes
 */
export function parseRange(
  header: string | undefined,
  ifRange: string | undefined,
  etag: string,
  size: number,
): ByteRange | "unsatisfiable" | undefined {
  if (header === undefined || (ifRange !== undefined && ifRange !== etag)) return undefined;
  const found = /^bytes=(\d*)-(\d*)$/u.exec(header.trim());
  const [, first = "", last = ""] = found ?? [];
  if (found === null || (first === "" && last === "")) return undefined;
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "unsatisfiable" : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== "" && Number(last) < start) return undefined;
  return start >= size ? "unsatisfiable" : { start, end };
}
