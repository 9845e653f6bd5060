import type { Floats } from "./matrix.ts";

/** Blocks are summed in eight columns, which are added in pairs. */
const WIDTH = 8;
const BLOCK = 128;

/** `numpy.sum` of `count` contiguous numbers from `start`, with its order of additions (numpy/_core/src/umath/loops_utils.h.src). */
export function pairwiseSum(data: Floats, start: number, count: number): number {
  if (count < WIDTH) {
    // Its accumulator begins at −0, which only an empty sum shows.
    let sum = 0;
    for (let i = start; i < start + count; i++) sum += data[i]!;
    return sum;
  }
  if (count > BLOCK) {
    const half = Math.floor(count / 2);
    const first = half - (half % WIDTH);
    return pairwiseSum(data, start, first) + pairwiseSum(data, start + first, count - first);
  }
  const r = Float64Array.from({ length: WIDTH }, (_, j) => data[start + j]!);
  const whole = count - (count % WIDTH);
  for (let i = WIDTH; i < whole; i += WIDTH) for (let j = 0; j < WIDTH; j++) r[j]! += data[start + i + j]!;
  let sum = r[0]! + r[1]! + (r[2]! + r[3]!) + (r[4]! + r[5]! + (r[6]! + r[7]!));
  for (let i = whole; i < count; i++) sum += data[start + i]!;
  return sum;
}
