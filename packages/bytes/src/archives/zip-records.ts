import { viewOf } from "../cursor.ts";
import { BytesError } from "../errors.ts";

/** Signatures of APPNOTE.TXT 6.3.10. */
export const LOCAL_HEADER = 0x04034b50;
export const CENTRAL_HEADER = 0x02014b50;
export const END_RECORD = 0x06054b50;
export const ZIP64_END_RECORD = 0x06064b50;
export const ZIP64_LOCATOR = 0x07064b50;
export const DATA_DESCRIPTOR = 0x08074b50;

export const LOCAL_HEADER_BYTES = 30;
export const CENTRAL_HEADER_BYTES = 46;
export const END_RECORD_BYTES = 22;
export const ZIP64_LOCATOR_BYTES = 20;
export const ZIP64_END_RECORD_BYTES = 56;

export const SATURATED_16 = 0xffff;
export const SATURATED_32 = 0xffffffff;

/** Bits of the general purpose flag (4.4.4). */
export const FLAG_ENCRYPTED = 0x0001;
export const FLAG_DESCRIPTOR = 0x0008;
export const FLAG_STRONG_ENCRYPTION = 0x0040;
export const FLAG_UTF8 = 0x0800;
export const FLAG_MASKED = 0x2000;
/** Two bits that only tell the compressor's level, the descriptor and the name's encoding. */
export const FLAGS_UNDERSTOOD = 0x0006 | FLAG_DESCRIPTOR | FLAG_UTF8;

const EXTRA_ZIP64 = 0x0001;
const EXTRA_STRONG_ENCRYPTION = 0x0017;
const EXTRA_AES = 0x9901;
const EXTRA_UNICODE_PATH = 0x7075;

/** The fields that local header and central header share. Sizes may still be saturated. */
export interface HeaderFields {
  readonly flags: number;
  readonly method: number;
  readonly time: number;
  readonly date: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly nameLength: number;
  readonly extraLength: number;
}

/** Reads the shared fields; `at` is where the flags stand (offset 6 of a local, 8 of a central header). */
export function headerFields(header: Uint8Array, at: number): HeaderFields {
  const view = viewOf(header);
  return {
    flags: view.getUint16(at, true),
    method: view.getUint16(at + 2, true),
    time: view.getUint16(at + 4, true),
    date: view.getUint16(at + 6, true),
    crc32: view.getUint32(at + 8, true),
    compressedSize: view.getUint32(at + 12, true),
    size: view.getUint32(at + 16, true),
    nameLength: view.getUint16(at + 20, true),
    extraLength: view.getUint16(at + 22, true),
  };
}

/** What the extra fields of one header change. */
export interface ExtraFields {
  /** Content of the zip64 field, if there is one. */
  readonly zip64: Uint8Array | undefined;
  /** The name that an Info-ZIP Unicode path field (4.6.9) would put in place of the header's. */
  readonly unicodePath: Uint8Array | undefined;
  readonly encrypted: boolean;
}

/**
 * Walks a header's extra fields, which must tile it.
 * @throws {BytesError} `malformed` when they do not, `ambiguous` when a field that changes the meaning is there twice
 */
export function extraFields(extra: Uint8Array, offset: number): ExtraFields {
  const view = viewOf(extra);
  const seen = new Map<number, Uint8Array>();
  let at = 0;
  while (at < extra.byteLength) {
    const end = at + 4 <= extra.byteLength ? at + 4 + view.getUint16(at + 2, true) : Number.POSITIVE_INFINITY;
    if (end > extra.byteLength) {
      throw new BytesError("malformed", "extra fields do not fit their length", { offset: offset + at });
    }
    const id = view.getUint16(at, true);
    if (seen.has(id) && (id === EXTRA_ZIP64 || id === EXTRA_UNICODE_PATH)) {
      throw new BytesError("ambiguous", `extra field 0x${id.toString(16)} is there twice`, {
        offset: offset + at,
      });
    }
    seen.set(id, extra.subarray(at + 4, end));
    at = end;
  }
  return {
    zip64: seen.get(EXTRA_ZIP64),
    // version (1 byte) and CRC of the header's name (4 bytes) come first
    unicodePath: seen.get(EXTRA_UNICODE_PATH)?.subarray(5),
    encrypted: seen.has(EXTRA_STRONG_ENCRYPTION) || seen.has(EXTRA_AES),
  };
}

/** Sizes and offset of a member after zip64 took effect. */
export interface Resolved {
  readonly size: number;
  readonly compressedSize: number;
  readonly offset: number;
}

/**
 * Applies a zip64 extra field (4.5.3): it holds, in this order, exactly the values whose header fields are
 * saturated. A field that also repeats values which are not saturated is accepted only if it repeats them truly,
 * since some readers take it anyway.
 * @throws {BytesError} `malformed`, `ambiguous`
 */
export function resolveZip64(fields: Resolved, zip64: Uint8Array | undefined, at: number): Resolved {
  const values = [fields.size, fields.compressedSize, fields.offset];
  const needed = values.filter((value) => value === SATURATED_32).length;
  if (zip64 === undefined) {
    if (needed === 0) return fields;
    throw new BytesError("malformed", "sizes are saturated but no zip64 field follows", { offset: at });
  }
  const stored = zip64Values(zip64, at);
  const repeatsAll = stored.length !== needed;
  if (repeatsAll && stored.length < 2) {
    throw new BytesError("malformed", "a zip64 field does not fit the header", { offset: at });
  }
  let next = 0;
  const resolved = values.map((value) => {
    if (value !== SATURATED_32 && !repeatsAll) return value;
    const wide = stored[next++];
    if (wide === undefined) return value;
    if (value !== SATURATED_32 && value !== wide) {
      throw new BytesError("ambiguous", `zip64 field says ${wide} where the header says ${value}`, {
        offset: at,
      });
    }
    return wide;
  });
  return { size: resolved[0] ?? 0, compressedSize: resolved[1] ?? 0, offset: resolved[2] ?? 0 };
}

/**
 * The same for a local header whose sizes follow in a data descriptor. Writers put there what they know so far: miniz
 * (torch) the size and the offset beside sizes of zero, CPython zeros. Only such values are accepted.
 * @throws {BytesError} `malformed`, `ambiguous`
 */
export function checkDeferredZip64(zip64: Uint8Array, truth: Resolved, at: number): void {
  const allowed = new Set([0, truth.size, truth.compressedSize, truth.offset]);
  const strange = zip64Values(zip64, at).find((value) => !allowed.has(value));
  if (strange !== undefined) {
    throw new BytesError("ambiguous", `zip64 field of a local header says ${strange}`, { offset: at });
  }
}

function zip64Values(zip64: Uint8Array, at: number): number[] {
  if (zip64.byteLength % 8 !== 0 || zip64.byteLength > 24) {
    throw new BytesError("malformed", `a zip64 field of ${zip64.byteLength} bytes`, { offset: at });
  }
  const view = viewOf(zip64);
  const values: number[] = [];
  for (let i = 0; i < zip64.byteLength; i += 8) values.push(safeNumber(view.getBigUint64(i, true), at));
  return values;
}

/** @throws {BytesError} `malformed` above 2^53-1 */
export function safeNumber(value: bigint, offset: number): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new BytesError("malformed", `the 64-bit number ${value} is larger than any file`, { offset });
  }
  return Number(value);
}
