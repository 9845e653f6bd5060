import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import type { Matrix, Nd } from "../core/matrix.ts";
import type { Rows } from "../core/packed-trees.ts";
import { treeAllowsNan, treeRows } from "../core/tree-input.ts";
import {
  readOutputClasses,
  regression,
  treeClassifierMethods,
  treeLayout,
  withProbabilities,
} from "../core/tree-outputs.ts";
import { addTrees } from "../core/add-trees.ts";
import { flattenTrees, type Trees } from "../core/trees.ts";
import { innerState, type State } from "../read/state.ts";
import { type FittedTree, readTree } from "../read/tree.ts";

/** Averages of trees (sklearn.ensemble._forest). */
export const entry: Entry = {
  classes: [
    "sklearn.ensemble._forest.RandomForestClassifier",
    "sklearn.ensemble._forest.RandomForestRegressor",
    "sklearn.ensemble._forest.ExtraTreesClassifier",
    "sklearn.ensemble._forest.ExtraTreesRegressor",
  ],
  build(state: State): Evaluator {
    const estimators = readEstimators(state);
    const [first] = estimators;
    if (first === undefined) throw state.malformed("estimators_", "is empty");
    const classes = state.shortName.endsWith("Classifier")
      ? readOutputClasses(state, first.tree.outputs)
      : undefined;
    const layout = treeLayout(state, first.tree, classes);
    const trees = flattenTrees(
      estimators.map(({ tree, inner }) => {
        if (
          tree.outputs !== layout.outputs ||
          tree.classes !== layout.classes ||
          tree.features !== first.tree.features
        ) {
          throw state.malformed("estimators_", "hold trees of different shapes");
        }
        return withProbabilities(tree, classes !== undefined, inner.version < 104);
      }),
      layout.width,
      first.tree.features,
      state.where("estimators_"),
    );
    return finish(state, trees, first, classes, layout);
  },
};

interface Member {
  readonly inner: State;
  readonly tree: FittedTree;
}

function finish(
  state: State,
  trees: Trees,
  first: Member,
  classes: readonly Nd[] | undefined,
  layout: ReturnType<typeof treeLayout>,
): Evaluator {
  const features = { ...featuresOf(state), count: first.tree.features };
  // Forests let missing values in since 1.4, when the trees in them do.
  const allowNan = state.version >= 104 && treeAllowsNan(first.inner);
  const raw = (x: Matrix): Float64Array =>
    average(trees, treeRows(x, features, allowNan), first.tree.features);
  const [only] = classes ?? [];
  return {
    className: state.className,
    features,
    ...(classes === undefined
      ? {}
      : { classes: classes.length === 1 && only !== undefined ? only : classes }),
    methods:
      classes === undefined
        ? { predict: (x: Matrix): Nd => regression(raw(x), layout.outputs) }
        : treeClassifierMethods(classes, layout, raw),
  };
}

/** Sum in the estimators' order, then one division: as `_accumulate_prediction` with one thread. */
function average(trees: Trees, rows: Rows, cols: number): Float64Array {
  const out = new Float64Array((rows.data.length / cols) * trees.width);
  addTrees(trees, rows, cols, out, { scale: 1, stride: trees.width, offset: 0 });
  for (let i = 0; i < out.length; i++) out[i] = out[i]! / trees.roots.length;
  return out;
}

const MEMBERS = /^sklearn\.tree\._classes\.(?:DecisionTree|ExtraTree)(?:Classifier|Regressor)$/u;

function readEstimators(state: State): Member[] {
  const known = new Map<unknown, Member>();
  return state.items("estimators_").map((value, i) => {
    const where = `${state.where("estimators_")}[${i}]`;
    const seen = known.get(value);
    if (seen !== undefined) return seen;
    const inner = innerState(value, where, state.version);
    if (inner === undefined || !MEMBERS.test(inner.className))
      throw state.malformed(`estimators_[${i}]`, "is no tree");
    const member = { inner, tree: readTree(inner.value("tree_"), `${where}.tree_`) };
    known.set(value, member);
    return member;
  });
}
