import { readFileSync } from "node:fs";
import { crc32 } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BytesError } from "../errors.ts";
import { bunzip2 } from "./bzip2.ts";
import { crc64 } from "./crc64.ts";
import { inflateRaw, inflateZlib } from "./deflate.ts";
import type { Expanded, ExpansionLimit } from "./expansion.ts";
import { gunzipMember } from "./gzip.ts";
import { lz4Frame } from "./lz4.ts";
import { lzmaAlone } from "./lzma-alone.ts";
import { xxh32 } from "./xxh32.ts";
import { xzStream } from "./xz.ts";
import { zstdFrame } from "./zstd.ts";

const fixture = (name: string): Buffer => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url));
const PLAIN = fixture("plain.txt");
const ENOUGH: ExpansionLimit = { maxBytes: 2 ** 20 };

type Decode = (input: Uint8Array, limit: ExpansionLimit) => Expanded;
/** `checked`: the format verifies its content, so no change may go unnoticed with other content. */
const CASES: readonly { file: string; decode: Decode; checked: boolean }[] = [
  { file: "plain.gz", decode: gunzipMember, checked: true },
  { file: "plain.zlib", decode: inflateZlib, checked: true },
  { file: "plain.bz2", decode: bunzip2, checked: true },
  { file: "plain.crc64.xz", decode: xzStream, checked: true },
  { file: "plain.crc32.xz", decode: xzStream, checked: true },
  { file: "plain.sha256.xz", decode: xzStream, checked: true },
  { file: "plain.lc0lp2.xz", decode: xzStream, checked: true },
  { file: "plain.lzma", decode: lzmaAlone, checked: false },
  { file: "plain.lz4", decode: lz4Frame, checked: true },
  { file: "linked.lz4", decode: lz4Frame, checked: false },
  { file: "plain.zst", decode: zstdFrame, checked: true },
];

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof BytesError) return error.code;
    throw error;
  }
  return "no error";
}

describe.each(CASES)("$file", ({ file, decode, checked }) => {
  const packed = fixture(file);

  test("gives the content and says what it consumed, whatever follows", () => {
    const answer = decode(Buffer.concat([packed, Buffer.from("trailing bytes")]), ENOUGH);
    expect(Buffer.compare(answer.bytes, PLAIN)).toBe(0);
    expect(answer.consumed).toBe(packed.byteLength);
  });

  test("stops at its limit", () => {
    expect(codeOf(() => decode(packed, { maxBytes: PLAIN.byteLength - 1 }))).toBe("limit");
    expect(codeOf(() => decode(packed, { maxBytes: 0 }))).toBe("limit");
  });

  test("a cut at any place is told", () => {
    for (let length = 0; length < packed.byteLength; length += 1 + Math.floor(packed.byteLength / 97)) {
      expect(codeOf(() => decode(packed.subarray(0, length), ENOUGH))).toMatch(/^(?:truncated|malformed)$/);
    }
  });

  test("a changed byte is refused, or changes nothing", () => {
    fc.assert(
      fc.property(fc.nat(packed.byteLength - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bad = Buffer.from(packed);
        bad[at] = (bad[at] ?? 0) ^ flip;
        let answer: Expanded;
        try {
          answer = decode(bad, ENOUGH);
        } catch (error) {
          expect(error).toBeInstanceOf(BytesError);
          return;
        }
        expect(answer.consumed).toBeLessThanOrEqual(bad.byteLength);
        if (checked) expect(Buffer.compare(answer.bytes, PLAIN)).toBe(0);
      }),
      { seed: 7, numRuns: 150 },
    );
  });
});

test("arbitrary bytes never do worse than a BytesError", () => {
  const headers = CASES.map(({ file, decode }) => ({ head: fixture(file).subarray(0, 18), decode }));
  fc.assert(
    fc.property(
      fc.constantFrom(...headers),
      fc.nat(18),
      fc.uint8Array({ maxLength: 200 }),
      ({ head, decode }, keep, tail) => {
        const code = codeOf(() =>
          decode(Buffer.concat([head.subarray(0, keep), tail]), { maxBytes: 65_536 }),
        );
        expect(code).not.toBe("io");
      },
    ),
    { seed: 11, numRuns: 2000 },
  );
});

describe("refused by name", () => {
  test("gzip with reserved flags", () => {
    const bad = fixture("plain.gz");
    bad[3] = 0x80;
    expect(codeOf(() => gunzipMember(bad, ENOUGH))).toBe("malformed");
  });

  test("an xz filter other than LZMA2", () => {
    const bad = fixture("plain.crc64.xz");
    bad[14] = 0x03;
    bad.writeUInt32LE(crc32(bad.subarray(12, 20)), 20);
    expect(codeOf(() => xzStream(bad, ENOUGH))).toBe("unsupported");
  });

  test("an lz4 frame with a dictionary", () => {
    const bad = fixture("plain.lz4");
    bad[4] = (bad[4] ?? 0) | 1;
    expect(codeOf(() => lz4Frame(bad, ENOUGH))).toBe("unsupported");
  });

  test("LZMA that announces more than is allowed, before anything is decoded", () => {
    const bad = fixture("plain.lzma");
    bad.writeBigUInt64LE(2n ** 40n, 5);
    expect(codeOf(() => lzmaAlone(bad, ENOUGH))).toBe("limit");
  });
});

describe("checksums", () => {
  test("CRC-64/XZ of the standard's check string", () => {
    expect(crc64(Buffer.from("123456789"))).toBe(0x995dc9bbdf1939fan);
  });

  test("xxHash-32 of its reference vectors", () => {
    expect(xxh32(Buffer.alloc(0))).toBe(0x02cc5d05);
    expect(xxh32(Buffer.from("abc"))).toBe(0x32d153ff);
    expect(xxh32(Buffer.from("Nobody inspects the spammish repetition"))).toBe(0xe2293b2f);
  });
});

test("raw deflate of nothing", () => {
  expect(inflateRaw(Buffer.from([3, 0]), { maxBytes: 0 })).toEqual({ bytes: Buffer.alloc(0), consumed: 2 });
});
