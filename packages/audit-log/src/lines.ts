/** A longer line than this is no row of an audit log. */
const MAX_LINE = 1 << 20;

export interface Line {
  /** Without its end; undefined when it is not UTF-8 or too long. */
  readonly line: string | undefined;
  /** Whether a line feed ended it. */
  readonly complete: boolean;
}

/** The lines of a byte stream, strictly decoded: `node:readline` would replace bytes that are not UTF-8 silently. */
export async function* readLines(stream: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    let data: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = data.indexOf(0x0a); end !== -1; end = data.indexOf(0x0a)) {
      yield { line: decode(data.subarray(0, end)), complete: true };
      data = data.subarray(end + 1);
    }
    // An overlong line is given up at once rather than collected without end.
    rest = data.length > MAX_LINE ? Buffer.from(data.subarray(0, MAX_LINE + 1)) : data;
  }
  if (rest.length > 0) yield { line: decode(rest), complete: false };
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(bytes: Buffer): string | undefined {
  if (bytes.length > MAX_LINE) return undefined;
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
