import { array, assert, constantFrom, double, integer, property, record } from "fast-check";
import { expect, test } from "vitest";
import { EstimatorError } from "../error.ts";
import { affine, checkedAffine } from "./linear.ts";
import { denseOf } from "./matrix.ts";

const number = double({ min: -1e6, max: 1e6, noNaN: true });

test("many rows answer bit by bit what single rows answer, however many there are", () => {
  assert(
    property(
      record({
        rows: constantFrom(0, 1, 7, 8, 9, 16, 31),
        inputs: integer({ min: 1, max: 9 }),
        outputs: integer({ min: 1, max: 4 }),
        cells: array(number, { minLength: 1, maxLength: 53 }),
      }),
      ({ rows, inputs, outputs, cells }) => {
        const take = (length: number, from: number): Float64Array =>
          Float64Array.from({ length }, (_, i) => cells[(i * 5 + from) % cells.length] ?? 0);
        const f = {
          weights: take(outputs * inputs, 1),
          intercept: take(outputs, 2),
          inputs,
          outputs,
          dtype: "float64",
        } as const;
        const data = take(rows * inputs, 3);
        const all = affine(denseOf(data, rows, inputs), f);
        expect(all.data).toHaveLength(rows * outputs);
        for (let row = 0; row < rows; row++) {
          const one = affine(denseOf(data.subarray(row * inputs, (row + 1) * inputs), 1, inputs), f);
          expect(all.data.subarray(row * outputs, (row + 1) * outputs)).toEqual(one.data);
        }
      },
    ),
  );
});

const zeroWeights = {
  weights: Float64Array.of(0, 1),
  intercept: Float64Array.of(0),
  inputs: 2,
  outputs: 1,
  dtype: "float64",
} as const;

test.each([
  [Number.NaN, "Input X contains NaN."],
  [Infinity, "Input X contains infinity"],
  [-Infinity, "Input X contains infinity"],
])("%d is refused even where its weight is 0", (value, message) => {
  const x = denseOf(Float64Array.of(1, 2, value, 3), 2, 2);
  expect(() => checkedAffine(x, zeroWeights, "Ridge")).toThrow(EstimatorError);
  expect(() => checkedAffine(x, zeroWeights, "Ridge")).toThrow(message);
});

test("finite input whose answer overflows is no wrong input", () => {
  const f = { ...zeroWeights, weights: Float64Array.of(1e300, 1e300) };
  expect(checkedAffine(denseOf(Float64Array.of(1e300, 1), 1, 2), f, "Ridge").data[0]).toBe(Infinity);
});
