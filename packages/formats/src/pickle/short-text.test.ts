import { assert, constantFrom, property, string, uint8Array } from "fast-check";
import { describe, expect, test } from "vitest";
import { asciiText } from "./short-text.ts";

function decode(bytes: Uint8Array, before = 0, behind = 0): string | undefined {
  const around = Buffer.concat([Buffer.alloc(before, 0xff), bytes, Buffer.alloc(behind, 0xff)]);
  return asciiText(around, before, before + bytes.byteLength);
}

describe("short text", () => {
  test("is what Latin-1 says, wherever it stands and whatever was read before", () => {
    const text = string({ unit: constantFrom("a", "b", "\0", "\x7f", "_"), maxLength: 40 });
    assert(
      property(text, (value) => {
        expect(decode(Buffer.from(value, "latin1"), value.length % 3, 2)).toBe(value);
      }),
      { seed: 5, numRuns: 3000 },
    );
  });

  test("with a byte that is not ASCII is not decoded here", () => {
    assert(
      property(uint8Array({ maxLength: 40 }), (bytes) => {
        const ascii = bytes.every((byte) => byte < 0x80);
        expect(decode(bytes)).toBe(ascii ? Buffer.from(bytes).toString("latin1") : undefined);
      }),
      { seed: 6, numRuns: 3000 },
    );
  });

  test("of the same hash slot is told apart", () => {
    const texts = Array.from({ length: 20_000 }, (_, i) => `name_${i}`);
    for (const text of texts) expect(decode(Buffer.from(text))).toBe(text);
    for (const text of texts) expect(decode(Buffer.from(text))).toBe(text);
  });

  test("is not taken from before where only the length or the end differs", () => {
    expect(decode(Buffer.from("weight"))).toBe("weight");
    expect(decode(Buffer.from("weighs"))).toBe("weighs");
    expect(decode(Buffer.from("weigh"))).toBe("weigh");
    expect(decode(Buffer.from(""))).toBe("");
    expect(decode(Buffer.from("\0"))).toBe("\0");
  });
});
