import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { Cursor } from "./cursor.ts";
import { crc32Of, sha256Of } from "./digest.ts";
import { openFileSource } from "./file.ts";
import { bufferSource, sliceSource } from "./source.ts";

/** Of POSIX; no package provides it. */
const MKFIFO = "mkfifo";
const folder = mkdtempSync(join(tmpdir(), "modelkeep-bytes-"));
afterAll(() => rmSync(folder, { recursive: true }));

const content = Buffer.alloc(700_000, "0123456789abcdef!");
const path = join(folder, "file");
writeFileSync(path, content);

describe("openFileSource", () => {
  test("answers every range as the bytes in memory do", () => {
    const source = openFileSource(path);
    fc.assert(
      fc.property(fc.nat(content.byteLength), fc.nat(300_000), (offset, wanted) => {
        const length = Math.min(wanted, content.byteLength - offset);
        expect(Buffer.compare(source.view(offset, length), content.subarray(offset, offset + length))).toBe(
          0,
        );
      }),
      { seed: 3, numRuns: 300 },
    );
    source.close();
  });

  test("a view stays valid after others were taken", () => {
    const source = openFileSource(path);
    const first = source.view(10, 20);
    source.view(600_000, 10);
    expect(Buffer.from(first).toString()).toBe(content.subarray(10, 30).toString());
    source.close();
  });

  test("fills memory of the caller, also through a slice", () => {
    const source = openFileSource(path);
    const target = Buffer.alloc(1000);
    sliceSource(source, 5, 2000, "slice").readInto?.(7, target);
    expect(target.equals(content.subarray(12, 1012))).toBe(true);
    expect(() => source.readInto?.(699_999, target)).toThrow(expect.objectContaining({ code: "truncated" }));
    expect(() => sliceSource(source, 5, 10, "slice").readInto?.(0, target)).toThrow(
      expect.objectContaining({ code: "truncated" }),
    );
    source.close();
  });

  test("hashes like the file", () => {
    const source = openFileSource(path);
    expect(sha256Of(source)).toBe(sha256Of(bufferSource(content)));
    expect(crc32Of(source)).toBe(crc32Of(bufferSource(content)));
    source.close();
  });

  test.each([
    [700_000, 1],
    [699_999, 2],
    [0, 700_001],
  ])("a read of %i+%i leaves the file and is refused", (offset, length) => {
    const source = openFileSource(path);
    expect(() => source.view(offset, length)).toThrow(expect.objectContaining({ code: "truncated" }));
    source.close();
  });

  test.each([
    [-1, 1],
    [0, -1],
    [Number.NaN, 1],
    [0.5, 1],
  ])("a read of %d+%d makes no sense and is refused", (offset, length) => {
    const source = openFileSource(path);
    expect(() => source.view(offset, length)).toThrow(expect.objectContaining({ code: "malformed" }));
    source.close();
  });

  test("a folder, a FIFO and a device are refused without waiting", () => {
    const fifo = join(folder, "fifo");
    execFileSync(MKFIFO, [fifo]);
    for (const odd of [folder, fifo, "/dev/zero"]) {
      expect(() => openFileSource(odd)).toThrow(expect.objectContaining({ code: "unsupported" }));
    }
  });

  test("a symbolic link is followed only on request", () => {
    const link = join(folder, "link");
    symlinkSync(path, link);
    expect(() => openFileSource(link)).toThrow(expect.objectContaining({ code: "unsupported" }));
    const source = openFileSource(link, { followSymlinks: true });
    expect(source.size).toBe(content.byteLength);
    source.close();
  });

  test("a missing file is the disk's fault", () => {
    expect(() => openFileSource(join(folder, "none"))).toThrow(expect.objectContaining({ code: "io" }));
  });

  test("a file that shrinks while it is read is told, never short data", () => {
    const shrinking = join(folder, "shrinking");
    writeFileSync(shrinking, content);
    const source = openFileSource(shrinking);
    truncateSync(shrinking, 10);
    expect(() => source.view(0, 100)).toThrow(expect.objectContaining({ code: "io" }));
    source.close();
  });

  test("a closed source answers nothing", () => {
    const source = openFileSource(path);
    source.close();
    source.close();
    expect(() => source.view(0, 100)).toThrow(expect.objectContaining({ code: "io" }));
  });
});

describe("sliceSource", () => {
  test("does not reach out of its window", () => {
    const slice = sliceSource(bufferSource(content), 100, 50, "slice");
    expect(Buffer.from(slice.view(0, 50)).equals(content.subarray(100, 150))).toBe(true);
    expect(() => slice.view(40, 11)).toThrow(expect.objectContaining({ code: "truncated" }));
    expect(() => sliceSource(slice, 40, 11, "inner")).toThrow(expect.objectContaining({ code: "truncated" }));
  });
});

describe("Cursor", () => {
  const bytes = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9]);

  test("reads little-endian numbers in order", () => {
    const cursor = new Cursor(bufferSource(bytes));
    expect([cursor.u8(), cursor.u16(), cursor.u32(), cursor.offset, cursor.remaining]).toEqual([
      1, 0x302, 0x7060504, 7, 2,
    ]);
  });

  test.each([
    ["u8", 9],
    ["u16", 8],
    ["u32", 6],
    ["u64", 2],
  ] as const)("%s at the end is truncated and moves nothing", (method, offset) => {
    const cursor = new Cursor(bufferSource(bytes), offset);
    expect(() => cursor[method]()).toThrow(expect.objectContaining({ code: "truncated" }));
    expect(cursor.offset).toBe(offset);
  });

  test("a number larger than any file is malformed", () => {
    const cursor = new Cursor(bufferSource(new Uint8Array(8).fill(255)));
    expect(() => cursor.u64()).toThrow(expect.objectContaining({ code: "malformed" }));
  });

  test("skips neither backwards nor out of its end", () => {
    const cursor = new Cursor(bufferSource(bytes), 0, 4);
    expect(() => cursor.skip(5)).toThrow(expect.objectContaining({ code: "truncated" }));
    expect(() => cursor.skip(-1)).toThrow(expect.objectContaining({ code: "truncated" }));
    expect(() => new Cursor(bufferSource(bytes), 0, 10)).toThrow(
      expect.objectContaining({ code: "malformed" }),
    );
  });
});
