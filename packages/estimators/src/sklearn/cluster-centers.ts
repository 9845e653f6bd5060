import { badInput } from "../error.ts";
import { checkFeatures, checkNumeric } from "../core/check.ts";
import { expandedDistances, squaredNorms } from "../core/distances.ts";
import { type Entry, type Evaluator, featuresOf, type Methods } from "../core/evaluator.ts";
import type { Features } from "../core/check.ts";
import { type Matrix, type Nd, vector } from "../core/matrix.ts";
import { nearestCenter } from "../core/nearest-center.ts";
import { pointsInput } from "../core/points-input.ts";
import { type Points, readPoints } from "../read/points.ts";
import type { State } from "../read/state.ts";

const NEARER = "Which cluster is nearer";

/** Clusterers that answer the nearest of their centres (sklearn.cluster). */
export const entry: Entry = {
  classes: [
    "sklearn.cluster._affinity_propagation.AffinityPropagation",
    "sklearn.cluster._mean_shift.MeanShift",
    "sklearn.cluster._birch.Birch",
  ],
  build(state: State): Evaluator {
    if (state.shortName === "Birch") return birch(state);
    if (!state.has("cluster_centers_"))
      throw state.unsupported(
        "cluster_centers_",
        "is missing: with precomputed affinities there is no predict",
      );
    const features = featuresOf(state);
    if (isEmpty(state)) return { className: state.className, features, methods: unconverged(features) };
    const sparse = state.shortName === "AffinityPropagation";
    const centers = readPoints(state, "cluster_centers_", features.count);
    const predict = (x: Matrix): Nd => {
      const points = inDouble(pointsInput(x, features, { sparse }), centers, state);
      return vector(Float64Array.from(nearestCenter(points, centers, { what: NEARER })), "int64");
    };
    return { className: state.className, features, methods: { predict } };
  },
};

/** Both in float32: the library computes in it, in an order that depends on the machine. */
function inDouble(x: Points, centers: Points, state: State): Points {
  if (x.dtype === "float32" && centers.dtype === "float32")
    throw badInput(
      `${state.shortName} that was fitted on float32 is not evaluated natively on float32: pass float64`,
    );
  return x;
}

/** Affinity propagation that did not converge has no centres. */
function isEmpty(state: State): boolean {
  const value = state.value("cluster_centers_");
  if (state.shortName !== "AffinityPropagation" || value.kind === "none") return false;
  return state.given("cluster_centers_indices_") && state.array("cluster_centers_indices_").data.length === 0;
}

function unconverged(features: Features): Methods {
  return {
    predict: (x) => {
      checkFeatures(x, features);
      const { rows } = checkNumeric(x, features.className, { sparse: true });
      return vector(new Float64Array(rows).fill(-1), "int64");
    },
  };
}

function birch(state: State): Evaluator {
  const features = featuresOf(state);
  const centers = readPoints(state, "subcluster_centers_", features.count);
  if (centers.dtype !== "float64")
    throw state.unsupported("subcluster_centers_", `are ${centers.dtype}, not float64`);
  const { data: labels, dtype, shape } = state.array("subcluster_labels_", 1);
  if (shape[0] !== centers.rows)
    throw state.malformed("subcluster_labels_", `are ${shape[0]} for ${centers.rows} subclusters`);
  const stored = state.vector("_subcluster_norms", centers.rows);
  if (
    squaredNorms(centers.data, centers.rows, centers.cols).some(
      (norm, k) => !(Math.abs(norm - stored[k]!) <= 1e-9 * norm),
    )
  )
    throw state.malformed("_subcluster_norms", "are not those of the subclusters");
  const read = (x: Matrix): Points => inDouble(pointsInput(x, features, { sparse: true }), centers, state);
  const same = (a: number, b: number): boolean => labels[a] === labels[b];
  return {
    className: state.className,
    features,
    methods: {
      predict: (x) => {
        const nearest = nearestCenter(read(x), centers, { same, what: NEARER });
        return vector(
          Float64Array.from(nearest, (k) => labels[k]!),
          dtype,
        );
      },
      transform: (x) => expandedDistances(read(x), centers, "The distance to a subcluster"),
    },
  };
}
