import { undecided } from "../core/distances.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { denseOf, type Dense } from "../core/matrix.ts";
import { floatTransformer } from "../core/transformer.ts";
import { badInput } from "../error.ts";
import type { State } from "../read/state.ts";

/** More cancellation leaves less than nine digits, in an order of summation that is the library's own. */
const MOST = 1e-9 / (64 * Number.EPSILON);

/** A kernel's values moved to the samples' centre (sklearn.preprocessing._data.KernelCenterer). */
export const entry: Entry = {
  classes: ["sklearn.preprocessing._data.KernelCenterer"],
  build(state: State): Evaluator {
    const rows = state.vector("K_fit_rows_");
    const all = state.number("K_fit_all_");
    const { count } = featuresOf(state);
    if (rows.length < 1 || (count !== undefined && count !== rows.length))
      throw state.malformed("K_fit_rows_", `has ${rows.length} elements for ${count} columns`);
    return floatTransformer(
      state,
      {},
      {
        dense: (k): Dense => {
          if (k.cols !== rows.length)
            throw badInput(
              `X has ${k.cols} features, but KernelCenterer is expecting ${rows.length} features as input`,
            );
          if (k.dtype === "float32")
            throw badInput("KernelCenterer of single precision is not evaluated natively: pass float64");
          return centered(k, rows, all);
        },
      },
    );
  },
};

function centered(k: Dense, rows: Float64Array, all: number): Dense {
  const { cols } = k;
  const out = new Float64Array(k.data.length);
  const sizes = new Float64Array(k.data.length);
  for (let at = 0; at < out.length; at += cols) {
    let sum = 0;
    let size = 0;
    for (let i = 0; i < cols; i++) {
      sum += k.data[at + i]!;
      size += Math.abs(k.data[at + i]!);
    }
    const mean = sum / cols;
    for (let i = 0; i < cols; i++) {
      out[at + i] = k.data[at + i]! - rows[i]! - mean + all;
      sizes[at + i] = Math.abs(k.data[at + i]!) + Math.abs(rows[i]!) + size / cols + Math.abs(all);
    }
  }
  const largest = out.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  // Relative to the whole answer: a value that is zero in exact arithmetic is what rounding leaves of it.
  if (out.some((v, i) => !(sizes[i]! <= MOST * Math.max(Math.abs(v), largest * 1e-3))))
    throw undecided("A kernel value whose terms cancel");
  return denseOf(out, k.rows, cols);
}
