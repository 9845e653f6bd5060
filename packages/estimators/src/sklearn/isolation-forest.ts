import { type Entry, type Evaluator, featureCount, featuresOf } from "../core/evaluator.ts";
import type { Matrix } from "../core/matrix.ts";
import { vector } from "../core/matrix.ts";
import { treeRows } from "../core/tree-input.ts";
import { addTrees } from "../core/add-trees.ts";
import { flattenTrees, type RawTree } from "../core/trees.ts";
import { readNumbers } from "../read/array.ts";
import { innerState, type State } from "../read/state.ts";
import { readTree } from "../read/tree.ts";

/** Anomaly scores from the depths of random trees (sklearn.ensemble._iforest.IsolationForest). */
export const entry: Entry = {
  classes: ["sklearn.ensemble._iforest.IsolationForest"],
  build(state: State): Evaluator {
    const cols = featureCount(state);
    const features = featuresOf(state);
    const subsets = state.items("estimators_features_");
    const raw = state.items("estimators_").map((value, i): RawTree => {
      const inner = innerState(value, `${state.where("estimators_")}[${i}]`, state.version);
      const subset = subsets[i];
      if (
        inner === undefined ||
        subset === undefined ||
        !/^sklearn\.tree\._classes\.ExtraTreeRegressor$/u.test(inner.className)
      ) {
        throw state.malformed(`estimators_[${i}]`, "is no ExtraTreeRegressor with its features");
      }
      return depthTree(inner, readNumbers(subset, `${state.where("estimators_features_")}[${i}]`).data);
    });
    const trees = flattenTrees(raw, 1, cols, state.where("estimators_"));
    const samples = state.has("_max_samples") ? state.number("_max_samples") : state.number("max_samples_");
    const denominator = raw.length * averagePathLength(samples);
    const offset = state.number("offset_");
    const scores = (x: Matrix): Float64Array => {
      const rows = treeRows(x, features, false);
      const depths = new Float64Array(rows.data.length / cols);
      addTrees(trees, rows, cols, depths, { scale: 1, stride: 1, offset: 0 });
      return depths.map((depth) => -(2 ** -(denominator === 0 ? 1 : depth / denominator)));
    };
    return {
      className: state.className,
      features,
      methods: {
        predict: (x) =>
          vector(
            scores(x).map((s) => (s - offset < 0 ? -1 : 1)),
            "int64",
          ),
        decision_function: (x) => vector(scores(x).map((s) => s - offset)),
        score_samples: (x) => vector(scores(x)),
      },
    };
  },
};

/** `_average_path_length` of an unsuccessful search in a binary tree of n samples. */
function averagePathLength(n: number): number {
  if (n <= 1) return 0;
  if (n === 2) return 1;
  return 2 * (Math.log(n - 1) + 0.577_215_664_901_532_9) - (2 * (n - 1)) / n;
}

/** The tree with each leaf's depth plus the expected depth below it as its value, over the forest's own columns. */
function depthTree(inner: State, subset: Float64Array): RawTree {
  const where = inner.where("tree_");
  const tree = readTree(inner.value("tree_"), where);
  const count = tree.left.length;
  const values = new Float64Array(count);
  const depth = new Int32Array(count);
  // A child always stands behind its parent in a tree that scikit-learn grew; flattenTrees checks all else.
  for (let node = 0; node < count; node++) {
    for (const child of [tree.left[node]!, tree.right[node]!]) {
      if (child > node && child < count) depth[child] = depth[node]! + 1;
      else if (child !== -1) throw inner.malformed("tree_", `has child ${child} of node ${node}`);
    }
    values[node] = depth[node]! + averagePathLength(tree.samples[node]!);
  }
  const feature = Array.from(tree.feature, (f) => (f < 0 ? f : (subset[f] ?? -1)));
  return { ...tree, feature, values };
}
