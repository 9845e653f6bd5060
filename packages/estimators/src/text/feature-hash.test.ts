import { describe, expect, test } from "vitest";
import { EstimatorError } from "../error.ts";
import { hashFeatures } from "./feature-hash.ts";
import { murmurHash3 } from "./murmur-hash.ts";

const hash = (text: string): number => murmurHash3(new TextEncoder().encode(text));
const plan = { columns: 8, alternateSign: true, dtype: "float64" } as const;

describe("MurmurHash3", () => {
  // `sklearn.utils.murmurhash3_32(text)`.
  test.each([
    ["", 0],
    ["a", 1009084850],
    ["ab", -1681926305],
    ["abc", -1277324294],
    ["abcd", 1139631978],
    ["naïve café", 1734666806],
  ])("of %j", (text, want) => {
    expect(hash(text)).toBe(want);
  });
});

describe("hashed features", () => {
  test("what falls together is added up, also to zero", () => {
    const rows = [
      [
        ["a", 1],
        ["a", -1],
      ] as const,
    ];
    expect(hashFeatures(rows, plan)).toMatchObject({ indptr: Int32Array.of(0, 1), data: Float64Array.of(0) });
  });

  test("a value of zero leaves no trace", () => {
    expect(hashFeatures([[["a", 0]]], plan).data).toHaveLength(0);
  });

  test("half a surrogate pair and no rows at all are refused", () => {
    expect(() => hashFeatures([[["\ud800", 1]]], plan)).toThrow(EstimatorError);
    expect(() => hashFeatures([], plan)).toThrow("Cannot vectorize empty sequence");
  });
});
