import type { Points } from "../read/points.ts";
import {
  dotProduct,
  expansionError,
  isExact,
  squaredDistance,
  squaredNorms,
  undecided,
} from "./distances.ts";
import { manhattan } from "./kernels.ts";

export interface NearestOptions {
  readonly metric?: "euclidean" | "manhattan";
  /** Whether two centres give the same answer, so that it does not matter which is nearer. */
  readonly same?: (a: number, b: number) => boolean;
  /** What is asked, for the message. */
  readonly what: string;
}

/**
 * The nearest of some centres for each row, as `pairwise_distances_argmin` has it: the first of equals.
 * @throws {EstimatorError} `bad-input` where two are so near to each other that rounding decides
 */
export function nearestCenter(x: Points, centers: Points, options: NearestOptions): Int32Array {
  const { cols } = centers;
  const euclidean = options.metric !== "manhattan";
  const pair = euclidean ? squaredDistance : manhattan;
  const exact = isExact(cols, x.data, centers.data);
  const norms = squaredNorms(centers.data, centers.rows, cols);
  const d = new Float64Array(centers.rows);
  return Int32Array.from({ length: x.rows }, (_, row) => {
    for (let k = 0; k < d.length; k++) d[k] = pair(x.data, row * cols, centers.data, k * cols, cols);
    const best = smallest(d);
    if (exact) return best;
    const norm = dotProduct(x.data, row * cols, x.data, row * cols, cols);
    for (let k = 0; k < d.length; k++) {
      if (k === best || options.same?.(k, best) === true) continue;
      const error = euclidean
        ? expansionError(cols, norm, Math.max(norms[k]!, norms[best]!))
        : d[k]! * cols * 1e-15;
      if (!(d[k]! - d[best]! > 2 * error)) throw undecided(options.what);
    }
    return best;
  });
}

function smallest(d: Float64Array): number {
  let best = 0;
  for (let k = 1; k < d.length; k++) if (d[k]! < d[best]!) best = k;
  return best;
}
