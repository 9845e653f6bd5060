import { badInput } from "../error.ts";

/** A difference of this relative size may come out either way, by how a library's BLAS adds. */
const TIE = 1e-10;

/**
 * Orthogonal matching pursuit by Gram matrix (`_gram_omp` of sklearn.linear_model._omp).
 * @param gram `n × n` products of the atoms
 * @param xy the atoms' products with the signal
 * @returns `n` coefficients, at most `count` of them not zero
 * @throws {EstimatorError} `bad-input` where rounding alone decides which atom comes next
 */
export function matchingPursuit(gram: Float64Array, xy: Float64Array, count: number): Float64Array {
  const n = xy.length;
  const chosen: number[] = [];
  let coefficients = new Float64Array(0);
  let residual = xy.slice();
  const factor: Float64Array[] = [];
  while (chosen.length < count) {
    const next = strongest(residual, xy);
    if (next === undefined || chosen.includes(next)) break;
    const row = extend(factor, gram, { n, chosen, next });
    if (row === undefined) break;
    factor.push(row);
    chosen.push(next);
    coefficients = solveFactor(factor, chosen, xy);
    residual = xy.map((v, i) => {
      let sum = 0;
      for (let k = 0; k < chosen.length; k++) sum += gram[i * n + chosen[k]!]! * coefficients[k]!;
      return v - sum;
    });
  }
  const out = new Float64Array(n);
  chosen.forEach((at, k) => (out[at] = coefficients[k]!));
  return out;
}

/** The atom of the largest residual product; undefined when what is left is rounding. */
function strongest(residual: Float64Array, xy: Float64Array): number | undefined {
  let at = 0;
  let second = -1;
  for (let i = 1; i < residual.length; i++) {
    if (Math.abs(residual[i]!) > Math.abs(residual[at]!)) {
      second = at;
      at = i;
    } else if (second < 0 || Math.abs(residual[i]!) > Math.abs(residual[second]!)) second = i;
  }
  const best = Math.abs(residual[at]!);
  const scale = xy.reduce((max, v) => Math.max(max, Math.abs(v)), 0);
  if (best ** 2 < Number.EPSILON) {
    if (best ** 2 > Number.EPSILON * 0.99) throw undecided();
    return undefined;
  }
  if (best < scale * TIE || best ** 2 < Number.EPSILON * 1.01) throw undecided();
  if (second >= 0 && best - Math.abs(residual[second]!) < TIE * scale) throw undecided();
  return at;
}

function undecided(): Error {
  return badInput("Two atoms of the dictionary explain a row equally well: which comes first is rounding");
}

/** The next row of the Cholesky factor of the chosen atoms' Gram matrix; undefined when the atom depends on them. */
function extend(
  factor: readonly Float64Array[],
  gram: Float64Array,
  { n, chosen, next }: { readonly n: number; readonly chosen: readonly number[]; readonly next: number },
): Float64Array | undefined {
  const row = new Float64Array(chosen.length + 1);
  let squares = 0;
  for (let i = 0; i < chosen.length; i++) {
    let sum = gram[next * n + chosen[i]!]!;
    for (let k = 0; k < i; k++) sum -= factor[i]![k]! * row[k]!;
    row[i] = sum / factor[i]![i]!;
    squares += row[i]! ** 2;
  }
  const own = gram[next * n + next]!;
  const left = own - squares;
  if (chosen.length > 0 && left < own * 1e-6) {
    if (left > -own * 1e-6 && left > Number.EPSILON * 0.5) throw undecided();
    return undefined;
  }
  row[chosen.length] = Math.sqrt(left);
  return row;
}

/** `L Lᵀ c = xy` of the chosen atoms. */
function solveFactor(
  factor: readonly Float64Array[],
  chosen: readonly number[],
  xy: Float64Array,
): Float64Array<ArrayBuffer> {
  const m = chosen.length;
  const c = Float64Array.from(chosen, (at) => xy[at]!);
  for (let i = 0; i < m; i++) {
    for (let k = 0; k < i; k++) c[i]! -= factor[i]![k]! * c[k]!;
    c[i] = c[i]! / factor[i]![i]!;
  }
  for (let i = m - 1; i >= 0; i--) {
    for (let k = i + 1; k < m; k++) c[i]! -= factor[k]![i]! * c[k]!;
    c[i] = c[i]! / factor[i]![i]!;
  }
  return c;
}
