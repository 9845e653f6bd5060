import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { type Matrix, type Nd, vector } from "../core/matrix.ts";
import { pointsInput } from "../core/points-input.ts";
import { KERNEL_NAMES, logDensity, logKernelNorm } from "../neighbors/density.ts";
import { type Metric, minkowski, plainMetric } from "../neighbors/metric.ts";
import { readSpaceTree, treeState } from "../neighbors/tree.ts";
import { readNumbers, readScalar } from "../read/array.ts";
import { checkTreeMetric } from "../read/sample-index.ts";
import { pointsOf } from "../read/points.ts";
import type { State } from "../read/state.ts";

/** The logarithm of a density estimated by kernels (sklearn.neighbors._kde.KernelDensity). */
export const entry: Entry = {
  classes: ["sklearn.neighbors._kde.KernelDensity"],
  build(state: State): Evaluator {
    for (const name of ["atol", "rtol"])
      if (state.number(name) !== 0)
        throw state.unsupported(name, "is not 0: densities within a tolerance are not evaluated natively");
    const [value, where] = [state.value("tree_"), state.where("tree_")];
    const metric = readMetric(state);
    checkTreeMetric(value, metric, where);
    const { items } = treeState(value, where);
    const samples = pointsOf(items[0] ?? { kind: "none" }, where);
    const weights =
      items[12] === undefined || items[12].kind === "none" ? undefined : readNumbers(items[12], where).data;
    if (weights !== undefined && weights.length !== samples.rows)
      throw state.malformed("tree_", `has ${weights.length} weights for ${samples.rows} samples`);
    const bandwidth = state.number(state.has("bandwidth_") ? "bandwidth_" : "bandwidth");
    if (!(bandwidth > 0)) throw state.malformed("bandwidth", `is ${bandwidth}`);
    const kernel = state.oneOf("kernel", KERNEL_NAMES);
    const index = { samples, tree: readSpaceTree(value, samples, where), metric, weights, kernel, bandwidth };
    const total = weights === undefined ? samples.rows : weights.reduce((a, b) => a + b, 0);
    const constant = logKernelNorm(kernel, bandwidth, samples.cols) - Math.log(total);
    const features = { ...featuresOf(state), count: samples.cols };
    const scores = (x: Matrix): Nd => {
      const points = pointsInput(x, features);
      const { cols } = points;
      return vector(
        Float64Array.from(
          { length: points.rows },
          (_, row) => logDensity(index, points.data.slice(row * cols, (row + 1) * cols)) + constant,
        ),
      );
    };
    return { className: state.className, features, methods: { score_samples: scores } };
  },
};

function readMetric(state: State): Metric {
  const name = state.text("metric");
  const params = state.given("metric_params") ? state.dict("metric_params") : new Map<string, never>();
  const p = params.get("p");
  const power = p === undefined ? 2 : readScalar(p, state.where("metric_params"));
  const others = [...params.keys()].filter((key) => key !== "p");
  if (name === undefined || others.length > 0 || typeof power !== "number" || !(power > 0))
    throw state.unsupported("metric_params", "are not evaluated natively");
  const simple = name === "minkowski" || name === "p" ? POWERS.get(power) : name;
  const metric = simple === undefined ? minkowski(power, undefined) : plainMetric(simple);
  if (metric === undefined || (!Number.isFinite(power) && simple === undefined))
    throw state.unsupported("metric", `is ${JSON.stringify(name.slice(0, 40))}`);
  return metric;
}

const POWERS: ReadonlyMap<number, string> = new Map([
  [1, "manhattan"],
  [2, "euclidean"],
  [Infinity, "chebyshev"],
]);
