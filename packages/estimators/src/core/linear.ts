import { resultType } from "./dtype.ts";
import { type Dense, denseOf, floatsFor, type Sparse, type Floats } from "./matrix.ts";
import type { NumericDType } from "../data.ts";

/** `k` linear functions of `n` columns: weights are `k × n`, row-major. */
export interface Affine {
  readonly weights: Float64Array;
  readonly intercept: Float64Array;
  readonly inputs: number;
  readonly outputs: number;
  /** What the weights were fitted in: float32 weights on float32 input answer float32. */
  readonly dtype: NumericDType;
}

/** `X @ weights.T + intercept`, computed in float64 and rounded once where NumPy answers float32. */
export function affine(x: Dense | Sparse, f: Affine): Dense {
  const type = resultType(x.dtype, f.dtype);
  const out = floatsFor(type, x.rows * f.outputs);
  if (x.kind === "sparse") sparseAffine(x, f, out);
  else denseAffine(x, f, out);
  return denseOf(out, x.rows, f.outputs);
}

function denseAffine(x: Dense, f: Affine, out: Floats): void {
  const { weights, intercept, inputs, outputs } = f;
  const { data } = x;
  for (let row = 0; row < x.rows; row++) {
    const at = row * inputs;
    for (let k = 0; k < outputs; k++) {
      const w = k * inputs;
      let sum = 0;
      for (let i = 0; i < inputs; i++) sum += data[at + i]! * weights[w + i]!;
      out[row * outputs + k] = sum + intercept[k]!;
    }
  }
}

function sparseAffine(x: Sparse, f: Affine, out: Floats): void {
  const { weights, intercept, inputs, outputs } = f;
  for (let row = 0; row < x.rows; row++) {
    const end = x.indptr[row + 1]!;
    for (let k = 0; k < outputs; k++) {
      let sum = 0;
      for (let at = x.indptr[row]!; at < end; at++)
        sum += x.data[at]! * weights[k * inputs + x.indices[at]!]!;
      out[row * outputs + k] = sum + intercept[k]!;
    }
  }
}
