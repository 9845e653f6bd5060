import { checkFeatures, checkNumeric, toFloating } from "../core/check.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { lastAtMost } from "../core/interpolate.ts";
import { densify, type Dense, denseOf, floatsFor, type Matrix, type Sparse } from "../core/matrix.ts";
import { transformer } from "../core/transformer.ts";
import { readNumbers, readObjects } from "../read/array.ts";
import type { State } from "../read/state.ts";

/** Numbers into bins (sklearn.preprocessing._discretization.KBinsDiscretizer). */
export const entry: Entry = {
  classes: ["sklearn.preprocessing._discretization.KBinsDiscretizer"],
  build(state: State): Evaluator {
    const { items } = readObjects(state.value("bin_edges_"), state.where("bin_edges_"));
    const edges = items.map((value, i) => readNumbers(value, `${state.where("bin_edges_")}[${i}]`).data);
    const bins = state.vector("n_bins_", edges.length);
    const sizes = edges.map((list) => list.length - 1);
    if (sizes.some((size, i) => size < 1 || size !== bins[i]))
      throw state.malformed("n_bins_", "do not match bin_edges_");
    const encode = state.oneOf("encode", ["onehot", "onehot-dense", "ordinal"]);
    if (state.given("dtype")) throw state.unsupported("dtype", "is set, which is not evaluated natively");
    const features = { ...featuresOf(state), count: edges.length };
    const binOf = state.version === 100 ? tolerantBin : plainBin;
    return transformer(state, features, (x): Matrix => {
      checkFeatures(x, features);
      const codes = toCodes(toFloating(checkNumeric(x, features.className)), edges, binOf);
      if (encode === "ordinal") return codes;
      const hot = oneHot(codes, sizes);
      return encode === "onehot" ? hot : densify(hot);
    });
  },
};

type BinOf = (edges: Float64Array, v: number) => number;

/** `searchsorted(edges[1:-1], v, side="right")`. */
function plainBin(edges: Float64Array, v: number): number {
  return lastAtMost(edges.subarray(1, -1), v) + 1;
}

/** Before 1.1 a value a little below an edge belonged to the bin above it. */
function tolerantBin(edges: Float64Array, v: number): number {
  const at = lastAtMost(edges.subarray(1), v + (1e-8 + 1e-5 * Math.abs(v))) + 1;
  return Math.min(at, edges.length - 2);
}

function toCodes(x: Dense, edges: readonly Float64Array[], binOf: BinOf): Dense {
  const data = floatsFor(x.dtype, x.data.length);
  for (let i = 0; i < data.length; i++) data[i] = binOf(edges[i % x.cols]!, x.data[i]!);
  return denseOf(data, x.rows, x.cols);
}

function oneHot(codes: Dense, sizes: readonly number[]): Sparse {
  const { rows, cols } = codes;
  const offsets = sizes.map((_, i) => sizes.slice(0, i).reduce((a, b) => a + b, 0));
  const indptr = Int32Array.from({ length: rows + 1 }, (_, row) => row * cols);
  const indices = Int32Array.from(codes.data, (code, i) => offsets[i % cols]! + code);
  const data = floatsFor(codes.dtype, rows * cols).fill(1);
  return {
    kind: "sparse",
    indptr,
    indices,
    data,
    rows,
    cols: sizes.reduce((a, b) => a + b, 0),
    dtype: codes.dtype,
  };
}
