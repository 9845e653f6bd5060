import { badInput } from "../error.ts";
import { checkFeatures, checkNumeric, toFloating } from "../core/check.ts";
import { asPoints, expandedDistances } from "../core/distances.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { type Dense, denseOf, densify, type Matrix, type Nd, type Sparse, vector } from "../core/matrix.ts";
import type { Points } from "../read/points.ts";
import type { State } from "../read/state.ts";

/** Nearest of some centres (sklearn.cluster._kmeans). */
export const entry: Entry = {
  classes: ["sklearn.cluster._kmeans.KMeans", "sklearn.cluster._kmeans.MiniBatchKMeans"],
  build(state: State): Evaluator {
    const { data: centers, shape, dtype } = state.array("cluster_centers_", 2);
    const [count, cols] = shape;
    if (count === undefined || cols === undefined || count < 1 || cols < 1)
      throw state.malformed("cluster_centers_", "is empty");
    const features = { ...featuresOf(state), count: cols };
    const read = (x: Matrix): Dense => {
      checkFeatures(x, features);
      const numeric = supported(state, toFloating(checkNumeric(x, features.className, { sparse: true })));
      return numeric.kind === "sparse" ? densify(numeric) : numeric;
    };
    const predict = (x: Matrix): Nd => {
      if (dtype === "float32")
        throw badInput(`${state.shortName} that was fitted on float32 predicts no rows natively`);
      return vector(Float64Array.from(nearest(scores(read(x), centers, count))), "int32");
    };
    const points: Points = { data: centers, rows: count, cols, dtype, sparse: false };
    const transform = (x: Matrix): Matrix =>
      expandedDistances(asPoints(read(x)), points, "The distance to a cluster");
    return { className: state.className, features, methods: { predict, transform } };
  },
};

/** `_update_chunk_dense`: |c|² - 2 x·c, which orders centres as the distance does and rounds as the library. */
function scores(x: Dense, centers: Float64Array, count: number): Dense {
  const { cols } = x;
  const out = new Float64Array(x.rows * count);
  for (let k = 0; k < count; k++) {
    let norm = 0;
    for (let i = 0; i < cols; i++) norm += centers[k * cols + i]! ** 2;
    for (let row = 0; row < x.rows; row++) {
      let dot = 0;
      for (let i = 0; i < cols; i++) dot += x.data[row * cols + i]! * centers[k * cols + i]!;
      out[row * count + k] = norm - 2 * dot;
    }
  }
  if (!out.every(Number.isFinite))
    throw badInput("KMeans: values are too large for distances in double precision");
  return denseOf(out, x.rows, count);
}

function nearest(d: Dense): Int32Array {
  return Int32Array.from({ length: d.rows }, (_, row) => {
    const start = row * d.cols;
    let best = 0;
    for (let k = 1; k < d.cols; k++) if (d.data[start + k]! < d.data[start + best]!) best = k;
    return best;
  });
}

/** The library fails on float32 unless it was fitted on it. */
function supported<T extends Dense | Sparse>(state: State, x: T): T {
  if (x.dtype === "float32")
    throw badInput(`${state.shortName} of float32 is not evaluated natively: pass float64`);
  return x;
}
