const SQRT_2PI = Math.sqrt(2 * Math.PI);

/** The standard normal density. */
function density(x: number): number {
  return Math.exp((-x * x) / 2) / SQRT_2PI;
}

/** The standard normal distribution at `x <= 0`, with full relative precision in the tail. */
function lowerTail(x: number): number {
  return x > -2.5 ? 0.5 + density(x) * oddSeries(x) : density(x) / continuedFraction(-x);
}

/** `x + x³/3 + x⁵/15 + …`: what the distribution exceeds one half by, in densities (Abramowitz and Stegun 26.2.11). */
function oddSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return sum;
}

/** Mills' ratio turned round: `x + 1/(x + 2/(x + 3/(x + …)))` (Abramowitz and Stegun 26.2.14). */
function continuedFraction(x: number): number {
  let f = x;
  for (let k = 80; k >= 1; k--) f = x + k / f;
  return f;
}

/** `scipy.special.ndtri`: the standard normal quantile of a probability. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0) return -Infinity;
  if (p === 1) return Infinity;
  if (p > 0.5) return -normalQuantile(1 - p);
  const t = Math.sqrt(-2 * Math.log(p));
  let x = Math.min(0, (2.30753 + 0.27061 * t) / (1 + t * (0.99229 + 0.04481 * t)) - t);
  // Halley's method from a start that is good to three digits (26.2.22): each step trebles them.
  for (let round = 0; round < 4; round++) {
    const e = (lowerTail(x) - p) / density(x);
    x = Math.min(0, x - e / (1 + (x * e) / 2));
  }
  return x;
}
