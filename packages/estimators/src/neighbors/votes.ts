import { undecided } from "../core/distances.ts";
import type { Found } from "./index.ts";

/** How neighbours count: alike, or by the reciprocal of their distance. */
export type Weights = "uniform" | "distance";

/**
 * Refuses an answer that depends on which of equally near samples the library picks.
 * @param same whether two samples would say the same
 */
export function requireSet(found: Found, same: (a: number, b: number) => boolean): void {
  const [first] = found.pool ?? [];
  if (first === undefined || found.pool?.every((i) => same(first, i)) === true) return;
  throw undecided("Which of equally near samples are neighbours");
}

export function requireOrder(found: Found): void {
  if (found.pool !== undefined || !found.ordered) throw undecided("The order of equally near neighbours");
}

export function requireDistances(found: Found): void {
  if (!found.precise) throw undecided("The distance to a neighbour so near");
}

/** `_get_weights`: at distance 0, only such neighbours count. */
export function weightsOf(found: Found, weights: Weights): Float64Array {
  const { distances } = found;
  if (weights === "uniform") return new Float64Array(distances.length).fill(1);
  requireDistances(found);
  const reciprocal = distances.map((d) => 1 / d);
  return reciprocal.includes(Infinity) ? reciprocal.map((w) => (w === Infinity ? 1 : 0)) : reciprocal;
}

/** Sum of the weights of each class. */
export function ballot(
  found: Found,
  weights: Float64Array,
  labels: Float64Array,
  stride: number,
  offset: number,
  classes: number,
): Float64Array {
  const out = new Float64Array(classes);
  found.indices.forEach((i, at) => (out[labels[i * stride + offset]!]! += weights[at]!));
  return out;
}

/** Sums so near to each other may be in either order in the library. */
const TIE = 1e-12;

/** The first of the largest sums. */
export function winner(sums: Float64Array, weights: Weights, counts: Float64Array): number {
  let best = 0;
  for (let k = 1; k < sums.length; k++) if (sums[k]! > sums[best]!) best = k;
  if (weights === "uniform") return best;
  for (let k = 0; k < sums.length; k++) {
    if (k === best || sums[best]! - sums[k]! > TIE * sums[best]!) continue;
    // One or two terms have one sum in any order.
    const certain = sums[k] === sums[best] && counts[k]! <= 2 && counts[best]! <= 2;
    if (!certain) throw undecided("Which class weighs more");
  }
  return best;
}
