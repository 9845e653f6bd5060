/** `2**(j / 64)`, each rounded once. */
const ROOTS = Float64Array.from({ length: 64 }, (_, j) => 2 ** (j / 64));
/** `2**(k - 1023)`. */
const POWERS = Float64Array.from({ length: 2048 }, (_, k) => 2 ** (k - 1023));
const STEPS = 64 / Math.LN2;
/** Adding and taking away rounds to a whole number: doubles from 2**52 to 2**53 have no fraction. */
const ROUNDER = 1.5 * 2 ** 52;
/** ln(2) / 64 in two pieces, the first short enough that whole numbers below 2**17 times it are exact. */
const HIGH = 0.010830424667801708;
const LOW = 2.8447437476627285e-11;

/**
 * `exp(x)`, within two units in the last place of `Math.exp`, at half its time: it is inlined where it is called, and the
 * loops of batches spend most of theirs in it. Method: x = (64 k + j) ln2 / 64 + r with |r| < 0.0055, a table for 2**(j/64),
 * a polynomial of degree five for exp(r) (P. T. P. Tang, ACM TOMS 15(2), 1989).
 */
export function fastExp(x: number): number {
  if (!(x > -700 && x < 700)) return Math.exp(x);
  const steps = x * STEPS + ROUNDER - ROUNDER;
  const n = steps | 0;
  const r = x - steps * HIGH - steps * LOW;
  const s = r * r;
  const p = r + s * (0.5 + r * (1 / 6) + s * (1 / 24 + r * (1 / 120)));
  const root = ROOTS[n & 63]!;
  return (root + root * p) * POWERS[(n >> 6) + 1023]!;
}
