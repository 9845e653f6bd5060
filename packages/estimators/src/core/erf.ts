/** The error function, to a few last digits: a series with positive terms near 0, else the continued fraction. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x)) return x;
  const value = a < 2.5 ? series(a) : 1 - erfc(a);
  return x < 0 ? -value : value;
}

/** Abramowitz and Stegun 7.1.6. */
function series(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-18; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** Abramowitz and Stegun 7.1.14, from the inside out; x is 2.5 or more. */
function erfc(x: number): number {
  if (x > 27) return 0;
  let f = 0;
  for (let n = 60; n > 0; n--) f = n / 2 / (x + f);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + f);
}
