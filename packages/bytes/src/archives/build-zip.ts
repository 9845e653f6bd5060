import { crc32, deflateRawSync } from "node:zlib";

/** One member for `buildZip`; every field of both headers can be made to lie. For tests only. */
export interface MemberSpec {
  readonly name: string | Uint8Array;
  readonly data?: Uint8Array;
  readonly method?: number;
  readonly flags?: number;
  readonly madeBy?: number;
  readonly attributes?: number;
  readonly localExtra?: Uint8Array;
  readonly centralExtra?: Uint8Array;
  /** Bytes placed in front of this member's local header. */
  readonly gap?: Uint8Array;
  /** A data descriptor with signature follows, and the local header says 0. */
  readonly descriptor?: boolean;
  readonly local?: Partial<Lies>;
  readonly central?: Partial<Lies> & { readonly offset?: number; readonly omit?: boolean };
}

interface Lies {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly size: number;
  readonly compressedSize: number;
  readonly time: number;
}

export interface EndSpec {
  readonly comment?: Uint8Array;
  readonly entries?: number;
  readonly trailing?: Uint8Array;
  readonly zip64?: boolean;
}

/** Builds a zip file, honest unless the specs say otherwise. For tests only. */
export function buildZip(members: readonly MemberSpec[], end: EndSpec = {}): Buffer {
  const body: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const spec of members) {
    const built = buildMember(spec, offset + (spec.gap?.byteLength ?? 0));
    for (const piece of [Buffer.from(spec.gap ?? []), ...built.body]) {
      body.push(piece);
      offset += piece.byteLength;
    }
    if (spec.central?.omit !== true) directory.push(built.central);
  }
  const central = Buffer.concat(directory);
  const tail = buildEnd(directory.length, offset, central.byteLength, end);
  return Buffer.concat([...body, central, ...tail]);
}

function buildMember(spec: MemberSpec, offset: number): { body: Buffer[]; central: Buffer } {
  const plain = spec.data ?? Buffer.alloc(0);
  const method = spec.method ?? 0;
  const packed = method === 8 ? deflateRawSync(plain) : Buffer.from(plain);
  const name = Buffer.from(spec.name);
  const truth: Lies & { nameBytes: Buffer } = {
    name: "",
    nameBytes: name,
    flags: (spec.flags ?? 0) | (spec.descriptor === true ? 8 : 0),
    method,
    crc: crc32(plain),
    size: plain.byteLength,
    compressedSize: packed.byteLength,
    time: 0x6000,
  };
  const deferred = spec.descriptor === true ? { crc: 0, size: 0, compressedSize: 0 } : {};
  const localFields = sharedFields({ ...truth, ...deferred, ...spec.local }, spec.localExtra);
  const centralFields = sharedFields({ ...truth, ...spec.central }, spec.centralExtra);
  const local = Buffer.concat([u32(0x04034b50), u16(20), ...localFields]);
  const central = Buffer.concat([
    u32(0x02014b50),
    u16(spec.madeBy ?? 0x0314),
    u16(20),
    centralFields[0] ?? Buffer.alloc(0),
    u16(0),
    u16(0),
    u16(0),
    u32(spec.attributes ?? 0),
    u32(spec.central?.offset ?? offset),
    ...centralFields.slice(1),
  ]);
  const descriptor = [u32(0x08074b50), u32(truth.crc), u32(truth.compressedSize), u32(truth.size)];
  return { body: [local, packed, ...(spec.descriptor === true ? descriptor : [])], central };
}

/** The fixed fields in one buffer, then name and extra field. */
function sharedFields(fields: Lies & { nameBytes: Buffer }, extra: Uint8Array = Buffer.alloc(0)): Buffer[] {
  const name = fields.name === "" ? fields.nameBytes : Buffer.from(fields.name);
  const fixed = Buffer.concat([
    u16(fields.flags),
    u16(fields.method),
    u16(fields.time),
    u16(0x5a21),
    u32(fields.crc),
    u32(fields.compressedSize),
    u32(fields.size),
    u16(name.byteLength),
    u16(extra.byteLength),
  ]);
  return [fixed, name, Buffer.from(extra)];
}

function buildEnd(entries: number, offset: number, size: number, end: EndSpec): Buffer[] {
  const comment = Buffer.from(end.comment ?? []);
  const count = end.entries ?? entries;
  const record = Buffer.concat([
    u32(0x06054b50),
    u16(0),
    u16(0),
    u16(count),
    u16(count),
    u32(size),
    u32(offset),
    u16(comment.byteLength),
    comment,
  ]);
  const trailing = Buffer.from(end.trailing ?? []);
  return end.zip64 === true ? [zip64Records(entries, offset, size), record, trailing] : [record, trailing];
}

function zip64Records(entries: number, offset: number, size: number): Buffer {
  return Buffer.concat([
    u32(0x06064b50),
    u64(44),
    u16(45),
    u16(45),
    u32(0),
    u32(0),
    u64(entries),
    u64(entries),
    u64(size),
    u64(offset),
    u32(0x07064b50),
    u32(0),
    u64(offset + size),
    u32(1),
  ]);
}

export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

export function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
