import type { Value } from "@modelkeep/formats/value";
import { badInput, malformed } from "../error.ts";
import type { Features } from "../core/check.ts";
import { featuresOf } from "../core/evaluator.ts";
import type { Matrix, Nd } from "../core/matrix.ts";
import { pointsInput } from "../core/points-input.ts";
import { finder, type Found, type SampleIndex, within } from "../neighbors/index.ts";
import { type Metric, mahalanobis, minkowski, plainMetric, standardized } from "../neighbors/metric.ts";
import { readSpaceTree, treeState } from "../neighbors/tree.ts";
import { readNumbers, readScalar } from "./array.ts";
import { type Points, readPoints } from "./points.ts";
import { asInstance, qualified, type State } from "./state.ts";

/** Fitted samples, as every estimator of `sklearn.neighbors` keeps them. */
export interface Neighborhood {
  readonly index: SampleIndex;
  readonly features: Features;
  /** The `k` nearest of each row. */
  readonly nearest: (x: Matrix, k: number) => Found[];
  /** The same of rows that were checked before. */
  readonly nearestPoints: (points: Points, k: number) => Found[];
  /** All within a radius of each row, by index. */
  readonly around: (x: Matrix, radius: number) => Found[];
}

/** Distances that the library computes between sparse rows. */
const SPARSE = new Set(["euclidean", "manhattan", "cosine"]);

/** `_fit_X`, `_fit_method`, `_tree` and the effective metric. */
export function readNeighborhood(state: State): Neighborhood {
  const method = state.oneOf("_fit_method", ["brute", "kd_tree", "ball_tree"]);
  const samples = readPoints(state, "_fit_X");
  const brute = method === "brute";
  const metric = readMetric(state);
  if ((metric.cols ?? samples.cols) !== samples.cols)
    throw state.malformed(
      "effective_metric_params_",
      `is for ${metric.cols ?? 0} columns, the samples have ${samples.cols}`,
    );
  if (!brute) checkTreeMetric(state.value("_tree"), metric, state.where("_tree"));
  const index: SampleIndex = {
    samples,
    metric,
    brute,
    heaps: state.version >= 101,
    insertion: state.version >= 109,
    tree: brute ? undefined : readSpaceTree(state.value("_tree"), samples, state.where("_tree")),
  };
  const features = { ...featuresOf(state), count: samples.cols };
  const sparse = brute && SPARSE.has(metric.name);
  const accepted = (points: Points): Points => {
    if (points.sparse && !sparse)
      throw badInput(`Sparse data was passed to ${state.shortName}, but dense data is required`);
    if (brute && points.dtype === "float32" && samples.dtype === "float32")
      throw badInput(
        `${state.shortName} that was fitted on float32 is not evaluated natively on float32: pass float64`,
      );
    return points;
  };
  const read = (x: Matrix): Points => accepted(pointsInput(x, features, sparse ? { sparse } : {}));
  const nearestPoints = (points: Points, k: number): Found[] => {
    if (k > samples.rows)
      throw badInput(
        `Expected n_neighbors <= n_samples_fit, but n_neighbors = ${k}, n_samples_fit = ${samples.rows}`,
      );
    const find = finder(index, points);
    return Array.from({ length: points.rows }, (_, row) => find(row, k));
  };
  return {
    index,
    features,
    nearest: (x, k) => nearestPoints(read(x), k),
    nearestPoints: (points, k) => nearestPoints(accepted(points), k),
    around: (x, radius) => {
      const points = read(x);
      const find = within(index, points, radius);
      return Array.from({ length: points.rows }, (_, row) => find(row));
    },
  };
}

/** `effective_metric_` with `effective_metric_params_`. */
function readMetric(state: State): Metric {
  const name = state.text("effective_metric_");
  if (name === undefined) throw state.unsupported("metric", "is a function, which is not evaluated natively");
  const given = state.given("effective_metric_params_")
    ? state.dict("effective_metric_params_")
    : new Map<string, never>();
  const numbers = (key: string): ReturnType<typeof readNumbers> | undefined => {
    const value = given.get(key);
    return value === undefined || value.kind === "none"
      ? undefined
      : readNumbers(value, state.where(`metric ${key}`));
  };
  const plain = plainMetric(name);
  if (
    plain !== undefined &&
    [...given.keys()].every((key) => key === "p" || (key === "w" && numbers("w") === undefined))
  )
    return plain;
  if (name === "minkowski") {
    const p = given.get("p");
    const power = p === undefined ? undefined : readScalar(p, state.where("p"));
    if (typeof power !== "number" || !(power > 0) || !Number.isFinite(power))
      throw state.unsupported("p", "is no finite power above 0");
    return minkowski(power, numbers("w")?.data);
  }
  const variance = numbers("V");
  if (name === "seuclidean" && variance !== undefined) return standardized(variance.data);
  const inverse = numbers("VI");
  if (name === "mahalanobis" && inverse?.shape.length === 2 && inverse.shape[0] === inverse.shape[1])
    return mahalanobis(inverse.data, inverse.shape[0] ?? 0);
  throw state.unsupported(
    "metric",
    `is ${JSON.stringify(name.slice(0, 40))} with parameters that are not evaluated natively`,
  );
}

/** A tree searches with a distance of its own, which must be the estimator's. */
export function checkTreeMetric(tree: Value, metric: Metric, where: string): void {
  const { items } = treeState(tree, where);
  const own = items[11] === undefined ? undefined : asInstance(items[11], where);
  const [cls] = own?.args ?? [];
  const name = cls?.kind === "global" ? qualified(cls) : (own?.className ?? "");
  const wanted = metric.name === "l2" ? "euclidean" : metric.name;
  const found = /^sklearn\.metrics\._dist_metrics\.(?<kind>[A-Za-z]+?)Distance(?:64)?$/u.exec(name)?.groups?.[
    "kind"
  ];
  if (found?.toLowerCase() !== wanted)
    throw malformed(`${where} searches by ${name.slice(0, 80)}, not by ${metric.name}`);
}

/** Distances and indices of each row's neighbours as two arrays: what `kneighbors` answers. */
export function neighborArrays(found: readonly Found[], k: number): [distances: Nd, indices: Nd] {
  const shape = [found.length, k];
  const distances = new Float64Array(found.length * k);
  const indices = new Float64Array(found.length * k);
  found.forEach((one, row) => {
    distances.set(one.distances, row * k);
    indices.set(one.indices, row * k);
  });
  return [
    { kind: "nd", data: distances, shape, dtype: "float64" },
    { kind: "nd", data: indices, shape, dtype: "int64" },
  ];
}
