import { closeSync, openSync, renameSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";

/** torch aligns the content of each member to this. */
const ALIGNMENT = 64;

/**
 * Writes a checkpoint in the zip layout of `torch.save`: `archive/data.pkl` with an OrderedDict of float32 tensors,
 * `archive/data/N` storages, stored and aligned, names and order as torch's own writer.
 * @param {string} path
 * @param {number} tensors how many
 * @param {number} elements float32 elements of each
 */
export function writeCheckpoint(path, tensors, elements) {
  const partial = `${path}.part`;
  const zip = new StoredZip(partial);
  zip.add("archive/data.pkl", pickleOf(tensors, elements));
  zip.add("archive/byteorder", Buffer.from("little"));
  const storage = Buffer.alloc(elements * 4);
  for (let index = 0; index < elements; index += 1) storage.writeFloatLE(Math.sin(index), index * 4);
  for (let index = 0; index < tensors; index += 1) zip.add(`archive/data/${index}`, storage);
  zip.add("archive/version", Buffer.from("3\n"));
  zip.close();
  renameSync(partial, path);
}

function pickleOf(tensors, elements) {
  const parts = [Buffer.from([0x80, 2]), global("collections", "OrderedDict"), Buffer.from(")R(")];
  for (let index = 0; index < tensors; index += 1) {
    parts.push(
      unicode(`layer${index}.weight`),
      global("torch._utils", "_rebuild_tensor_v2"),
      Buffer.from("(("),
      unicode("storage"),
      global("torch", "FloatStorage"),
      unicode(String(index)),
      unicode("cpu"),
      integer(elements),
      Buffer.from("tQ"),
      integer(0),
      integer(elements),
      Buffer.from("\x85", "latin1"),
      integer(1),
      Buffer.from("\x85\x89", "latin1"),
      global("collections", "OrderedDict"),
      Buffer.from(")RtR"),
    );
  }
  parts.push(Buffer.from("u."));
  return Buffer.concat(parts);
}

function global(module, name) {
  return Buffer.from(`c${module}\n${name}\n`);
}

function unicode(text) {
  const bytes = Buffer.from(text);
  const head = Buffer.alloc(5);
  head.write("X", 0);
  head.writeUInt32LE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

function integer(value) {
  const bytes = Buffer.alloc(5);
  bytes.write("J", 0);
  bytes.writeInt32LE(value, 1);
  return bytes;
}

/** A zip of stored members, without zip64: enough below 4 GiB. */
class StoredZip {
  #fd;
  #offset = 0;
  #directory = [];

  constructor(path) {
    this.#fd = openSync(path, "w");
  }

  add(name, content) {
    const nameBytes = Buffer.from(name);
    const start = this.#offset;
    const extra = padding(start + 30 + nameBytes.length);
    const fields = { nameBytes, crc: crc32(content), size: content.length };
    this.#write(Buffer.concat([localHeader(fields, extra.length), nameBytes, extra]));
    this.#write(content);
    this.#directory.push(Buffer.concat([centralHeader(fields, start), nameBytes]));
  }

  close() {
    const start = this.#offset;
    const directory = Buffer.concat(this.#directory);
    const end = Buffer.alloc(22);
    end.write("PK\x05\x06", 0, "latin1");
    end.writeUInt16LE(this.#directory.length, 8);
    end.writeUInt16LE(this.#directory.length, 10);
    end.writeUInt32LE(directory.length, 12);
    end.writeUInt32LE(start, 16);
    this.#write(Buffer.concat([directory, end]));
    closeSync(this.#fd);
  }

  #write(bytes) {
    writeSync(this.#fd, bytes);
    this.#offset += bytes.length;
  }
}

/** torch's own extra field: "FB", its length, and as many Z as alignment wants. */
function padding(end) {
  const fill = (ALIGNMENT - ((end + 4) % ALIGNMENT)) % ALIGNMENT;
  const extra = Buffer.alloc(4 + fill, "Z");
  extra.write("FB", 0);
  extra.writeUInt16LE(fill, 2);
  return extra;
}

function localHeader({ nameBytes, crc, size }, extraLength) {
  const header = Buffer.alloc(30);
  header.write("PK\x03\x04", 0, "latin1");
  header.writeUInt32LE(crc, 14);
  header.writeUInt32LE(size, 18);
  header.writeUInt32LE(size, 22);
  header.writeUInt16LE(nameBytes.length, 26);
  header.writeUInt16LE(extraLength, 28);
  return header;
}

function centralHeader({ nameBytes, crc, size }, offset) {
  const header = Buffer.alloc(46);
  header.write("PK\x01\x02", 0, "latin1");
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(size, 20);
  header.writeUInt32LE(size, 24);
  header.writeUInt16LE(nameBytes.length, 28);
  header.writeUInt32LE(offset, 42);
  return header;
}
