import { assert, property, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { editDistance, nearest } from "./nearest.ts";

describe("editDistance", () => {
  test("counts insertions, deletions, substitutions and swaps", () => {
    expect(editDistance("scan", "scan")).toBe(0);
    expect(editDistance("sacn", "scan")).toBe(1);
    expect(editDistance("scn", "scan")).toBe(1);
    expect(editDistance("", "scan")).toBe(4);
    expect(editDistance("kitten", "sitting")).toBe(3);
  });

  test("is symmetric and zero only for equal words", () => {
    assert(
      property(string({ maxLength: 12 }), string({ maxLength: 12 }), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });
});

describe("nearest", () => {
  test("names the word that was meant", () => {
    expect(nearest("sacn", ["scan", "serve", "sign"])).toBe("scan");
  });

  test("stays silent when nothing is near", () => {
    expect(nearest("frobnicate", ["scan", "serve"])).toBeUndefined();
    expect(nearest("x", [])).toBeUndefined();
  });
});
