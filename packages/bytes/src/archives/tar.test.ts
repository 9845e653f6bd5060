import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BytesError } from "../errors.ts";
import { bufferSource } from "../source.ts";
import { isTarHeader, readTar, TAR_BLOCK } from "./tar.ts";

interface Spec {
  readonly name: string;
  readonly data?: string;
  readonly type?: string;
  readonly size?: string;
  readonly link?: string;
}

function member(spec: Spec): Buffer {
  const data = Buffer.from(spec.data ?? "");
  const header = Buffer.alloc(TAR_BLOCK);
  header.write(spec.name, 0, 100, "utf8");
  header.write("0000644\0", 100);
  header.write(spec.size ?? `${data.byteLength.toString(8).padStart(11, "0")}\0`, 124, 12);
  header.write("00000000000\0", 136);
  header.write("        ", 148);
  header.write(spec.type ?? "0", 156);
  header.write(spec.link ?? "", 157);
  header.write("ustar\x0000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([header, data, Buffer.alloc((TAR_BLOCK - (data.byteLength % TAR_BLOCK)) % TAR_BLOCK)]);
}

function tar(...specs: Spec[]): Buffer {
  return Buffer.concat([...specs.map(member), Buffer.alloc(2 * TAR_BLOCK)]);
}

function faults(bytes: Uint8Array): string[] {
  try {
    return readTar(bufferSource(bytes), 100).issues.map((issue) => issue.code);
  } catch (error) {
    if (error instanceof BytesError) return [error.code];
    throw error;
  }
}

const paxRecord = (key: string, value: string): string => {
  const body = ` ${key}=${value}\n`;
  return `${body.length + 2}${body}`;
};

describe("honest files", () => {
  test("are tiled by what was read", () => {
    const bytes = tar(
      { name: "a.txt", data: "hello" },
      { name: "dir/", type: "5" },
      { name: "dir/b", data: "x".repeat(600) },
    );
    const archive = readTar(bufferSource(bytes), 100);
    expect(archive.issues).toEqual([]);
    expect(archive.members.map((entry) => [entry.name, entry.content.size])).toEqual([
      ["a.txt", 5],
      ["dir/", 0],
      ["dir/b", 600],
    ]);
    const regions = [...archive.regions].sort((a, b) => a.offset - b.offset);
    expect(regions.reduce((at, region) => (region.offset === at ? at + region.length : -1), 0)).toBe(
      bytes.byteLength,
    );
  });

  test("long names of GNU and pax are taken", () => {
    const long = "n".repeat(70);
    const gnu = tar({ name: "././@LongLink", type: "L", data: `${long}\0` }, { name: "short", data: "x" });
    const pax = tar(
      { name: "PaxHeader", type: "x", data: paxRecord("path", long) },
      { name: "short", data: "x" },
    );
    for (const bytes of [gnu, pax]) {
      const archive = readTar(bufferSource(bytes), 100);
      expect(archive.issues).toEqual([]);
      expect(archive.members.map((entry) => entry.name)).toEqual([long]);
    }
  });
});

describe("told", () => {
  test.each<[string, Buffer, string]>([
    ["a symbolic link", tar({ name: "l", type: "2", link: "/etc/passwd" }), "unsupported"],
    ["a hard link", tar({ name: "l", type: "1", link: "a" }), "unsupported"],
    ["a device", tar({ name: "d", type: "3" }), "unsupported"],
    ["a FIFO", tar({ name: "d", type: "6" }), "unsupported"],
    ["a sparse file", tar({ name: "d", type: "S" }), "unsupported"],
    ["a name that leads out", tar({ name: "../x", data: "x" }), "malformed"],
    ["an absolute name", tar({ name: "/x", data: "x" }), "malformed"],
    ["the same name twice", tar({ name: "x" }, { name: "X" }), "ambiguous"],
    ["a size that is not octal", tar({ name: "x", size: "\x80\0\0\0\0\0\0\0\0\0\0\x09" }), "unsupported"],
    ["a size beyond the file", tar({ name: "x", size: "00000777777\0" }), "truncated"],
    [
      "pax records that change more than a name",
      tar({ name: "p", type: "x", data: paxRecord("size", "12") }, { name: "x" }),
      "unsupported",
    ],
    [
      "a global path",
      tar({ name: "p", type: "g", data: paxRecord("path", "evil") }, { name: "x" }),
      "unsupported",
    ],
    ["a damaged pax record", tar({ name: "p", type: "x", data: "99 path=x\n" }, { name: "x" }), "malformed"],
    [
      "a name that is not UTF-8",
      tar({ name: "././@LongLink", type: "L", data: "a" }, { name: "b" }).fill(0xff, 512, 513),
      "ambiguous",
    ],
    [
      "a pax name that is not UTF-8",
      tar({ name: "p", type: "x", data: paxRecord("path", "a") }, { name: "b" }).fill(0xff, 520, 521),
      "ambiguous",
    ],
    ["data behind the end", Buffer.concat([tar({ name: "x" }), Buffer.from("tail")]), "leftover"],
    ["no end", member({ name: "x", data: "y" }), "truncated"],
  ])("%s", (_name, bytes, code) => {
    expect(faults(bytes)).toContain(code);
  });

  test("padding that is not empty", () => {
    const bytes = tar({ name: "x", data: "abc" });
    bytes[TAR_BLOCK + 100] = 1;
    expect(faults(bytes)).toEqual(["leftover"]);
  });

  test("more members than allowed", () => {
    expect(faults(tar(...Array.from({ length: 101 }, (_, i) => ({ name: `m${i}` }))))).toEqual(["limit"]);
  });
});

test("a header is known by its checksum", () => {
  const bytes = tar({ name: "x", data: "abc" });
  expect(isTarHeader(bytes.subarray(0, TAR_BLOCK))).toBe(true);
  expect(isTarHeader(Buffer.alloc(TAR_BLOCK))).toBe(false);
  expect(isTarHeader(Buffer.from("short"))).toBe(false);
});

test("changed bytes never crash the reader", () => {
  const honest = tar({ name: "a", data: "hello" }, { name: "b", data: "x".repeat(700) });
  fc.assert(
    fc.property(fc.nat(honest.byteLength - 1), fc.nat(255), (at, value) => {
      const bad = Buffer.from(honest);
      bad[at] = value;
      expect(faults(bad)).toBeInstanceOf(Array);
    }),
    { seed: 9, numRuns: 1500 },
  );
});
