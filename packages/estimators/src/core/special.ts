import { fastExp } from "./exp.ts";
import type { Dense } from "./matrix.ts";
import { denseOf, type Floats } from "./matrix.ts";

/** `scipy.special.expit`. */
export function expit(x: number): number {
  return 1 / (1 + fastExp(-x));
}

/** Applies `f` to every element, in place. */
export function mapInPlace(data: Floats, f: (x: number) => number): void {
  for (let i = 0; i < data.length; i++) data[i] = f(data[i]!);
}

/** `sklearn.utils.extmath.softmax`, in place: each row minus its maximum, exponentiated, divided by its sum. */
export function softmaxRows(x: Dense): Dense {
  const { data, cols } = x;
  for (let row = 0; row < x.rows; row++) {
    const start = row * cols;
    let max = -Infinity;
    for (let i = start; i < start + cols; i++) max = Math.max(max, data[i]!);
    let sum = 0;
    for (let i = start; i < start + cols; i++) {
      const e = Math.exp(data[i]! - max);
      data[i] = e;
      sum += e;
    }
    for (let i = start; i < start + cols; i++) data[i] = data[i]! / sum;
  }
  return x;
}

/** `expit` of every element, in place. A loop for each type of array, and no call that the compiler must guess. */
export function expitInPlace(data: Floats): void {
  if (data instanceof Float32Array) mapInPlace(data, expit);
  else for (let i = 0; i < data.length; i++) data[i] = 1 / (1 + fastExp(-data[i]!));
}

/** Each row minus its `logsumexp`, in place. */
export function logNormalizeRows(x: Dense): Dense {
  const { data, cols } = x;
  for (let row = 0; row < x.rows; row++) {
    const start = row * cols;
    const lse = logSumExp(data, start, cols);
    for (let i = start; i < start + cols; i++) data[i] = data[i]! - lse;
  }
  return x;
}

/** The same with the largest taken away first, which large scores show: `x - max - log(sum(exp(x - max)))`. */
export function logSharesOfRows(x: Dense): Dense {
  const { data, cols } = x;
  for (let start = 0; start < data.length; start += cols) {
    let max = -Infinity;
    for (let i = start; i < start + cols; i++) max = Math.max(max, data[i]!);
    let sum = 0;
    for (let i = start; i < start + cols; i++) sum += Math.exp(data[i]! - max);
    for (let i = start; i < start + cols; i++) data[i] = data[i]! - max - Math.log(sum);
  }
  return x;
}

/** `scipy.special.logsumexp` of `count` elements from `start`. */
export function logSumExp(data: Floats, start: number, count: number): number {
  let max = -Infinity;
  for (let i = start; i < start + count; i++) max = Math.max(max, data[i]!);
  if (max === -Infinity) return -Infinity;
  let sum = 0;
  for (let i = start; i < start + count; i++) sum += Math.exp(data[i]! - max);
  return Math.log(sum) + max;
}

/** `numpy.log` of every element, as a new matrix. */
export function logOf(x: Dense): Dense {
  const data = x.data.slice();
  mapInPlace(data, Math.log);
  return denseOf(data, x.rows, x.cols);
}

/** Two columns `[1 - p, p]` from a vector of probabilities. */
export function bothSides(p: Floats): Dense {
  const data = p instanceof Float32Array ? new Float32Array(p.length * 2) : new Float64Array(p.length * 2);
  for (let i = 0; i < p.length; i++) {
    data[2 * i] = 1 - p[i]!;
    data[2 * i + 1] = p[i]!;
  }
  return denseOf(data, p.length, 2);
}

/** Two columns `[1 - expit(s), expit(s)]` from a vector of scores, which is written over where it is float32. */
export function bothExpit(scores: Floats): Dense {
  if (scores instanceof Float32Array) {
    mapInPlace(scores, expit);
    return bothSides(scores);
  }
  const data = new Float64Array(scores.length * 2);
  for (let i = 0; i < scores.length; i++) {
    const p = 1 / (1 + fastExp(-scores[i]!));
    data[2 * i] = 1 - p;
    data[2 * i + 1] = p;
  }
  return denseOf(data, scores.length, 2);
}

/** Divides each row by its sum; `whenZero` stands in for a sum of 0. */
export function normalizeRows(x: Dense, whenZero: (row: number) => void = () => {}): Dense {
  const { data, cols } = x;
  for (let row = 0; row < x.rows; row++) {
    const start = row * cols;
    let sum = 0;
    for (let i = start; i < start + cols; i++) sum += data[i]!;
    if (sum === 0) whenZero(row);
    else for (let i = start; i < start + cols; i++) data[i] = data[i]! / sum;
  }
  return x;
}
