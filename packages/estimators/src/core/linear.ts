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
  // One call site for each array type: an engine that saw both would go through a slower path for both.
  if (x.data instanceof Float32Array) denseKernel32(x.data, f, out);
  else denseKernel64(x.data, f, out);
}

function denseKernel64(data: Float64Array, f: Affine, out: Floats): void {
  const { weights, intercept, inputs, outputs } = f;
  for (let at = 0, to = 0; to < out.length; at += inputs) {
    for (let k = 0; k < outputs; k++, to++) {
      const w = k * inputs;
      let even = 0;
      let odd = 0;
      let i = 0;
      for (; i + 1 < inputs; i += 2) {
        even += data[at + i]! * weights[w + i]!;
        odd += data[at + i + 1]! * weights[w + i + 1]!;
      }
      if (i < inputs) even += data[at + i]! * weights[w + i]!;
      out[to] = even + odd + intercept[k]!;
    }
  }
}

function denseKernel32(data: Float32Array, f: Affine, out: Floats): void {
  const { weights, intercept, inputs, outputs } = f;
  for (let at = 0, to = 0; to < out.length; at += inputs) {
    for (let k = 0; k < outputs; k++, to++) {
      let sum = 0;
      for (let i = 0; i < inputs; i++) sum += data[at + i]! * weights[k * inputs + i]!;
      out[to] = sum + intercept[k]!;
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
