/** The logarithmic derivative of the gamma function for x > 0: recurrence, then the asymptotic series. */
export function digamma(x: number): number {
  if (!(x > 0)) return Number.NaN;
  let shift = 0;
  let z = x;
  while (z < 12) shift -= 1 / z++;
  const r = 1 / (z * z);
  const tail =
    r * (1 / 12 - r * (1 / 120 - r * (1 / 252 - r * (1 / 240 - r * (1 / 132 - (r * 691) / 32760)))));
  return shift + Math.log(z) - 0.5 / z - tail;
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** The gamma function for x ≥ 0.5 (Lanczos, g = 7). */
export function gamma(x: number): number {
  if (x < 0.5) return Math.PI / (Math.sin(Math.PI * x) * gamma(1 - x));
  const z = x - 1;
  const t = z + 7.5;
  const sum = LANCZOS.reduce((a, c, i) => (i === 0 ? c : a + c / (z + i)), 0);
  return Math.sqrt(2 * Math.PI) * t ** (z + 0.5) * Math.exp(-t) * sum;
}

/** More than this far below the largest, a term adds nothing. */
const NEGLIGIBLE = 45;

/**
 * The modified Bessel function of the second kind for x > 0: the trapezoid rule over
 * `exp(-x cosh t) cosh(nu t)`, which converges exponentially (DLMF 10.32.9).
 */
export function besselK(nu: number, x: number): number {
  const step = Math.min(0.1, 0.5 / Math.sqrt(x));
  const peak = Math.asinh(nu / x);
  const log = (t: number): number => nu * t - x * Math.cosh(t);
  const largest = log(peak);
  let sum = 0.5 * Math.exp(-x - largest);
  for (let t = step; t < peak || log(t) > largest - NEGLIGIBLE; t += step)
    sum += 0.5 * (Math.exp(log(t) - largest) + Math.exp(-nu * t - x * Math.cosh(t) - largest));
  return step * sum * Math.exp(largest);
}
