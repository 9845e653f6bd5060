import { type Entry, type Evaluator, featuresOf, method, type Nested } from "../core/evaluator.ts";
import { checkFeatures } from "../core/check.ts";
import { type Dense, denseOf, type Matrix } from "../core/matrix.ts";
import { transformer } from "../core/transformer.ts";
import { badInput } from "../error.ts";
import type { Found } from "../neighbors/index.ts";
import { requireDistances, requireSet } from "../neighbors/votes.ts";
import { readPoints } from "../read/points.ts";
import { readNeighborhood } from "../read/sample-index.ts";
import { innerState, type State } from "../read/state.ts";
import { asMatrix } from "./pipeline.ts";

/** An embedding by distances along the samples (sklearn.manifold._isomap.Isomap). */
export const entry: Entry = {
  classes: ["sklearn.manifold._isomap.Isomap"],
  build(state: State, nested: Nested): Evaluator {
    const inner = innerState(state.value("nbrs_"), state.where("nbrs_"), state.version);
    if (inner?.className !== "sklearn.neighbors._unsupervised.NearestNeighbors")
      throw state.malformed("nbrs_", "is no NearestNeighbors");
    const near = readNeighborhood(inner);
    const { rows } = near.index.samples;
    const paths = readPoints(state, "dist_matrix_", rows);
    if (paths.rows !== rows)
      throw state.malformed("dist_matrix_", `has ${paths.rows} rows for ${rows} samples`);
    const project = method(nested.load(state.value("kernel_pca_"), state.where("kernel_pca_")), "transform");
    const k = state.given("n_neighbors") ? inner.int("n_neighbors", 1, 2 ** 31) : undefined;
    const radius = k === undefined ? inner.number("radius") : 0;
    const features = { ...featuresOf(state), count: near.index.samples.cols };
    return transformer(state, features, (x: Matrix): Matrix => {
      checkFeatures(x, features);
      // A frame has no dtype of its own, and is taken as float64.
      const single = (x.kind === "dense" || x.kind === "sparse") && x.dtype === "float32";
      if (single && state.version >= 102)
        throw badInput("Isomap of single precision is not evaluated natively: pass float64");
      const found = k === undefined ? near.around(x, radius) : near.nearest(x, k);
      return asMatrix(project(geodesics(found, paths.data, rows)));
    });
  },
};

/** `-d² / 2` of each row to every sample, through the nearest. */
function geodesics(found: readonly Found[], paths: Float64Array, samples: number): Dense {
  const out = new Float64Array(found.length * samples);
  found.forEach((one, row) => {
    if (one.indices.length === 0)
      throw badInput("zero-size array to reduction operation minimum which has no identity");
    requireSet(one, (a, b) => a === b);
    requireDistances(one);
    for (let i = 0; i < samples; i++) {
      let least = Infinity;
      one.indices.forEach((via, at) => {
        least = Math.min(least, paths[via * samples + i]! + one.distances[at]!);
      });
      out[row * samples + i] = -0.5 * least ** 2;
    }
  });
  return denseOf(out, found.length, samples);
}
