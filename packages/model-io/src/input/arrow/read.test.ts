import { readFileSync } from "node:fs";
import type { Frame } from "@modelkeep/estimators/data";
import fc from "fast-check";
import { ModelkeepError } from "@modelkeep/findings";
import { describe, expect, test } from "vitest";
import { arrowToFrame } from "./read.ts";

const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../../../fixtures/arrow/${name}`, import.meta.url));

function shown(frame: Frame): unknown {
  const entries = frame.columns instanceof Map ? [...frame.columns] : Object.entries(frame.columns);
  return entries.map(([name, values]: [string, ArrayLike<unknown>]) => [
    name,
    frame.dtypes?.[name],
    Array.from(values),
  ]);
}

describe("arrowToFrame", () => {
  test.each(["plain.stream", "plain.file"])("%s: values and dtypes as pandas has them", (name) => {
    expect(shown(arrowToFrame(fixture(name)))).toEqual([
      ["i8", "int8", [1, -2, 3]],
      ["u16", "uint16", [1, 2, 65535]],
      ["i64", "int64", [1n, 9007199254740993n, -5n]],
      ["f32", "float32", [0.5, Number.NaN, -0]],
      ["f64", "float64", [0.1, Number.POSITIVE_INFINITY, 3]],
      ["b", "bool", [true, false, true]],
      ["s", "object", ["a", "é", ""]],
    ]);
  });

  test("gaps make floats of whole numbers and objects of booleans", () => {
    expect(shown(arrowToFrame(fixture("gaps.stream")))).toEqual([
      ["i", "float64", [1, Number.NaN, 3]],
      ["f", "float32", [Number.NaN, 0.5, 1.5]],
      ["b", "object", [true, null, false]],
      ["s", "object", ["x", null, "y"]],
      ["d", "object", ["lo", "hi", null]],
    ]);
  });

  test.each([
    ["times.stream", /column t is of type timestamp/u],
    ["lists.stream", /column l is of type list/u],
  ])("%s is refused by name", (name, reason) => {
    expect(() => arrowToFrame(fixture(name))).toThrow(reason);
  });

  test("what is no message, or only its beginning, is refused", () => {
    const whole = fixture("plain.stream");
    for (const bytes of [Buffer.alloc(0), Buffer.from("{}"), Buffer.alloc(64, 0xff), whole.subarray(0, 100)])
      expect(() => arrowToFrame(bytes)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
  });

  test("a few bytes that declare too many rows are refused before they are counted out", () => {
    const bytes = Buffer.from(fixture("nothing.stream"));
    const rows = Buffer.alloc(8);
    rows.writeBigInt64LE(2n);
    const large = Buffer.alloc(8);
    large.writeBigInt64LE(2n ** 40n);
    let replaced = 0;
    for (let at = bytes.indexOf(rows); at >= 0; at = bytes.indexOf(rows, at + 8), replaced++)
      large.copy(bytes, at);
    expect(replaced).toBeGreaterThan(0);
    expect(() => arrowToFrame(bytes)).toThrow(/more than 16777216 cells/u);
  });

  test("changed bytes are read or refused, nothing else", () => {
    const whole = fixture("plain.stream");
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, byte, end) => {
        const bytes = Buffer.from(whole.subarray(0, Math.max(end, whole.length / 2)));
        if (at < bytes.length) bytes[at] = byte;
        try {
          arrowToFrame(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ModelkeepError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
