/** A B-spline basis: `size` functions of the given degree over non-decreasing knots, and what they are mixed by. */
export interface Spline {
  readonly knots: Float64Array;
  readonly degree: number;
  /** `size × outputs`, row-major. */
  readonly coefficients: Float64Array;
  readonly outputs: number;
  /** Beyond the base interval: the nearest piece, or not-a-number. */
  readonly extrapolate: boolean;
}

/** The interval `knots[i] <= x < knots[i + 1]` of the base interval (`find_interval` of scipy.interpolate); -1 where there is none. */
function interval({ knots, degree, extrapolate }: Spline, x: number): number {
  const n = knots.length - degree - 1;
  if (Number.isNaN(x)) return -1;
  if (!extrapolate && !(x >= knots[degree]! && x <= knots[n]!)) return -1;
  let at = degree;
  while (at !== n - 1 && x >= knots[at + 1]!) at++;
  return at;
}

/**
 * The basis functions that do not vanish at `x`, or their derivatives of order `nu` (0 or 1): `_deBoor_D` of SciPy.
 * @returns `degree + 1` numbers
 */
function basis({ knots, degree }: Spline, x: number, at: number, nu: number): Float64Array {
  const h = new Float64Array(degree + 1);
  h[0] = 1;
  for (let j = 1; j <= degree - nu; j++) {
    const before = h.slice();
    h[0] = 0;
    for (let n = 1; n <= j; n++) {
      const right = knots[at + n]!;
      const left = knots[at + n - j]!;
      if (right === left) {
        h[n] = 0;
        continue;
      }
      const w = before[n - 1]! / (right - left);
      h[n - 1]! += w * (right - x);
      h[n] = w * (x - left);
    }
  }
  for (let j = degree - nu + 1; j <= degree; j++) derive(h, knots, at, j);
  return h;
}

function derive(h: Float64Array, knots: Float64Array, at: number, j: number): void {
  const before = h.slice();
  h[0] = 0;
  for (let n = 1; n <= j; n++) {
    const right = knots[at + n]!;
    const left = knots[at + n - j]!;
    if (right === left) {
      h[j] = 0;
      continue;
    }
    const w = (j * before[n - 1]!) / (right - left);
    h[n - 1]! -= w;
    h[n] = w;
  }
}

/** The spline's outputs at one point, or their derivatives (`BSpline.__call__`). */
export function evaluate(spline: Spline, x: number, nu: 0 | 1 = 0): Float64Array {
  const { outputs, coefficients, degree } = spline;
  const out = new Float64Array(outputs);
  const at = interval(spline, x);
  if (at < 0) return out.fill(Number.NaN);
  if (nu > degree) return out;
  const h = basis(spline, x, at, nu);
  for (let a = 0; a <= degree; a++) {
    const from = (at + a - degree) * outputs;
    for (let k = 0; k < outputs; k++) out[k]! += coefficients[from + k]! * h[a]!;
  }
  return out;
}
