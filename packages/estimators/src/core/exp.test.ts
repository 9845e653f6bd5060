import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fastExp } from "./exp.ts";

const UNIT = Number.EPSILON;

describe("fastExp", () => {
  it("is within two units in the last place of Math.exp", () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
        expect(Math.abs(fastExp(x) / Math.exp(x) - 1)).toBeLessThanOrEqual(2 * UNIT);
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([0, -0, 1e-17, -1e-17, 5e-324, -5e-324])("is one at %d", (x) => {
    expect(fastExp(x)).toBe(1);
  });

  it.each([Infinity, -Infinity, NaN, 710, -710, -745.2, 800, 709.9, -708.4, 700, -700])(
    "is Math.exp's own at %d",
    (x) => {
      expect(fastExp(x)).toBe(Math.exp(x));
    },
  );

  it("does not fall between neighbours by more than it may err", () => {
    fc.assert(
      fc.property(fc.double({ min: -30, max: 30, noNaN: true }), (x) => {
        expect(fastExp(x + 1e-13)).toBeGreaterThanOrEqual(fastExp(x));
      }),
    );
  });
});
