import { isExact, squaredNorms, undecided } from "../core/distances.ts";
import { badInput } from "../error.ts";
import type { Points } from "../read/points.ts";
import { heapPush, sortNearest } from "./heap.ts";
import { asSciPy, type Metric } from "./metric.ts";
import { searchTree, type SpaceTree } from "./tree.ts";

/** The neighbours of one row, nearest first. */
export interface Found {
  readonly indices: Int32Array;
  readonly distances: Float64Array;
  /** Samples that the library may as well have in the last places, when it may: their distances differ by rounding. */
  readonly pool: readonly number[] | undefined;
  /** Places before those of the pool. */
  readonly sure: number;
  /** Whether their order is certain. */
  readonly ordered: boolean;
  /** Whether the distances are good to nine digits. */
  readonly precise: boolean;
}

/** Brute force in chunks of so many samples keeps heaps of its own for each, unless there is one. */
const ONE_CHUNK = 256;
/** Above it, threads may share the rows instead of the samples. */
const FEW_ROWS = 1024;
const BIGGEST = 1e300;

/** Samples that are searched. */
export interface SampleIndex {
  readonly samples: Points;
  readonly metric: Metric;
  readonly tree: SpaceTree | undefined;
  /** Fitted as brute force: distances are computed in blocks by linear algebra. */
  readonly brute: boolean;
  /** The release has the heaps of `ArgKmin`; before it `argpartition` picked. */
  readonly heaps: boolean;
  /** The release sorts few neighbours by insertion. */
  readonly insertion: boolean;
}

export function finder(index: SampleIndex, x: Points): (row: number, k: number) => Found {
  const { samples, metric, tree } = index;
  if (x.cols !== samples.cols || (metric.cols ?? x.cols) !== x.cols)
    throw badInput(`X has ${x.cols} features, but the distance is for ${samples.cols}`);
  const candidates = all(index, x);
  return (row, k) => {
    if (tree === undefined || !metric.bitwise) return candidates(row, k);
    const point = x.data.slice(row * x.cols, (row + 1) * x.cols);
    const { indices, reduced } = searchTree(tree, samples, metric, point, k);
    const ordered = sortNearest(reduced, indices, index.insertion);
    if (!(reduced[k - 1]! < BIGGEST)) throw undecided("A distance so large");
    return {
      indices,
      distances: reduced.map(metric.distance),
      pool: undefined,
      sure: k,
      ordered,
      precise: true,
    };
  };
}

interface Distances {
  readonly reduced: Float64Array;
  readonly errors: Float64Array;
  readonly exact: boolean;
}

/** Distances of a row to every sample, and how far the library's may be from them. */
export function measurer(index: SampleIndex, x: Points): (row: number) => Distances {
  const { samples, brute } = index;
  const { cols, rows } = samples;
  const metric = brute && !(index.heaps && alike(index, x)) ? asSciPy(index.metric) : index.metric;
  const exact = (metric.sums && isExact(cols, x.data, samples.data)) || (!brute && metric.bitwise);
  const normsX = squaredNorms(x.data, x.rows, cols);
  const normsY = squaredNorms(samples.data, rows, cols);
  return (row) => {
    const reduced = new Float64Array(rows);
    const errors = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      reduced[i] = metric.reduced(x.data, row * cols, samples.data, i * cols, cols);
      if (!(Math.abs(reduced[i]!) < BIGGEST)) throw undecided("A distance so large");
      if (!exact) errors[i] = metric.error(reduced[i]!, cols, normsX[row]!, normsY[i]!);
    }
    return { reduced, errors, exact };
  };
}

/** What `ArgKmin` and its like take: both dense and float64. */
function alike({ samples }: SampleIndex, x: Points): boolean {
  return x.dtype === "float64" && samples.dtype === "float64" && !x.sparse && !samples.sparse;
}

function all(index: SampleIndex, x: Points): (row: number, k: number) => Found {
  const measure = measurer(index, x);
  const heaps = index.brute && index.heaps && index.samples.rows <= ONE_CHUNK && x.rows <= FEW_ROWS;
  return (row, k) => {
    const d = measure(row);
    const found = pick(d, k, index.metric);
    const certain = found.pool === undefined && found.ordered;
    return certain || !d.exact || !heaps || !alike(index, x) ? found : byHeap(d.reduced, k, index);
  };
}

/** The heap of the one thread that sees all samples, pushed into that of the answer. */
function byHeap(reduced: Float64Array, k: number, { metric, insertion }: SampleIndex): Found {
  const own = heapOf(reduced, undefined, k);
  const { values, indices } = heapOf(own.values, own.indices, k);
  const ordered = sortNearest(values, indices, insertion);
  return {
    indices,
    distances: values.map(metric.distance),
    pool: undefined,
    sure: k,
    ordered,
    precise: true,
  };
}

function heapOf(
  given: Float64Array,
  names: Int32Array | undefined,
  k: number,
): { values: Float64Array; indices: Int32Array } {
  const values = new Float64Array(k).fill(Infinity);
  const indices = new Int32Array(k);
  given.forEach((v, i) => heapPush(values, indices, v, names?.[i] ?? i));
  return { values, indices };
}

/** Relative error of what is compared that still gives nine digits of the distance. */
const ENOUGH = 1e-9;

/** The nearest `k`, and which of them rounding may have picked or ordered otherwise. */
export function pick({ reduced, errors, exact }: Distances, k: number, metric: Metric): Found {
  const order = Int32Array.from(reduced, (_, i) => i).sort((a, b) => reduced[a]! - reduced[b]! || a - b);
  const indices = order.slice(0, k);
  const last = order[k - 1]!;
  const near = (i: number): boolean =>
    Math.abs(reduced[i]! - reduced[last]!) <= 2 * Math.max(errors[i]!, errors[last]!);
  const pool = Array.from(order).filter(near);
  const sure = indices.findIndex(near);
  let ordered = true;
  let precise = true;
  for (let at = 0; at < k; at++) {
    const [i, next] = [order[at]!, order[at + 1]];
    if (!exact && !(errors[i]! < ENOUGH * reduced[i]!)) precise = false;
    if (next === undefined || at + 1 >= k) continue;
    if (!(reduced[next]! - reduced[i]! > 2 * Math.max(errors[i]!, errors[next]!))) ordered = false;
  }
  return {
    indices,
    distances: Float64Array.from(indices, (i) => metric.distance(reduced[i]!)),
    pool: pool.length > k - sure ? pool : undefined,
    sure,
    ordered,
    precise,
  };
}

/**
 * All samples within a radius, by index.
 * @throws {EstimatorError} `bad-input` when one lies on it but for rounding
 */
export function within(index: SampleIndex, x: Points, radius: number): (row: number) => Found {
  const measure = measurer(index, x);
  const limit = index.metric.reduce(radius);
  const slack =
    isExact(1, Float64Array.of(radius)) && index.tree?.ball !== true ? 0 : 8 * Number.EPSILON * limit;
  return (row) => {
    const { reduced, errors, exact } = measure(row);
    const indices: number[] = [];
    let precise = true;
    reduced.forEach((v, i) => {
      const doubt = Math.max(errors[i]!, exact ? slack : 16 * Number.EPSILON * limit);
      if (doubt > 0 && Math.abs(v - limit) <= 2 * doubt)
        throw undecided("Whether a sample is within the radius");
      if (!(v <= limit)) return;
      indices.push(i);
      if (!exact && !(errors[i]! < ENOUGH * v)) precise = false;
    });
    return {
      indices: Int32Array.from(indices),
      distances: Float64Array.from(indices, (i) => index.metric.distance(reduced[i]!)),
      pool: undefined,
      sure: indices.length,
      ordered: true,
      precise,
    };
  };
}
