/** Why bytes could not be read. The union is closed: a caller may switch on it. */
export type BytesErrorCode =
  /** a read past the end of the source */
  | "truncated"
  /** a named limit was exceeded */
  | "limit"
  /** the structure contradicts its specification */
  | "malformed"
  /** well-formed, but a feature that nothing here reads (an unknown method) */
  | "unsupported"
  /** two readers of the format would see different things */
  | "ambiguous"
  /** a member is encrypted */
  | "encrypted"
  /** bytes that belong to nothing */
  | "leftover"
  /** the disk or the network failed; says nothing about the bytes */
  | "io";

/** An error of this package. `offset` is in bytes from the start of the source named by `source`. */
export class BytesError extends Error {
  override readonly name = "BytesError";
  readonly code: BytesErrorCode;
  readonly source: string | undefined;
  readonly offset: number | undefined;

  constructor(
    code: BytesErrorCode,
    message: string,
    where: { source?: string; offset?: number; cause?: unknown } = {},
  ) {
    super(message, where.cause === undefined ? undefined : { cause: where.cause });
    this.code = code;
    this.source = where.source;
    this.offset = where.offset;
  }
}
