import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { dotProduct, undecided } from "../core/distances.ts";
import { type Dense, denseOf, type Matrix } from "../core/matrix.ts";
import { pointsInput } from "../core/points-input.ts";
import { certainProduct } from "../core/products.ts";
import { solve } from "../core/solve.ts";
import { transformer } from "../core/transformer.ts";
import { badInput } from "../error.ts";
import { requireSet } from "../neighbors/votes.ts";
import { type Points, readPoints } from "../read/points.ts";
import { readNeighborhood } from "../read/sample-index.ts";
import { innerState, type State } from "../read/state.ts";

/** Rows as weighted sums of their neighbours' places (sklearn.manifold._locally_linear.LocallyLinearEmbedding). */
export const entry: Entry = {
  classes: ["sklearn.manifold._locally_linear.LocallyLinearEmbedding"],
  build(state: State): Evaluator {
    const inner = innerState(state.value("nbrs_"), state.where("nbrs_"), state.version);
    if (inner?.className !== "sklearn.neighbors._unsupervised.NearestNeighbors")
      throw state.malformed("nbrs_", "is no NearestNeighbors");
    const near = readNeighborhood(inner);
    const { samples } = near.index;
    const k = state.int("n_neighbors", 1, 2 ** 31);
    const reg = readRegularization(state);
    const places = readPoints(state, "embedding_", state.int("n_components", 1, 2 ** 31));
    if (places.rows !== samples.rows)
      throw state.malformed("embedding_", `has ${places.rows} rows for ${samples.rows} samples`);
    const features = { ...featuresOf(state), count: samples.cols };
    return transformer(state, features, (x: Matrix): Dense => {
      const points = pointsInput(x, features);
      if (points.dtype === "float32")
        throw badInput("LocallyLinearEmbedding of single precision is not evaluated natively: pass float64");
      const out = new Float64Array(points.rows * places.cols);
      near.nearestPoints(points, k).forEach((found, row) => {
        requireSet(found, (a, b) => a === b);
        const weights = barycenter(points, row, samples, found.indices, reg);
        const chosen = Float64Array.from({ length: k * places.cols }, (_, i) => {
          const sample = found.indices[Math.floor(i / places.cols)]!;
          return places.data[sample * places.cols + (i % places.cols)]!;
        });
        const sum = certainProduct(denseOf(weights, 1, k), chosen, places.cols, "A place whose terms cancel");
        out.set(sum.data, row * places.cols);
      });
      return denseOf(out, points.rows, places.cols);
    });
  },
};

/** With less the weights are those of an ill-conditioned system, whose digits are the machine's. */
const LEAST = 1e-5;

function readRegularization(state: State): number {
  const reg = state.number("reg");
  if (!(reg >= LEAST))
    throw state.unsupported("reg", `is ${reg}: weights so uncertain are not evaluated natively`);
  return reg;
}

/** `barycenter_weights`: the affine combination of neighbours that comes nearest to the row. */
function barycenter(x: Points, row: number, samples: Points, near: Int32Array, reg: number): Float64Array {
  const k = near.length;
  const { cols } = samples;
  const c = new Float64Array(k * cols);
  near.forEach((sample, i) => {
    for (let j = 0; j < cols; j++)
      c[i * cols + j] = samples.data[sample * cols + j]! - x.data[row * cols + j]!;
  });
  const g = new Float64Array(k * k);
  let trace = 0;
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) g[i * k + j] = dotProduct(c, i * cols, c, j * cols, cols);
    trace += g[i * k + i]!;
  }
  for (let i = 0; i < k; i++) g[i * k + i]! += reg * (trace > 0 ? trace : 1);
  const w = solve(g, k, new Float64Array(k).fill(1), 1);
  const sum = w?.reduce((a, b) => a + b, 0) ?? Number.NaN;
  if (w === undefined || !Number.isFinite(sum)) throw undecided("The weights of neighbours so far away");
  return w.map((v) => v / sum);
}
