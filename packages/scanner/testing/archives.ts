import { crc32 } from "node:zlib";

/** What a hostile zip may lie about. */
export interface ZipLies {
  /** Of the local header: 1 is encrypted. */
  readonly flags?: number;
  readonly crc?: number;
  /** Name in the central directory. */
  readonly centralName?: string;
}

/** A zip with one stored member. */
export function zipOf(name: string, content: Uint8Array, lies: ZipLies = {}): Uint8Array {
  const { flags = 0, crc = crc32(content), centralName = name } = lies;
  const local = Buffer.alloc(30);
  local.write("PK\x03\x04", 0, "latin1");
  local.writeUInt16LE(20, 4);
  local.writeUInt16LE(flags, 6);
  sizes(local, 14, crc, content.length);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.write("PK\x01\x02", 0, "latin1");
  central.writeUInt16LE(20, 4);
  central.writeUInt16LE(20, 6);
  central.writeUInt16LE(flags, 8);
  sizes(central, 16, crc, content.length);
  central.writeUInt16LE(centralName.length, 28);
  const start = 30 + name.length + content.length;
  return Buffer.concat([
    local,
    Buffer.from(name),
    content,
    central,
    Buffer.from(centralName),
    endRecord(46 + centralName.length, start),
  ]);
}

function sizes(header: Buffer, at: number, crc: number, size: number): void {
  header.writeUInt32LE(crc, at);
  header.writeUInt32LE(size, at + 4);
  header.writeUInt32LE(size, at + 8);
}

function endRecord(size: number, start: number): Buffer {
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(start, 16);
  return end;
}

/** An `.npy` of one object, which NumPy keeps as a pickle. */
export function npyOf(pickle: Uint8Array): Uint8Array {
  const header = "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }";
  const padded = header.padEnd(117, " ") + "\n";
  const head = Buffer.alloc(10);
  head.write("\x93NUMPY\x01\x00", 0, "latin1");
  head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([head, Buffer.from(padded), pickle]);
}
