import { resultType } from "./dtype.ts";
import { checkFinite, checkNumeric, surelyFinite } from "./check.ts";
import { type Dense, denseOf, floatsFor, type Floats, type Matrix, type Sparse } from "./matrix.ts";
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

/**
 * `affine` of any input that scikit-learn's check lets through. The check comes last: a term that is not finite makes its
 * sum not finite, whatever the weight, so that finite answers prove finite input.
 * @throws {EstimatorError} `bad-input` with scikit-learn's message
 */
export function checkedAffine(x: Matrix, f: Affine, className: string): Dense {
  const numeric = checkNumeric(x, className, { sparse: true, infinite: true });
  const answer = affine(numeric, f);
  if (!surelyFinite(answer.data)) checkFinite(numeric.data, className, false, numeric.dtype);
  return answer;
}

function denseAffine(x: Dense, f: Affine, out: Floats): void {
  // One call site for each array type: an engine that saw both would go through a slower path for both.
  if (x.data instanceof Float32Array) denseKernel32(x.data, f, out);
  else denseKernel64(x.data, f, out);
}

/** Four rows side by side, whose sums do not wait for one another; each adds up in order, as a single row does. */
function denseKernel64(data: Float64Array, f: Affine, out: Floats): void {
  const { weights, intercept, inputs, outputs } = f;
  const rows = out.length / outputs;
  let row = 0;
  for (; row + 3 < rows; row += 4) {
    const p = row * inputs;
    const q = p + inputs;
    const r = q + inputs;
    const s = r + inputs;
    for (let k = 0, w = 0; k < outputs; k++) {
      let [a, b, c, d] = [0, 0, 0, 0];
      for (let i = 0; i < inputs; i++, w++) {
        const weight = weights[w]!;
        a += data[p + i]! * weight;
        b += data[q + i]! * weight;
        c += data[r + i]! * weight;
        d += data[s + i]! * weight;
      }
      const bias = intercept[k]!;
      const to = row * outputs + k;
      out[to] = a + bias;
      out[to + outputs] = b + bias;
      out[to + 2 * outputs] = c + bias;
      out[to + 3 * outputs] = d + bias;
    }
  }
  for (; row < rows; row++) oneRow64(data, row, f, out);
}

function oneRow64(data: Float64Array, row: number, f: Affine, out: Floats): void {
  const { weights, intercept, inputs, outputs } = f;
  const at = row * inputs;
  for (let k = 0, w = 0; k < outputs; k++) {
    let sum = 0;
    for (let i = 0; i < inputs; i++, w++) sum += data[at + i]! * weights[w]!;
    out[row * outputs + k] = sum + intercept[k]!;
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
