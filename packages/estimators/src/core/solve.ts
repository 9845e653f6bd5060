/** Factors of a square matrix: `P A = L U`, as LAPACK's `getrf` pivots. */
interface Factors {
  readonly lu: Float64Array;
  readonly rows: Int32Array;
  readonly sign: number;
}

/** Gaussian elimination with partial pivoting of an `n × n` row-major matrix; undefined when it is singular. */
function factor(a: Float64Array, n: number): Factors | undefined {
  const lu = a.slice();
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  let sign = 1;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(lu[i * n + k]!) > Math.abs(lu[pivot * n + k]!)) pivot = i;
    if (!(Math.abs(lu[pivot * n + k]!) > 0)) return undefined;
    if (pivot !== k) {
      swapRows(lu, n, k, pivot);
      [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
      sign = -sign;
    }
    for (let i = k + 1; i < n; i++) {
      const m = lu[i * n + k]! / lu[k * n + k]!;
      lu[i * n + k] = m;
      for (let j = k + 1; j < n; j++) lu[i * n + j]! -= m * lu[k * n + j]!;
    }
  }
  return { lu, rows, sign };
}

function swapRows(a: Float64Array, n: number, i: number, k: number): void {
  for (let j = 0; j < n; j++) [a[i * n + j], a[k * n + j]] = [a[k * n + j]!, a[i * n + j]!];
}

/**
 * `X` of `A X = B` for an `n × n` matrix and `n × m` right-hand sides, all row-major.
 * @returns undefined when `A` is singular
 */
export function solve(a: Float64Array, n: number, b: Float64Array, m: number): Float64Array | undefined {
  const factors = factor(a, n);
  if (factors === undefined) return undefined;
  const { lu, rows } = factors;
  const x = new Float64Array(n * m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) x[i * m + j] = b[rows[i]! * m + j]!;
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) for (let j = 0; j < m; j++) x[i * m + j]! -= lu[i * n + k]! * x[k * m + j]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++)
      for (let j = 0; j < m; j++) x[i * m + j]! -= lu[i * n + k]! * x[k * m + j]!;
    for (let j = 0; j < m; j++) x[i * m + j] = x[i * m + j]! / lu[i * n + i]!;
  }
  return x;
}

/** The inverse of an `n × n` matrix; undefined when it is singular. */
export function inverse(a: Float64Array, n: number): Float64Array | undefined {
  const identity = new Float64Array(n * n);
  for (let i = 0; i < n; i++) identity[i * n + i] = 1;
  return solve(a, n, identity, n);
}

/** `sklearn.utils.extmath.fast_logdet`: the logarithm of the determinant, −∞ when that is not positive. */
export function logDeterminant(a: Float64Array, n: number): number {
  const factors = factor(a, n);
  if (factors === undefined) return -Infinity;
  let { sign } = factors;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const d = factors.lu[i * n + i]!;
    if (d < 0) sign = -sign;
    sum += Math.log(Math.abs(d));
  }
  return sign > 0 ? sum : -Infinity;
}

/** `A @ B` of row-major `n × k` and `k × m` matrices. */
export function multiply(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  [n, k, m]: readonly [n: number, k: number, m: number],
): Float64Array {
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let t = 0; t < k; t++) {
      const v = a[i * k + t]!;
      for (let j = 0; j < m; j++) out[i * m + j]! += v * b[t * m + j]!;
    }
  }
  return out;
}

/** Rows and columns exchanged. */
export function transpose(a: ArrayLike<number>, rows: number, cols: number): Float64Array {
  const out = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) out[j * rows + i] = a[i * cols + j]!;
  return out;
}
