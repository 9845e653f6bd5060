import { type Entry, type Evaluator, featuresOf, method, type Nested } from "../core/evaluator.ts";
import { denseOf, type Matrix } from "../core/matrix.ts";
import { treeAllowsNan, treeInput } from "../core/tree-input.ts";
import { MISSING_LEFT } from "../core/trees.ts";
import { transformer } from "../core/transformer.ts";
import { innerState, type State } from "../read/state.ts";
import { type FittedTree, readTree } from "../read/tree.ts";
import { asMatrix } from "./pipeline.ts";

/** The leaf of each random tree, one-hot (sklearn.ensemble._forest.RandomTreesEmbedding). */
export const entry: Entry = {
  classes: ["sklearn.ensemble._forest.RandomTreesEmbedding"],
  build(state: State, nested: Nested): Evaluator {
    const members = state.items("estimators_").map((value, i) => {
      const inner = innerState(value, `${state.where("estimators_")}[${i}]`, state.version);
      if (inner?.className !== "sklearn.tree._classes.ExtraTreeRegressor")
        throw state.malformed(`estimators_[${i}]`, "is no ExtraTreeRegressor");
      return { inner, tree: checked(readTree(inner.value("tree_"), inner.where("tree_")), inner) };
    });
    const [first] = members;
    if (first === undefined) throw state.malformed("estimators_", "is empty");
    const count = first.tree.features;
    if (members.some(({ tree }) => tree.features !== count))
      throw state.malformed("estimators_", "are for different columns");
    const encoder = nested.load(state.value("one_hot_encoder_"), state.where("one_hot_encoder_"));
    const encode = method(encoder, "transform");
    const features = { ...featuresOf(state), count };
    const nan = state.version >= 104 && treeAllowsNan(first.inner);
    return transformer(state, features, (x): Matrix => {
      const data = treeInput(x, features, nan);
      const leaves = new Float64Array(x.rows * members.length);
      for (let row = 0; row < x.rows; row++) {
        const values = data.subarray(row * count, (row + 1) * count);
        members.forEach(({ tree }, k) => (leaves[row * members.length + k] = leafOf(tree, values)));
      }
      return asMatrix(encode(denseOf(leaves, x.rows, members.length, "int64")));
    });
  },
};

/** Children come after their parents and columns exist, so that every way down ends. */
function checked(tree: FittedTree, inner: State): FittedTree {
  const { left, right, feature, features } = tree;
  for (let i = 0; i < left.length; i++) {
    if (left[i] === -1) continue;
    const inside = [left[i]!, right[i]!].every(
      (child) => Number.isInteger(child) && child > i && child < left.length,
    );
    const column = Number.isInteger(feature[i]) && feature[i]! >= 0 && feature[i]! < features;
    if (!inside || !column) throw inner.malformed("tree_", `has a node ${i} that leads outside`);
  }
  if (left.length === 0) throw inner.malformed("tree_", "has no node");
  return tree;
}

function leafOf(tree: FittedTree, values: Float32Array): number {
  let node = 0;
  while (tree.left[node] !== -1) {
    const v = values[tree.feature[node]!]!;
    const goesLeft = Number.isNaN(v) ? tree.flags?.[node] === MISSING_LEFT : v <= tree.threshold[node]!;
    node = goesLeft ? tree.left[node]! : tree.right[node]!;
  }
  return node;
}
