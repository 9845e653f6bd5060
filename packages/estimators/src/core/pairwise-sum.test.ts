import { expect, test } from "vitest";
import { pairwiseSum } from "./pairwise-sum.ts";

/** Numbers of many sizes, whose sum shows the order of additions. */
const terms = (n: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => (((i * 7919) % 1009) - 504) * 1.1 ** (i % 60));

// numpy.sum of the same numbers.
test.each<[number, number]>([
  [3, 123.9900000000001],
  [7, -1121.8299930000003],
  [8, -258.54831769999987],
  [9, 363.09243720000063],
  [16, -88.6886473891575],
  [100, -145712.96636258415],
  [128, -180322.44832750634],
  [129, -180125.23815698634],
  [300, -87911.78642215868],
  [1000, 134690.01465959026],
])("the sum of %i numbers has NumPy's last digit", (n, sum) => {
  expect(pairwiseSum(terms(n), 0, n)).toBe(sum);
});

test("a stretch within an array is summed alone", () => {
  expect(pairwiseSum(Float64Array.of(1, 2, 4, 8), 1, 2)).toBe(6);
  expect(pairwiseSum(Float64Array.of(1), 0, 0)).toBe(0);
});
