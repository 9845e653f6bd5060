import { BytesError } from "./errors.ts";

/**
 * Random-access bytes of known size. Reads are synchronous on purpose: parsers stay plain functions, and
 * whoever serves many requests runs them in a worker thread over files that were first written to quarantine.
 */
export interface ByteSource {
  /** Name for messages: a path, or `outer.zip!member`. */
  readonly name: string;
  /** Size in bytes. */
  readonly size: number;
  /**
   * Exactly `length` bytes from `offset`. The result must not be written to; it stays valid until the source is closed.
   * @throws {BytesError} `truncated` when the range leaves the source, `io` when the disk fails
   */
  view(offset: number, length: number): Uint8Array;
  /**
   * Fills `target` from `offset`, for walks over all of a large source that need no view to last: a third faster,
   * since memory is reused. Absent where views cost nothing.
   * @throws {BytesError} as `view`
   */
  readInto?(offset: number, target: Uint8Array): void;
  /** Frees the file descriptor, if there is one. Sub-sources share their parent's. */
  close(): void;
}

export function checkRange(source: ByteSource, offset: number, length: number): void {
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0) {
    throw new BytesError("malformed", `impossible range ${offset}+${length}`, { source: source.name });
  }
  if (offset + length > source.size) {
    throw new BytesError(
      "truncated",
      `${length} bytes wanted at offset ${offset}, but ${source.name} ends at ${source.size}`,
      { source: source.name, offset },
    );
  }
}

/** Bytes already in memory. */
export function bufferSource(bytes: Uint8Array, name = "<memory>"): ByteSource {
  const source: ByteSource = {
    name,
    size: bytes.byteLength,
    view(offset, length) {
      checkRange(source, offset, length);
      return bytes.subarray(offset, offset + length);
    },
    close() {},
  };
  return source;
}

/** A window of another source, addressed from 0. */
export function sliceSource(parent: ByteSource, offset: number, length: number, name: string): ByteSource {
  checkRange(parent, offset, length);
  const source: ByteSource = {
    name,
    size: length,
    view(at, count) {
      checkRange(source, at, count);
      return parent.view(offset + at, count);
    },
    ...(parent.readInto === undefined ? {} : { readInto }),
    close() {},
  };
  return source;

  function readInto(at: number, target: Uint8Array): void {
    checkRange(source, at, target.byteLength);
    parent.readInto?.(offset + at, target);
  }
}
