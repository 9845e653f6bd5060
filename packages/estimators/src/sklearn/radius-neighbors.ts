import { badInput } from "../error.ts";
import { type Entry, type Evaluator, type Methods } from "../core/evaluator.ts";
import { argmaxRows, take } from "../core/labels.ts";
import { denseOf, type Matrix, type Nd, type Result, type Sparse } from "../core/matrix.ts";
import { sideBySide } from "../core/tree-outputs.ts";
import type { Found } from "../neighbors/index.ts";
import { ballot, requireDistances, type Weights, weightsOf, winner } from "../neighbors/votes.ts";
import { readCells } from "../read/array.ts";
import { type Neighborhood, readNeighborhood } from "../read/sample-index.ts";
import { itemsOf, type State } from "../read/state.ts";
import { readTargetClasses, readTargets } from "../read/targets.ts";
import { average, graphOf, readWeights, refuseSingle, shares } from "./k-neighbors.ts";

/** All samples within a radius (sklearn.neighbors). */
export const entry: Entry = {
  classes: [
    "sklearn.neighbors._classification.RadiusNeighborsClassifier",
    "sklearn.neighbors._regression.RadiusNeighborsRegressor",
    "sklearn.neighbors._graph.RadiusNeighborsTransformer",
  ],
  build(state: State): Evaluator {
    const near = readNeighborhood(state);
    const radius = state.number("radius");
    if (!(radius >= 0)) throw state.malformed("radius", `is ${radius}`);
    const base = { className: state.className, features: near.features };
    if (state.shortName === "RadiusNeighborsClassifier") return classifier(state, near, radius);
    if (state.shortName === "RadiusNeighborsRegressor")
      return { ...base, methods: regression(state, near, radius) };
    const distances = state.oneOf("mode", ["distance", "connectivity"]) === "distance";
    const transform = (x: Matrix): Sparse =>
      graphOf(
        near.around(x, radius).map(distances ? sorted : (one) => one),
        near.index.samples.rows,
        distances,
      );
    return { ...base, methods: { transform } };
  },
};

function sorted(found: Found): Found {
  requireDistances(found);
  const order = Array.from(found.indices, (_, i) => i).sort(
    (a, b) => found.distances[a]! - found.distances[b]!,
  );
  return {
    ...found,
    indices: Int32Array.from(order, (i) => found.indices[i]!),
    distances: Float64Array.from(order, (i) => found.distances[i]!),
  };
}

/** What a row without neighbours is: one label for each output, or nothing. */
function readOutlierLabels(
  state: State,
  classes: readonly Nd[],
): { at: number; label: Nd["data"][number] }[] | undefined {
  if (!state.given("outlier_label_")) return undefined;
  const labels = itemsOf(state.value("outlier_label_"), state.where("outlier_label_"));
  if (labels.length !== classes.length) throw state.malformed("outlier_label_", "is not one for each output");
  return labels.map((value, j) => {
    const list = { kind: "list" as const, items: [value], offset: 0 };
    const label = readCells(list, state.where("outlier_label_")).data[0] ?? null;
    return { at: Array.from(classes[j]!.data).indexOf(label), label };
  });
}

function classifier(state: State, near: Neighborhood, radius: number): Evaluator {
  const targets = readTargets(state, near.index.samples.rows);
  const classes = readTargetClasses(state, targets);
  const weights = readWeights(state);
  const outliers = readOutlierLabels(state, classes);
  if (outliers?.some(({ at }) => at < 0) === true)
    throw state.unsupported("outlier_label_", "is none of the classes, which is not evaluated natively");
  const modes = state.version >= 104 && near.index.brute && weights === "uniform" && !targets.wide;
  // `RadiusNeighborsClassMode` compares the label of outliers with places of classes, and took labels for places until 1.9.
  const byClass = modes && outliers !== undefined;
  if (modes && state.version < 109 && classes[0]?.data.some((label, i) => label !== i) === true)
    throw state.unsupported("classes_", "are not 0, 1, …, which the library mistakes for places");
  const probas = (x: Matrix): Float64Array[][] =>
    near.around(x, radius).map((found, row) => {
      if (found.indices.length === 0 && byClass)
        throw badInput("A row without neighbors has no class that is evaluated natively");
      if (found.indices.length === 0 && outliers === undefined)
        throw badInput(`No neighbors found for test samples array([${row}])`);
      return classes.map((list, j) => {
        if (found.indices.length === 0) return oneHot(list.data.length, outliers?.[j]?.at ?? 0);
        const own = weightsOf(found, weights);
        return ballot(found, own, targets.data, targets.outputs, j, list.data.length);
      });
    });
  const answer = (x: Matrix): Result => {
    const rows = probas(x);
    const out = classes.map((list, j): Nd => {
      const width = list.data.length;
      const data = new Float64Array(rows.length * width);
      rows.forEach((sums, row) => data.set(shares(sums[j]!), row * width));
      return { kind: "nd", data, shape: [rows.length, width], dtype: "float64" };
    });
    const [only] = out;
    return targets.wide || only === undefined ? out : only;
  };
  const predict = (x: Matrix): Nd => {
    const rows = probas(x);
    return sideBySide(
      classes.map((list, j) =>
        take(
          list,
          Int32Array.from(rows, (sums) => largest(sums[j]!, weights)),
        ),
      ),
    );
  };
  const [only] = classes;
  return {
    className: state.className,
    features: near.features,
    classes: targets.wide || only === undefined ? classes : only,
    methods: { predict, predict_proba: answer },
  };
}

function oneHot(length: number, at: number): Float64Array {
  const out = new Float64Array(length);
  out[at] = 1;
  return out;
}

/** The first of the largest shares. */
function largest(sums: Float64Array, weights: Weights): number {
  if (weights === "distance")
    return winner(
      sums,
      weights,
      sums.map(() => 3),
    );
  return argmaxRows(denseOf(shares(sums), 1, sums.length))[0] ?? 0;
}

function regression(state: State, near: Neighborhood, radius: number): Methods {
  const targets = readTargets(state, near.index.samples.rows);
  const weights = readWeights(state);
  refuseSingle(state, targets);
  return {
    predict: (x) => {
      const found = near.around(x, radius);
      const empty = found.some((one) => one.indices.length === 0);
      // The library fills an array of the targets' own type with not-a-number.
      if (empty && targets.dtype !== "float64")
        throw badInput(`A row without neighbors has no ${targets.dtype} that is evaluated natively`);
      const data = new Float64Array(found.length * targets.outputs);
      found.forEach((one, row) => {
        const values =
          one.indices.length === 0
            ? new Float64Array(targets.outputs).fill(Number.NaN)
            : average(one, weightsOf(one, weights), targets);
        data.set(values, row * targets.outputs);
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
