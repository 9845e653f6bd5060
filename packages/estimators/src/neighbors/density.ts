import { undecided } from "../core/distances.ts";
import type { Points } from "../read/points.ts";
import type { Metric } from "./metric.ts";
import { leastDistance, type SpaceTree } from "./tree.ts";

/*
 * The kernel density of sklearn/neighbors/_binary_tree.pxi with atol = rtol = 0: every sample counts, and what the library
 * adds to it is what rounding leaves of the bounds that it put in and took out again on its way down the tree.
 */

export type KernelName = "gaussian" | "tophat" | "epanechnikov" | "exponential" | "linear" | "cosine";

export const KERNEL_NAMES = [
  "gaussian",
  "tophat",
  "epanechnikov",
  "exponential",
  "linear",
  "cosine",
] as const;

/** `compute_log_kernel`. */
export function logKernel(name: KernelName, distance: number, h: number): number {
  if (name === "gaussian") return (-0.5 * (distance * distance)) / (h * h);
  if (name === "exponential") return -distance / h;
  if (!(distance < h)) return -Infinity;
  switch (name) {
    case "tophat":
      return 0;
    case "epanechnikov":
      return Math.log(1 - (distance * distance) / (h * h));
    case "linear":
      return Math.log(1 - distance / h);
    case "cosine":
    default:
      return Math.log(Math.cos((0.5 * Math.PI * distance) / h));
  }
}

/** `_log_kernel_norm` in `d` dimensions. */
export function logKernelNorm(name: KernelName, h: number, d: number): number {
  return -normFactor(name, d) - d * Math.log(h);
}

const LOG_PI = Math.log(Math.PI);
const LOG_2PI = Math.log(2 * Math.PI);

function normFactor(name: KernelName, d: number): number {
  switch (name) {
    case "gaussian":
      return 0.5 * d * LOG_2PI;
    case "tophat":
      return logBall(d);
    case "epanechnikov":
      return logBall(d) + Math.log(2 / (d + 2));
    case "exponential":
      return logSphere(d - 1) + logGamma(2 * d);
    case "linear":
      return logBall(d) - Math.log(d + 1);
    case "cosine":
    default:
      return cosineFactor(d);
  }
}

function cosineFactor(d: number): number {
  let factor = 0;
  let term = 2 / Math.PI;
  for (let k = 1; k < d + 1; k += 2) {
    factor += term;
    term *= -(d - k) * (d - k - 1) * (2 / Math.PI) ** 2;
  }
  return Math.log(factor) + logSphere(d - 1);
}

function logBall(n: number): number {
  return 0.5 * n * LOG_PI - logGamma(n + 2);
}

function logSphere(n: number): number {
  return LOG_2PI + logBall(n - 1);
}

/** The logarithm of the gamma function at half of a whole number above 0. */
function logGamma(twice: number): number {
  let product = twice % 2 === 0 ? 1 : Math.sqrt(Math.PI);
  let sum = 0;
  for (let t = twice - 2; t > 0; t -= 2) {
    product *= t / 2;
    if (product > 1e280) {
      sum += Math.log(product);
      product = 1;
    }
  }
  return sum + Math.log(product);
}

/** Samples, how much each counts, and how. */
export interface DensityIndex {
  readonly samples: Points;
  readonly tree: SpaceTree;
  readonly metric: Metric;
  readonly weights: Float64Array | undefined;
  readonly kernel: KernelName;
  readonly bandwidth: number;
}

/** Relative error that the logarithm of a sum may have before the library's ninth digit is its machine's alone. */
const ENOUGH = 2e-10;

/**
 * The logarithm of the sum of the kernels of all samples at one point, without the norm.
 * @throws {EstimatorError} `bad-input` where rounding shows
 */
export function logDensity(index: DensityIndex, point: Float64Array): number {
  const terms = sampleTerms(index, point);
  const sum = logSum(terms);
  const residue = boundResidue(index, point);
  if (sum === -Infinity && residue === -Infinity) return sum;
  const own = terms.length * Number.EPSILON * (Math.abs(sum) + 2);
  if (!(Math.exp(residue - sum) + own <= ENOUGH * Math.max(1e-3, Math.abs(sum))))
    throw undecided("A density so far below its bounds");
  return sum;
}

function sampleTerms(index: DensityIndex, point: Float64Array): Float64Array {
  const { samples, metric, weights, kernel, bandwidth } = index;
  const compact = kernel !== "gaussian" && kernel !== "exponential";
  return Float64Array.from({ length: samples.rows }, (_, i) => {
    const d = metric.distance(metric.reduced(point, 0, samples.data, i * samples.cols, samples.cols));
    if (compact && Math.abs(d - bandwidth) <= (metric.bitwise ? 0 : 1e-12) * bandwidth && d !== bandwidth)
      throw undecided("Whether a sample is within the bandwidth");
    return logKernel(kernel, d, bandwidth) + (weights === undefined ? 0 : Math.log(weights[i]!));
  });
}

function logSum(terms: Float64Array): number {
  let largest = -Infinity;
  for (const v of terms) largest = Math.max(largest, v);
  if (largest === -Infinity) return largest;
  let sum = 0;
  for (const v of terms) sum += Math.exp(v - largest);
  return largest + Math.log(sum);
}

function logAdd(a: number, b: number): number {
  const largest = Math.max(a, b);
  return largest === -Infinity ? largest : largest + Math.log(Math.exp(a - largest) + Math.exp(b - largest));
}

/** The logarithm of how much the bounds of nodes may leave: each is rounded to the size of the sum that it is added to. */
function boundResidue(index: DensityIndex, point: Float64Array): number {
  const { tree, metric, weights, kernel, bandwidth } = index;
  // The root alone goes out as it came in.
  if (tree.leaf[0] !== 0) return -Infinity;
  const bound = (node: number): number => {
    const least = leastDistance(tree, node, point, metric);
    return logKernel(kernel, least, bandwidth) + Math.log(weightOf(tree, node, weights));
  };
  let level = [1, 2];
  let residue = -Infinity;
  while (level.length > 0) {
    const bounds = level.map(bound);
    const total = bounds.reduce(logAdd, -Infinity);
    if (total > -Infinity)
      residue = logAdd(residue, total + Math.log(6 * level.length * Number.EPSILON * (Math.abs(total) + 2)));
    level = level.flatMap((node, i) =>
      tree.leaf[node] === 0 && bounds[i]! > -Infinity ? [2 * node + 1, 2 * node + 2] : [],
    );
  }
  return residue;
}

function weightOf(tree: SpaceTree, node: number, weights: Float64Array | undefined): number {
  const [start, end] = [tree.start[node]!, tree.end[node]!];
  if (weights === undefined) return end - start;
  let sum = 0;
  for (let i = start; i < end; i++) sum += weights[tree.order[i]!]!;
  return sum;
}
