import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BytesError } from "../errors.ts";
import { bufferSource } from "../source.ts";
import { buildZip, type EndSpec, type MemberSpec, u16, u32, u64 } from "./build-zip.ts";
import { readZip, type ZipArchive } from "./zip.ts";
import { openMember } from "./zip-member.ts";

const text = (value: string): Buffer => Buffer.from(value);
const A: MemberSpec = { name: "a.txt", data: text("first member") };
const B: MemberSpec = { name: "dir/b.bin", data: Buffer.alloc(5000, 7), method: 8 };

function read(bytes: Uint8Array): ZipArchive {
  return readZip(bufferSource(bytes, "test.zip"), 1000);
}

/** Codes of all that is wrong, also of members that do not open. */
function faults(bytes: Uint8Array): string[] {
  try {
    const archive = read(bytes);
    const codes: string[] = archive.issues.map((issue) => issue.code);
    for (const member of archive.members) codes.push(...openFault(member));
    return codes;
  } catch (error) {
    if (error instanceof BytesError) return [error.code];
    throw error;
  }
}

function openFault(member: ZipArchive["members"][number]): string[] {
  try {
    openMember(member);
    return [];
  } catch (error) {
    if (error instanceof BytesError) return [error.code];
    throw error;
  }
}

function expectTiled(bytes: Uint8Array): void {
  const regions = [...read(bytes).regions].sort((a, b) => a.offset - b.offset || a.length - b.length);
  let at = 0;
  for (const region of regions) {
    expect(region.offset).toBe(at);
    at += region.length;
  }
  expect(at).toBe(bytes.byteLength);
}

const extra = (id: number, content: Uint8Array): Buffer =>
  Buffer.concat([u16(id), u16(content.byteLength), content]);

describe("honest files are read whole", () => {
  const zip64Extra = extra(1, Buffer.concat([u64(12), u64(12)]));
  test.each<[string, MemberSpec[], EndSpec]>([
    ["stored and deflated", [A, B], {}],
    ["empty", [], {}],
    ["with a comment", [A], { comment: text("made by hand") }],
    [
      "with data descriptors",
      [
        { ...A, descriptor: true },
        { ...B, descriptor: true },
      ],
      {},
    ],
    ["with zip64 records that repeat the end record", [A, B], { zip64: true }],
    ["with a folder", [{ name: "dir/" }, B], {}],
    [
      "with sizes in a zip64 field, as NumPy writes them",
      [{ ...A, localExtra: zip64Extra, local: { size: 0xffffffff, compressedSize: 0xffffffff } }],
      {},
    ],
    [
      "with alignment padding, as torch writes it",
      [{ ...A, localExtra: extra(0x4246, Buffer.alloc(23, "Z")) }],
      {},
    ],
    [
      "with a zip64 field beside deferred sizes, as torch writes it behind 4 GiB",
      [
        {
          ...A,
          descriptor: true,
          localExtra: Buffer.concat([extra(1, u64(0)), extra(0x4246, Buffer.alloc(3))]),
        },
      ],
      {},
    ],
    ["with a UTF-8 name", [{ ...A, name: "größe.txt", flags: 0x800 }], {}],
    ["with a nested zip stored last", [{ name: "inner.npz", data: buildZip([A]) }], {}],
    [
      "with Unix modes",
      [
        { ...A, attributes: 0o100644 * 65536 },
        { name: "d/", attributes: 0o040755 * 65536 },
      ],
      {},
    ],
  ])("%s", (_name, members, end) => {
    const bytes = buildZip(members, end);
    expect(faults(bytes)).toEqual([]);
    expectTiled(bytes);
  });

  test("content comes out as it went in", () => {
    const archive = read(buildZip([A, B]));
    const contents = archive.members.map((member) => {
      const content = openMember(member);
      return Buffer.from(content.view(0, content.size));
    });
    expect(contents).toEqual([A.data, B.data]);
  });
});

describe("what readers would not agree on is found", () => {
  const hidden = buildZip([{ name: "evil", data: text("x") }]);
  test.each<[string, Buffer, string]>([
    ["the same name twice", buildZip([A, A]), "ambiguous"],
    ["names that differ in case", buildZip([A, { ...A, name: "A.TXT" }]), "ambiguous"],
    [
      "names that differ in Unicode form",
      buildZip([
        { ...A, name: "\u00e9", flags: 0x800 },
        { ...A, name: "e\u0301", flags: 0x800 },
      ]),
      "ambiguous",
    ],
    [
      "a file that is also a folder",
      buildZip([
        { ...A, name: "x" },
        { ...A, name: "x/y" },
      ]),
      "ambiguous",
    ],
    ["another name in the local header", buildZip([{ ...A, local: { name: "b.txt" } }]), "ambiguous"],
    ["another size in the local header", buildZip([{ ...A, local: { size: 3 } }]), "ambiguous"],
    ["another CRC in the local header", buildZip([{ ...A, local: { crc: 3 } }]), "ambiguous"],
    ["another method in the local header", buildZip([{ ...A, local: { method: 8 } }]), "ambiguous"],
    ["other flags in the local header", buildZip([{ ...A, local: { flags: 2 } }]), "ambiguous"],
    ["another time in the local header", buildZip([{ ...A, local: { time: 2 } }]), "ambiguous"],
    [
      "a name in an unknown code page",
      buildZip([{ ...A, name: Uint8Array.from([0x80, 0x41]) }]),
      "ambiguous",
    ],
    ["UTF-8 that is not marked", buildZip([{ ...A, name: "é" }]), "ambiguous"],
    [
      "a Unicode path field with another name",
      buildZip([
        { ...A, centralExtra: extra(0x7075, Buffer.concat([Buffer.from([1]), u32(0), text("evil")])) },
      ]),
      "ambiguous",
    ],
    [
      "the same in the local header",
      buildZip([
        { ...A, localExtra: extra(0x7075, Buffer.concat([Buffer.from([1]), u32(0), text("evil")])) },
      ]),
      "ambiguous",
    ],
    [
      "two zip64 fields",
      buildZip([{ ...A, centralExtra: Buffer.concat([extra(1, u64(1)), extra(1, u64(2))]) }]),
      "ambiguous",
    ],
    [
      "a zip64 field that contradicts the header",
      buildZip([{ ...A, centralExtra: extra(1, Buffer.concat([u64(99), u64(99)])) }]),
      "ambiguous",
    ],
    ["a second end record in the comment", buildZip([A], { comment: hidden }), "ambiguous"],
    ["a second end record behind the end", Buffer.concat([buildZip([A]), hidden]), "ambiguous"],
    [
      "entries that point to one header",
      buildZip([A, { ...A, name: "c.txt", central: { offset: 0 } }]),
      "ambiguous",
    ],
    ["fewer entries than the directory holds", buildZip([A, B], { entries: 1 }), "ambiguous"],
  ])("%s", (_name, bytes, code) => {
    expect(faults(bytes)).toContain(code);
  });

  test("zip64 records that contradict the end record", () => {
    const bytes = buildZip([A], { zip64: true });
    bytes.writeUInt16LE(7, bytes.byteLength - 22 + 10);
    expect(faults(bytes)).toContain("ambiguous");
  });

  test("a zip64 locator that points elsewhere", () => {
    const bytes = buildZip([A], { zip64: true });
    bytes.writeBigUInt64LE(0n, bytes.byteLength - 22 - 12);
    expect(faults(bytes)).toEqual(["ambiguous"]);
  });

  test("a data descriptor that lies", () => {
    const bytes = buildZip([{ ...A, descriptor: true }]);
    const at = bytes.indexOf(Buffer.from([0x50, 0x4b, 7, 8]));
    bytes.writeUInt32LE(1, at + 12);
    expect(faults(bytes)).toContain("ambiguous");
  });
});

describe("bytes that belong to nothing are found", () => {
  test.each<[string, Buffer]>([
    ["in front", Buffer.concat([text("prefix"), buildZip([A])])],
    ["in front, with offsets that allow for it", buildZip([{ ...A, gap: text("prefix") }])],
    ["between members", buildZip([A, { ...B, gap: text("gap") }])],
    ["behind the end", buildZip([A], { trailing: text("tail") })],
    ["a member that only a streaming reader sees", buildZip([A, { ...B, central: { omit: true } }])],
  ])("%s", (_name, bytes) => {
    expect(faults(bytes).some((code) => code === "leftover" || code === "ambiguous")).toBe(true);
  });
});

describe("refused by name", () => {
  test.each<[string, MemberSpec, string]>([
    ["encryption", { ...A, flags: 1 }, "encrypted"],
    ["strong encryption", { ...A, flags: 0x40 }, "encrypted"],
    ["a masked header", { ...A, flags: 0x2000 }, "encrypted"],
    ["AES by extra field", { ...A, centralExtra: extra(0x9901, Buffer.alloc(7)) }, "encrypted"],
    ["patched data", { ...A, flags: 0x20 }, "unsupported"],
    ["an unknown method", { ...A, method: 98 }, "unsupported"],
    ["a symbolic link", { ...A, attributes: 0o120777 * 65536 }, "unsupported"],
    ["a device", { ...A, attributes: 0o060777 * 65536 }, "unsupported"],
    ["a folder with content", { name: "dir/", data: text("x") }, "malformed"],
    ["extra fields that do not fit", { ...A, centralExtra: Buffer.from([1, 0, 9, 0, 1]) }, "malformed"],
    ["a wrong CRC in both headers", { ...A, local: { crc: 5 }, central: { crc: 5 } }, "malformed"],
    ["a size that the data does not have", { ...B, local: { size: 7 }, central: { size: 7 } }, "limit"],
    ["a stored member with two sizes", { ...A, local: { size: 7 }, central: { size: 7 } }, "ambiguous"],
  ])("%s", (_name, member, code) => {
    expect(faults(buildZip([member]))).toContain(code);
  });

  test.each([
    "../x",
    "a/../../x",
    "/etc/x",
    "C:/x",
    "a\\b",
    "a\0b",
    "a\nb",
    "./a",
    "a//b",
    "",
    "a/\u202eb",
    "a/.",
    "a/".repeat(70),
  ])("the name %j", (name) => {
    expect(faults(buildZip([{ ...A, name, flags: 0x800 }]))).not.toEqual([]);
  });

  test("more members than allowed, before they are read", () => {
    const bytes = buildZip([A], { entries: 60_000 });
    expect(faults(bytes)).toEqual(["limit"]);
  });

  test("no end record, and a truncated file", () => {
    expect(faults(buildZip([A, B]).subarray(0, 80))).toEqual(["truncated"]);
    expect(faults(text("PK\x03\x04"))).toEqual(["truncated"]);
  });
});

describe("changed bytes", () => {
  const honest = buildZip([A, { ...B, descriptor: true }, { name: "dir2/" }], { zip64: true });
  const names = read(honest).members.map((member) => member.name);

  test("never crash, and never alter what is read without being told", () => {
    fc.assert(
      fc.property(fc.nat(honest.byteLength - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bad = Buffer.from(honest);
        bad[at] = (bad[at] ?? 0) ^ flip;
        if (faults(bad).length > 0) return;
        const archive = read(bad);
        expect(archive.members.map((member) => member.name)).toEqual(names);
        expect(archive.members.map((member) => openMember(member).size)).toEqual([12, 5000, 0]);
      }),
      { seed: 5, numRuns: 3000 },
    );
  });

  test("inserted or removed bytes are always told", () => {
    fc.assert(
      fc.property(
        fc.nat(honest.byteLength - 1),
        fc.uint8Array({ maxLength: 9 }),
        fc.nat(9),
        (at, insert, cut) => {
          const bad = Buffer.concat([honest.subarray(0, at), insert, honest.subarray(at + cut)]);
          fc.pre(!bad.equals(honest));
          if (bad.byteLength !== honest.byteLength) expect(faults(bad)).not.toEqual([]);
          else expect(faults(bad)).toBeInstanceOf(Array);
        },
      ),
      { seed: 6, numRuns: 2000 },
    );
  });
});
