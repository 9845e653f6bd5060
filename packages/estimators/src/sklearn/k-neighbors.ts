import { type Entry, type Evaluator, type Methods } from "../core/evaluator.ts";
import { take } from "../core/labels.ts";
import { type Matrix, type Nd, type Result, type Sparse } from "../core/matrix.ts";
import { sideBySide } from "../core/tree-outputs.ts";
import type { Found } from "../neighbors/index.ts";
import {
  ballot,
  requireDistances,
  requireOrder,
  requireSet,
  type Weights,
  weightsOf,
  winner,
} from "../neighbors/votes.ts";
import { type Neighborhood, neighborArrays, readNeighborhood } from "../read/sample-index.ts";
import { readTargetClasses, readTargets, type Targets } from "../read/targets.ts";
import type { State } from "../read/state.ts";

/** The k nearest samples (sklearn.neighbors). */
export const entry: Entry = {
  classes: [
    "sklearn.neighbors._unsupervised.NearestNeighbors",
    "sklearn.neighbors._classification.KNeighborsClassifier",
    "sklearn.neighbors._regression.KNeighborsRegressor",
    "sklearn.neighbors._graph.KNeighborsTransformer",
  ],
  build(state: State): Evaluator {
    const near = readNeighborhood(state);
    const k = state.int("n_neighbors", 1, 2 ** 31);
    const base = { className: state.className, features: near.features };
    const kneighbors = kneighborsOf(near, k);
    switch (state.shortName) {
      case "KNeighborsClassifier":
        return classifier(state, near, k, kneighbors);
      case "KNeighborsRegressor":
        return { ...base, methods: { ...regression(state, near, k), kneighbors } };
      case "KNeighborsTransformer":
        return { ...base, methods: { ...transformation(state, near, k), kneighbors } };
      default:
        return { ...base, methods: { kneighbors } };
    }
  },
};

type Method = (x: Matrix) => Result;

/** Distances and indices, nearest first. */
export function kneighborsOf(near: Neighborhood, k: number): Method {
  return (x) => {
    const found = near.nearest(x, k);
    found.forEach((one) => {
      requireOrder(one);
      requireDistances(one);
    });
    return neighborArrays(found, k);
  };
}

function classifier(state: State, near: Neighborhood, k: number, kneighbors: Method): Evaluator {
  const targets = readTargets(state, near.index.samples.rows);
  const classes = readTargetClasses(state, targets);
  const weights = readWeights(state);
  const votes = (x: Matrix): { sums: Float64Array[]; counts: Float64Array[] }[] =>
    near.nearest(x, k).map((found) => tally(found, targets, classes, weights));
  const proba = (x: Matrix): Result => {
    const all = votes(x);
    const answers = classes.map((list, j): Nd => {
      const width = list.data.length;
      const data = new Float64Array(all.length * width);
      all.forEach(({ sums }, row) => data.set(shares(sums[j]!), row * width));
      return { kind: "nd", data, shape: [all.length, width], dtype: "float64" };
    });
    const [only] = answers;
    return targets.wide || only === undefined ? answers : only;
  };
  const predict = (x: Matrix): Nd => {
    const all = votes(x);
    return sideBySide(
      classes.map((list, j) =>
        take(
          list,
          Int32Array.from(all, ({ sums, counts }) => winner(sums[j]!, weights, counts[j]!)),
        ),
      ),
    );
  };
  const [only] = classes;
  return {
    className: state.className,
    features: near.features,
    classes: targets.wide || only === undefined ? classes : only,
    methods: { predict, predict_proba: proba, kneighbors },
  };
}

/** `weights`; None is uniform to the library. */
export function readWeights(state: State): Weights {
  const value = state.value("weights");
  if (value.kind === "none") return "uniform";
  if (value.kind !== "str")
    throw state.unsupported("weights", "is a function, which is not evaluated natively");
  return state.oneOf("weights", ["uniform", "distance"]);
}

function tally(
  found: Found,
  targets: Targets,
  classes: readonly Nd[],
  weights: Weights,
): { sums: Float64Array[]; counts: Float64Array[] } {
  requireSet(found, targets.same);
  const own = weightsOf(found, weights);
  const ones = own.map((w) => (w === 0 ? 0 : 1));
  const of = (given: Float64Array): Float64Array[] =>
    classes.map((list, j) => ballot(found, given, targets.data, targets.outputs, j, list.data.length));
  return { sums: of(own), counts: of(ones) };
}

export function shares(sums: Float64Array): Float64Array {
  const total = sums.reduce((a, b) => a + b, 0);
  return total === 0 ? sums : sums.map((v) => v / total);
}

/** The mean of float32 is summed in float32, in an order of NumPy's. */
export function refuseSingle(state: State, targets: Targets): void {
  if (targets.dtype === "float32")
    throw state.unsupported("_y", "is float32: means in single precision are not evaluated natively");
}

function regression(state: State, near: Neighborhood, k: number): Methods {
  const targets = readTargets(state, near.index.samples.rows);
  const weights = readWeights(state);
  if (weights === "uniform") refuseSingle(state, targets);
  return {
    predict: (x) => {
      const found = near.nearest(x, k);
      const data = new Float64Array(found.length * targets.outputs);
      found.forEach((one, row) => {
        requireSet(one, targets.same);
        data.set(average(one, weightsOf(one, weights), targets), row * targets.outputs);
      });
      return {
        kind: "nd",
        data,
        shape: targets.wide ? [found.length, targets.outputs] : [found.length],
        dtype: "float64",
      };
    },
  };
}

/** The weighted mean of the neighbours' targets. */
export function average(found: Found, weights: Float64Array, targets: Targets): Float64Array {
  const { data, outputs } = targets;
  const total = weights.reduce((a, b) => a + b, 0);
  return Float64Array.from({ length: outputs }, (_, j) => {
    let sum = 0;
    found.indices.forEach((i, at) => (sum += data[i * outputs + j]! * weights[at]!));
    return sum / total;
  });
}

/** The graph of neighbours; with distances it has one more, for the row itself. */
function transformation(state: State, near: Neighborhood, k: number): Methods {
  const distances = state.oneOf("mode", ["distance", "connectivity"]) === "distance";
  const count = k + (distances ? 1 : 0);
  return {
    transform: (x): Sparse => {
      const found = near.nearest(x, count);
      found.forEach((one) => {
        requireSet(one, (a, b) => a === b);
        if (distances) {
          requireOrder(one);
          requireDistances(one);
        }
      });
      return graphOf(found, near.index.samples.rows, distances);
    },
  };
}

/** Rows of neighbours as CSR. */
export function graphOf(found: readonly Found[], cols: number, distances: boolean): Sparse {
  const indptr = new Int32Array(found.length + 1);
  found.forEach((one, row) => (indptr[row + 1] = indptr[row]! + one.indices.length));
  const indices = new Int32Array(indptr[found.length]!);
  const data = new Float64Array(indices.length).fill(1);
  found.forEach((one, row) => {
    indices.set(one.indices, indptr[row]);
    if (distances) data.set(one.distances, indptr[row]);
  });
  return { kind: "sparse", indptr, indices, data, rows: found.length, cols, dtype: "float64" };
}
