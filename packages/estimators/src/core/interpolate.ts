/** A piecewise linear function through points of increasing `x`. */
export interface Curve {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Outside of the points: the nearest end, not-a-number, or an error. */
  readonly outside: "clip" | "nan" | "raise";
}

/** The last index whose `x` is at most `v` (`searchsorted(side="right") - 1`). */
export function lastAtMost(x: Float64Array, v: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (x[middle]! <= v) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The first index whose `x` is at least `v` (`searchsorted(side="left")`). */
export function firstAtLeast(x: Float64Array, v: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (x[middle]! < v) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** `scipy.interpolate.interp1d(kind="linear")` at one point, after clipping where that is asked. */
export function interpolate(curve: Curve, value: number): number {
  const { x, y } = curve;
  const last = x.length - 1;
  const v = curve.outside === "clip" ? Math.min(Math.max(value, x[0]!), x[last]!) : value;
  if (x.length === 1) return y[0]!;
  if (!(v >= x[0]! && v <= x[last]!)) return Number.NaN;
  const high = Math.min(Math.max(firstAtLeast(x, v), 1), last);
  const low = high - 1;
  const slope = (y[high]! - y[low]!) / (x[high]! - x[low]!);
  return slope * (v - x[low]!) + y[low]!;
}
