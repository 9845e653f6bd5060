import { dotProduct, expansionError, squaredDistance } from "../core/distances.ts";
import { manhattan } from "../core/kernels.ts";
import { badInput } from "../error.ts";

type Pair = (a: Float64Array, ai: number, b: Float64Array, bi: number, cols: number) => number;

/** A distance as the library's neighbours compare it. */
export interface Metric {
  readonly name: string;
  /** What is compared: grows with the distance (its square for the Euclidean one). */
  readonly reduced: Pair;
  /** From what is compared to the distance. */
  readonly distance: (reduced: number) => number;
  /** From the distance to what is compared. */
  readonly reduce: (distance: number) => number;
  /** Trees compute it by sums and products in one order alone, which are the same everywhere. */
  readonly bitwise: boolean;
  /** Sums of products or differences: exact when the numbers are short. */
  readonly sums: boolean;
  /**
   * How far brute force may be from `reduced`, for rows of these squared norms.
   * @param reduced its value
   */
  error(reduced: number, cols: number, normX: number, normY: number): number;
  /** Exact columns that it is defined for. */
  readonly cols?: number;
}

const same = (v: number): number => v;
const relative = (reduced: number, cols: number): number => reduced * (cols + 8) * Number.EPSILON;

interface Definition extends Partial<Metric> {
  readonly reduced: Pair;
}

function metric(name: string, definition: Definition): Metric {
  return { distance: same, reduce: same, bitwise: false, sums: false, error: relative, ...definition, name };
}

export const EUCLIDEAN: Metric = metric("euclidean", {
  reduced: squaredDistance,
  distance: Math.sqrt,
  reduce: (d) => d * d,
  bitwise: true,
  sums: true,
  error: (_, cols, normX, normY) => expansionError(cols, normX, normY),
});

export const MANHATTAN: Metric = metric("manhattan", { reduced: manhattan, bitwise: true, sums: true });

export const CHEBYSHEV: Metric = metric("chebyshev", {
  reduced: largestDifference,
  bitwise: true,
  sums: true,
});

/** Distances without parameters, by the library's names. */
const PLAIN: ReadonlyMap<string, Metric> = new Map<string, Metric>([
  ...["euclidean", "l2"].map((name): [string, Metric] => [name, EUCLIDEAN]),
  ...["manhattan", "l1", "cityblock"].map((name): [string, Metric] => [name, MANHATTAN]),
  ...["chebyshev", "infinity"].map((name): [string, Metric] => [name, CHEBYSHEV]),
  ["sqeuclidean", { ...EUCLIDEAN, name: "sqeuclidean", distance: same, reduce: same, bitwise: false }],
  ["hamming", metric("hamming", { reduced: hamming })],
  ["canberra", metric("canberra", { reduced: canberra })],
  ["braycurtis", metric("braycurtis", { reduced: brayCurtis((a, b) => Math.abs(a) + Math.abs(b)) })],
  [
    "cosine",
    metric("cosine", { reduced: cosine, error: (_, cols) => (Math.min(cols, 64) + 8) * Number.EPSILON }),
  ],
  [
    "haversine",
    metric("haversine", {
      reduced: haversine,
      distance: (r) => 2 * Math.asin(Math.sqrt(r)),
      reduce: (d) => Math.sin(0.5 * d) ** 2,
      error: (r) => (r + 1e-6) * 16 * Number.EPSILON,
      cols: 2,
    }),
  ],
]);

export function plainMetric(name: string): Metric | undefined {
  return PLAIN.get(name);
}

export function minkowski(p: number, weights: Float64Array | undefined): Metric {
  return metric("minkowski", {
    reduced: (a, ai, b, bi, cols) => {
      let sum = 0;
      for (let i = 0; i < cols; i++) sum += (weights?.[i] ?? 1) * Math.abs(a[ai + i]! - b[bi + i]!) ** p;
      return sum;
    },
    distance: (r) => r ** (1 / p),
    reduce: (d) => d ** p,
    ...(weights === undefined ? {} : { cols: weights.length }),
  });
}

export function standardized(variance: Float64Array): Metric {
  return metric("seuclidean", {
    reduced: (a, ai, b, bi, cols) => {
      let sum = 0;
      for (let i = 0; i < cols; i++) {
        const d = a[ai + i]! - b[bi + i]!;
        sum += (d * d) / variance[i]!;
      }
      return sum;
    },
    distance: Math.sqrt,
    reduce: (d) => d * d,
    cols: variance.length,
  });
}

/** @param inverse of the covariance, `cols × cols` */
export function mahalanobis(inverse: Float64Array, cols: number): Metric {
  const delta = new Float64Array(cols);
  return metric("mahalanobis", {
    reduced: (a, ai, b, bi) => {
      for (let i = 0; i < cols; i++) delta[i] = a[ai + i]! - b[bi + i]!;
      let total = 0;
      for (let i = 0; i < cols; i++) total += dotProduct(inverse, i * cols, delta, 0, cols) * delta[i]!;
      return total;
    },
    distance: Math.sqrt,
    reduce: (d) => d * d,
    error: (r, n) => (Math.abs(r) + 1e-12) * n * n * 16 * Number.EPSILON,
    cols,
  });
}

function largestDifference(a: Float64Array, ai: number, b: Float64Array, bi: number, cols: number): number {
  let largest = 0;
  for (let i = 0; i < cols; i++) largest = Math.max(largest, Math.abs(a[ai + i]! - b[bi + i]!));
  return largest;
}

function hamming(a: Float64Array, ai: number, b: Float64Array, bi: number, cols: number): number {
  let count = 0;
  for (let i = 0; i < cols; i++) if (a[ai + i] !== b[bi + i]) count++;
  return count / cols;
}

function canberra(a: Float64Array, ai: number, b: Float64Array, bi: number, cols: number): number {
  let sum = 0;
  for (let i = 0; i < cols; i++) {
    const size = Math.abs(a[ai + i]!) + Math.abs(b[bi + i]!);
    if (size > 0) sum += Math.abs(a[ai + i]! - b[bi + i]!) / size;
  }
  return sum;
}

/** SciPy divides by sums, scikit-learn by sums of absolute values. */
function brayCurtis(size: (a: number, b: number) => number): Pair {
  return (a, ai, b, bi, cols) => {
    let above = 0;
    let below = 0;
    for (let i = 0; i < cols; i++) {
      above += Math.abs(a[ai + i]! - b[bi + i]!);
      below += size(a[ai + i]!, b[bi + i]!);
    }
    if (below === 0)
      throw badInput("The distance braycurtis between two rows of zeros is not evaluated natively");
    return above / below;
  };
}

/** The distance as SciPy computes it, where the library leaves it to SciPy. */
export function asSciPy(own: Metric): Metric {
  return own.name === "braycurtis" ? { ...own, reduced: brayCurtis((a, b) => Math.abs(a + b)) } : own;
}

function cosine(a: Float64Array, ai: number, b: Float64Array, bi: number, cols: number): number {
  const size = Math.sqrt(dotProduct(a, ai, a, ai, cols)) * Math.sqrt(dotProduct(b, bi, b, bi, cols));
  // Rows of zeros stay zeros when they are normalised.
  const similarity = size === 0 ? 0 : dotProduct(a, ai, b, bi, cols) / size;
  return Math.min(Math.max(1 - similarity, 0), 2);
}

function haversine(a: Float64Array, ai: number, b: Float64Array, bi: number): number {
  const latitude = Math.sin(0.5 * (a[ai]! - b[bi]!));
  const longitude = Math.sin(0.5 * (a[ai + 1]! - b[bi + 1]!));
  return latitude * latitude + Math.cos(a[ai]!) * Math.cos(b[bi]!) * longitude * longitude;
}
