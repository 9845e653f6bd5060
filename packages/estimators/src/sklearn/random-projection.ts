import { checkFeatures, checkNumeric, toFloating } from "../core/check.ts";
import { resultType } from "../core/dtype.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { affine } from "../core/linear.ts";
import { densify, floatsFor, type Matrix, type Sparse } from "../core/matrix.ts";
import { transformer } from "../core/transformer.ts";
import { isSparse, readSparse, transposeSparse } from "../read/sparse.ts";
import type { State } from "../read/state.ts";
import { readWeights } from "../read/weights.ts";

/** Products with a random matrix that was drawn at fit (sklearn.random_projection). */
export const entry: Entry = {
  classes: [
    "sklearn.random_projection.GaussianRandomProjection",
    "sklearn.random_projection.SparseRandomProjection",
  ],
  build(state: State): Evaluator {
    const value = state.value("components_");
    const sparse = isSparse(value) ? readSparse(value, state.where("components_")) : undefined;
    const f = sparse === undefined ? readWeights(state, "components_") : sparseWeights(sparse, state);
    const features = { ...featuresOf(state), count: f.inputs };
    // A dense answer of a sparse input takes a dense matrix, or the wish for one.
    const staysSparse = sparse !== undefined && !state.boolOr("dense_output", true);
    const right = sparse === undefined ? undefined : transposeSparse(sparse);
    return transformer(state, features, (x): Matrix => {
      checkFeatures(x, features);
      const numeric = toFloating(checkNumeric(x, features.className, { sparse: true }));
      if (numeric.kind === "sparse" && staysSparse && right !== undefined)
        return multiplySparse(numeric, right);
      return affine(numeric, f);
    });
  },
};

/** No larger than what a dense matrix of the same shape may take. */
const MAX_DENSE = 2 ** 26;

function sparseWeights(x: Sparse, state: State): ReturnType<typeof readWeights> {
  if (x.rows * x.cols > MAX_DENSE || x.rows * x.cols < 1)
    throw state.unsupported("components_", `of ${x.rows} × ${x.cols} is too large, or empty`);
  return {
    weights: Float64Array.from(densify(x).data),
    intercept: new Float64Array(x.rows),
    inputs: x.cols,
    outputs: x.rows,
    dtype: x.dtype,
  };
}

/** `x @ right` of two matrices in compressed rows. */
function multiplySparse(x: Sparse, right: Sparse): Sparse {
  const dtype = resultType(x.dtype, right.dtype);
  const indptr = new Int32Array(x.rows + 1);
  const indices: number[] = [];
  const data: number[] = [];
  const sums = new Float64Array(right.cols);
  for (let row = 0; row < x.rows; row++) {
    sums.fill(0);
    for (let k = x.indptr[row]!; k < x.indptr[row + 1]!; k++) {
      const at = x.indices[k]!;
      for (let t = right.indptr[at]!; t < right.indptr[at + 1]!; t++)
        sums[right.indices[t]!]! += x.data[k]! * right.data[t]!;
    }
    sums.forEach((v, col) => {
      if (v === 0) return;
      indices.push(col);
      data.push(v);
    });
    indptr[row + 1] = indices.length;
  }
  const values = floatsFor(dtype, data.length);
  values.set(data);
  return {
    kind: "sparse",
    indptr,
    indices: Int32Array.from(indices),
    data: values,
    rows: x.rows,
    cols: right.cols,
    dtype,
  };
}
