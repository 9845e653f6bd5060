import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { addTrees } from "../core/add-trees.ts";
import { flattenTrees, type Trees } from "../core/trees.ts";
import { treeAllowsNan, treeRows } from "../core/tree-input.ts";
import type { Matrix, Nd } from "../core/matrix.ts";
import type { Rows } from "../core/packed-trees.ts";
import {
  readOutputClasses,
  regression,
  treeClassifierMethods,
  treeLayout,
  withProbabilities,
} from "../core/tree-outputs.ts";
import type { State } from "../read/state.ts";
import { readTree } from "../read/tree.ts";

/** Single decision trees (sklearn.tree._classes). */
export const entry: Entry = {
  classes: [
    "sklearn.tree._classes.DecisionTreeClassifier",
    "sklearn.tree._classes.DecisionTreeRegressor",
    "sklearn.tree._classes.ExtraTreeClassifier",
    "sklearn.tree._classes.ExtraTreeRegressor",
  ],
  build(state: State): Evaluator {
    const tree = readTree(state.value("tree_"), state.where("tree_"));
    const features = { ...featuresOf(state), count: tree.features };
    const classifier = state.shortName.endsWith("Classifier");
    const classes = classifier ? readOutputClasses(state, tree.outputs) : undefined;
    const layout = treeLayout(state, tree, classes);
    const trees = flattenTrees(
      [withProbabilities(tree, classifier, state.version < 104)],
      layout.width,
      tree.features,
      state.where("tree_"),
    );
    const allowNan = treeAllowsNan(state);
    const raw = (x: Matrix): Float64Array => sumOver(trees, treeRows(x, features, allowNan), tree.features);
    const methods =
      classes === undefined
        ? { predict: (x: Matrix): Nd => regression(raw(x), tree.outputs) }
        : treeClassifierMethods(classes, layout, raw);
    return {
      className: state.className,
      features,
      ...(classes === undefined ? {} : { classes: classes.length === 1 ? classes[0]! : classes }),
      methods,
    };
  },
};

function sumOver(trees: Trees, rows: Rows, cols: number): Float64Array {
  const out = new Float64Array((rows.data.length / cols) * trees.width);
  addTrees(trees, rows, cols, out, { scale: 1, stride: trees.width, offset: 0 });
  return out;
}
