import { type Dense, denseOf, floatsFor } from "./matrix.ts";

/** `x -= shift; x /= scale` in place of a floating matrix: each step rounds to the matrix's own precision. */
export function standardize(x: Dense, shift?: Float64Array, scale?: Float64Array): Dense {
  const data = floatsFor(x.dtype, x.data.length);
  for (let i = 0; i < data.length; i++) {
    data[i] = x.data[i]! - (shift?.[i % x.cols] ?? 0);
    if (scale !== undefined) data[i] = data[i]! / scale[i % x.cols]!;
  }
  return denseOf(data, x.rows, x.cols);
}
