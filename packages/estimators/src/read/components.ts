import { undecided } from "../core/distances.ts";
import { fitsInteger } from "../core/dtype.ts";
import { type Dense, denseOf } from "../core/matrix.ts";
import type { Points } from "./points.ts";
import type { State } from "./state.ts";

const ROUNDED_SINCE = 107;
const LOG_2PI = Math.log(2 * Math.PI);

/** 1.7 made even log(2π) a number of the input's own type. */
function log2pi(version: number): (x: Points) => number {
  if (version !== ROUNDED_SINCE) return () => LOG_2PI;
  return ({ dtype }) => {
    if (dtype === "float64") return LOG_2PI;
    if (dtype === "float32") return Math.fround(LOG_2PI);
    if (dtype === "int64" || dtype === "int32") return 1;
    throw undecided(`A mixture's density of ${dtype}`);
  };
}

/** Gaussians with the Cholesky factors of their precisions. */
export interface Components {
  readonly count: number;
  readonly cols: number;
  readonly means: Float64Array;
  readonly type: "full" | "tied" | "diag" | "spherical";
  readonly factors: Float64Array;
  /** They were fitted in single precision. */
  readonly single: boolean;
  log2pi(x: Points): number;
  /** Squares are kept in the input's own type. */
  readonly rounded: boolean;
  /** `log |precision factor|` of each. */
  readonly determinants: Float64Array;
}

export function readComponents(state: State): Components {
  const type = state.oneOf("covariance_type", ["full", "tied", "diag", "spherical"]);
  const { data: means, shape } = state.array("means_", 2);
  const [count = 0, cols = 0] = shape;
  if (count < 1 || cols < 1) throw state.malformed("means_", "is empty");
  const wanted = { full: [count, cols, cols], tied: [cols, cols], diag: [count, cols], spherical: [count] }[
    type
  ];
  const factors = state.array("precisions_cholesky_", wanted.length);
  if (wanted.some((n, axis) => n !== factors.shape[axis]))
    throw state.malformed(
      "precisions_cholesky_",
      `has shape (${factors.shape.join(", ")}), not (${wanted.join(", ")})`,
    );
  const base = {
    log2pi: log2pi(state.version),
    count,
    cols,
    means,
    type,
    factors: factors.data,
    single: factors.dtype === "float32",
    rounded: state.version >= ROUNDED_SINCE,
  };
  return { ...base, determinants: Float64Array.from({ length: count }, (_, k) => logDeterminant(base, k)) };
}

function logDeterminant({ type, factors, cols }: Omit<Components, "determinants">, k: number): number {
  if (type === "spherical") return cols * Math.log(factors[k]!);
  const start = type === "full" ? k * cols * cols : type === "diag" ? k * cols : 0;
  const step = type === "diag" ? 1 : cols + 1;
  let sum = 0;
  for (let i = 0; i < cols; i++) sum += Math.log(factors[start + i * step]!);
  return sum;
}

/**
 * Logarithm of each Gaussian's density at each row, and how much of it rounding may change: the library expands
 * `(x - mean)` into products, which round to their own size.
 */
export function logDensities(x: Points, c: Components): { logs: Dense; errors: Float64Array } {
  const logs = new Float64Array(x.rows * c.count);
  const errors = new Float64Array(logs.length);
  const constant = c.cols * c.log2pi(x);
  for (let row = 0; row < x.rows; row++) {
    for (let k = 0; k < c.count; k++) {
      const at = row * c.count + k;
      const [square, size] =
        c.type === "full" || c.type === "tied" ? turned(x, row, c, k) : straight(x, row, c, k);
      logs[at] = -0.5 * (constant + kept(square, x, c)) + c.determinants[k]!;
      errors[at] = 4 * Number.EPSILON * size;
    }
  }
  return { logs: denseOf(logs, x.rows, c.count), errors };
}

/** The library keeps the squares of full and tied covariances in an array of the input's own type since 1.7: whole numbers are cut. */
function kept(square: number, x: Points, c: Components): number {
  if (!c.rounded || x.dtype === "float64" || (c.type !== "full" && c.type !== "tied")) return square;
  if (x.dtype === "float32") return Math.fround(square);
  const whole = Math.trunc(square);
  const sure = square < 1 || Math.abs(square - Math.round(square)) > 1e-9 * square;
  // What does not fit wraps around there, as the processor's conversion of a float does.
  if (!sure || !fitsInteger(whole, x.dtype) || !(square < 2 ** 31))
    throw undecided(`A mixture's density of ${x.dtype}`);
  return whole;
}

/** `|(x - mean) @ factor|²` and the size of what is rounded in the library's `x @ factor - mean @ factor`. */
function turned(x: Points, row: number, c: Components, k: number): [square: number, size: number] {
  const { cols, means, factors } = c;
  const start = c.type === "full" ? k * cols * cols : 0;
  let square = 0;
  let size = 0;
  for (let j = 0; j < cols; j++) {
    let sum = 0;
    let terms = 0;
    for (let i = 0; i < cols; i++) {
      const factor = factors[start + i * cols + j]!;
      const value = x.data[row * x.cols + i]!;
      const mean = means[k * cols + i]!;
      sum += (value - mean) * factor;
      terms += (Math.abs(value) + Math.abs(mean)) * Math.abs(factor);
    }
    square += sum * sum;
    size += terms * Math.abs(sum);
  }
  return [square, size];
}

/** The same for axes of their own: the library expands the square itself. */
function straight(x: Points, row: number, c: Components, k: number): [square: number, size: number] {
  const { cols, means, factors } = c;
  let square = 0;
  let size = 0;
  for (let i = 0; i < cols; i++) {
    const precision = factors[c.type === "diag" ? k * cols + i : k]! ** 2;
    const value = x.data[row * x.cols + i]!;
    const mean = means[k * cols + i]!;
    square += (value - mean) ** 2 * precision;
    // The library squares float32 in its own precision.
    if (x.dtype === "float32") square += (Math.fround(value * value) - value * value) * precision;
    size += (Math.abs(value) + Math.abs(mean)) ** 2 * precision;
  }
  return [square, size];
}
