import { type Entry, type Evaluator } from "../core/evaluator.ts";
import { type Dense, denseOf, type Floats, floatsFor, type Sparse } from "../core/matrix.ts";
import { floatTransformer } from "../core/transformer.ts";
import type { State } from "../read/state.ts";

type Norm = "l1" | "l2" | "max";

/** Rows scaled to unit norm; a row of zeros stays (sklearn.preprocessing._data.Normalizer). */
export const entry: Entry = {
  classes: ["sklearn.preprocessing._data.Normalizer"],
  build(state: State): Evaluator {
    const norm = state.oneOf("norm", ["l1", "l2", "max"]);
    return floatTransformer(
      state,
      { text: false },
      {
        dense: (x) => normalizeDense(x, norm),
        sparse: (x) => normalizeSparse(x, norm),
      },
    );
  },
};

/** The norm of a stretch of numbers; 1 in place of 0, so that dividing changes nothing. */
function normOf(data: Floats, start: number, end: number, norm: Norm): number {
  let total = 0;
  for (let i = start; i < end; i++) {
    const v = data[i]!;
    if (norm === "l1") total += Math.abs(v);
    else if (norm === "l2") total += v * v;
    else total = Math.max(total, Math.abs(v));
  }
  const result = norm === "l2" ? Math.sqrt(total) : total;
  return result === 0 ? 1 : result;
}

function normalizeDense(x: Dense, norm: Norm): Dense {
  const tiny = 10 * (x.data instanceof Float32Array ? 2 ** -23 : Number.EPSILON);
  const data = floatsFor(x.dtype, x.data.length);
  for (let row = 0; row < x.rows; row++) {
    const start = row * x.cols;
    const n = normOf(x.data, start, start + x.cols, norm);
    // `_handle_zeros_in_scale`: next to nothing counts as nothing, in dense rows only.
    const scale = n < tiny ? 1 : n;
    for (let i = start; i < start + x.cols; i++) data[i] = x.data[i]! / scale;
  }
  return denseOf(data, x.rows, x.cols);
}

/** Each row of a sparse matrix divided by its norm. */
export function normalizeSparse(x: Sparse, norm: Norm): Sparse {
  const data = floatsFor(x.dtype, x.data.length);
  for (let row = 0; row < x.rows; row++) {
    const start = x.indptr[row]!;
    const end = x.indptr[row + 1]!;
    const n = normOf(x.data, start, end, norm);
    for (let k = start; k < end; k++) data[k] = x.data[k]! / n;
  }
  return { ...x, data };
}
