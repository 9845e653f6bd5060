import { undecided } from "../core/distances.ts";
import { type Entry, type Evaluator } from "../core/evaluator.ts";
import { type Matrix, vector } from "../core/matrix.ts";
import { pointsInput } from "../core/points-input.ts";
import { badInput } from "../error.ts";
import type { Found } from "../neighbors/index.ts";
import { requireDistances, requireSet } from "../neighbors/votes.ts";
import { readPoints } from "../read/points.ts";
import { readNeighborhood } from "../read/sample-index.ts";
import type { State } from "../read/state.ts";
import { kneighborsOf } from "./k-neighbors.ts";

/** Outliers by the density around their neighbours (sklearn.neighbors._lof.LocalOutlierFactor), with novelty=True. */
export const entry: Entry = {
  classes: ["sklearn.neighbors._lof.LocalOutlierFactor"],
  build(state: State): Evaluator {
    const near = readNeighborhood(state);
    const kneighbors = kneighborsOf(near, state.int("n_neighbors", 1, 2 ** 31));
    const base = { className: state.className, features: near.features };
    // Without novelty the library answers for its own samples alone.
    if (!state.bool("novelty")) return { ...base, methods: { kneighbors } };
    const k = state.int("n_neighbors_", 1, 2 ** 31);
    const offset = state.number("offset_");
    const density = readDensity(state, near.index.samples.rows, k);
    const single = near.index.samples.dtype === "float32";
    // The library makes an array of a frame before it looks at names.
    const features = { className: state.shortName, count: near.index.samples.cols };
    const scores = (x: Matrix): Float64Array => {
      const points = pointsInput(x, features, { sparse: true });
      if (points.dtype === "float32" && (single || state.version >= 102))
        throw badInput("LocalOutlierFactor of single precision is not evaluated natively: pass float64");
      return Float64Array.from(near.nearestPoints(points, k), density);
    };
    return {
      ...base,
      methods: {
        predict: (x) => {
          const values = scores(x).map((v) => v - offset);
          if (values.some((v) => Math.abs(v) <= ROUNDING * Math.abs(offset)))
            throw undecided("A score on the threshold");
          return vector(
            values.map((v) => (v < 0 ? -1 : 1)),
            "int64",
          );
        },
        decision_function: (x) => vector(scores(x).map((v) => v - offset)),
        score_samples: (x) => vector(scores(x)),
        kneighbors,
      },
    };
  },
};

/** What rounding may change in a score, relative to the threshold. */
const ROUNDING = 1e-12;

/** `score_samples` of one row from its neighbours: their mean density, against the row's own. */
function readDensity(state: State, rows: number, k: number): (found: Found) => number {
  const kth = readPoints(state, "_distances_fit_X_", k);
  const densities = state.vector("_lrd", rows);
  if (kth.rows !== rows)
    throw state.malformed("_distances_fit_X_", `has ${kth.rows} rows for ${rows} samples`);
  const reach = (i: number): number => kth.data[i * k + k - 1]!;
  const same = (a: number, b: number): boolean => reach(a) === reach(b) && densities[a] === densities[b];
  return (found) => {
    requireSet(found, same);
    requireDistances(found);
    let distance = 0;
    let density = 0;
    found.indices.forEach((i, at) => {
      distance += Math.max(found.distances[at]!, reach(i));
      density += densities[i]!;
    });
    const own = 1 / (distance / k + 1e-10);
    return -(density / own / k);
  };
}
