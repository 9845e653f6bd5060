import type { Ints, Node } from "./xgboost-node.ts";

const INT32 = 2 ** 31 - 1;
/** Both stand for the parent of the root, by version (include/xgboost/tree_model.h). */
const NO_PARENT: ReadonlySet<number> = new Set([-1, INT32]);
/** A pruned node's split index (`kDeletedNodeMarker`, of which 31 bits are kept). */
const DELETED: ReadonlySet<number> = new Set([INT32, 2 ** 32 - 1]);
/** More categories than XGBoost takes (`OutOfRangeCat`). */
const MOST_CATEGORIES = 2 ** 24;
/** Arrays of one element for each node; which there are depends on the version. */
const PER_NODE =
  "left_children right_children parents split_indices split_conditions base_weights default_left sum_hessian loss_changes split_type leaf_child_counts".split(
    " ",
  );
const REQUIRED = new Set(PER_NODE.slice(0, 9));

/**
 * A tree that a walk from its root cannot leave: XGBoost follows children and split indices unchecked (src/tree/tree_model.cc).
 * @throws {ModelFault} naming the path
 */
export function checkTree(tree: Node, features: number): void {
  const param = tree.get("tree_param");
  const nodes = param.get("num_nodes").whole(1, INT32);
  const leafVector = param.get("size_leaf_vector");
  if (leafVector.exists && leafVector.whole(0, INT32) > 1)
    throw leafVector.fault(
      "is above 1: trees of several targets are not supported, train one tree per target",
    );
  for (const name of PER_NODE) {
    const array = tree.get(name);
    if (!array.exists && !REQUIRED.has(name)) continue;
    if (array.size() !== nodes) throw array.fault(`has ${array.size()} elements for ${nodes} nodes`);
  }
  tree.get("default_left").ints(0, 1);
  const reached = walk(tree, nodes, features);
  checkDeleted(tree, reached);
  checkCategories(tree, nodes);
}

/** @returns a 1 for each node that the root leads to, each by one way */
function walk(tree: Node, nodes: number, features: number): Uint8Array {
  const left = tree.get("left_children").ints(-1, nodes - 1);
  const right = tree.get("right_children").ints(-1, nodes - 1);
  const parents = tree.get("parents").ints(-1, INT32);
  const splits = tree.get("split_indices").ints(0, 2 ** 32 - 1);
  if (!NO_PARENT.has(parents.at(0))) throw tree.get("parents").fault("gives the root a parent");
  const reached = new Uint8Array(nodes);
  const open = [0];
  reached[0] = 1;
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const children = [left.at(node), right.at(node)];
    if (children[0] === -1 && children[1] === -1) continue;
    if (splits.at(node) >= features)
      throw tree
        .get("split_indices")
        .fault(`has ${splits.at(node)} at ${node} in a model of ${features} features`);
    for (const child of children) {
      enter(tree, reached, parents, node, child);
      open.push(child);
    }
  }
  return reached;
}

function enter(tree: Node, reached: Uint8Array, parents: Ints, node: number, child: number): void {
  if (child === -1)
    throw tree.get("left_children").fault(`and right_children give node ${node} a single child`);
  if (reached[child] === 1)
    throw tree.get("left_children").fault(`and right_children reach node ${child} twice`);
  if (parents.at(child) !== node)
    throw tree.get("parents").fault(`has another parent than ${node} at ${child}`);
  reached[child] = 1;
}

/** What the root does not reach was pruned: marked so, counted, and a leaf. */
function checkDeleted(tree: Node, reached: Uint8Array): void {
  const splits = tree.get("split_indices").ints(0, 2 ** 32 - 1);
  const left = tree.get("left_children").ints(-1, INT32);
  const right = tree.get("right_children").ints(-1, INT32);
  const parents = tree.get("parents").ints(-1, INT32);
  let deleted = 0;
  for (let node = 0; node < reached.length; node++) {
    if ((reached[node] === 1) === DELETED.has(splits.at(node)))
      throw tree.get("split_indices").fault(`and the children disagree on whether node ${node} was deleted`);
    if (reached[node] === 1) continue;
    deleted++;
    if (left.at(node) !== -1 || right.at(node) !== -1 || parents.at(node) >= reached.length)
      throw tree.get("left_children").fault(`has children, or no parent, for the deleted node ${node}`);
  }
  const count = tree.get("tree_param").get("num_deleted");
  if (count.whole(0, INT32) !== deleted) throw count.fault(`is not ${deleted}, the number of deleted nodes`);
}

/** Sets of categories: one for each categorical node, in order, each within `categories`. */
function checkCategories(tree: Node, nodes: number): void {
  const types = tree.get("split_type").exists ? tree.get("split_type").ints(0, 1) : undefined;
  const categorical: number[] = [];
  for (let node = 0; node < (types?.length ?? 0); node++) if (types?.at(node) === 1) categorical.push(node);
  if (types === undefined && !tree.get("categories_nodes").exists) return;
  if (categorical.length === 0 && !tree.get("categories_nodes").exists) return;
  const named = tree.get("categories_nodes").ints(0, nodes - 1);
  if (named.length !== categorical.length || categorical.some((node, i) => named.at(i) !== node))
    throw tree.get("categories_nodes").fault("names other nodes than split_type");
  const length = tree.get("categories").ints(0, MOST_CATEGORIES - 1).length;
  const starts = tree.get("categories_segments").ints(0, length);
  const sizes = tree.get("categories_sizes").ints(1, length);
  if (starts.length !== named.length || sizes.length !== named.length)
    throw tree
      .get("categories_segments")
      .fault("and categories_sizes have not one element for each categorical node");
  for (let i = 0; i < named.length; i++)
    if (starts.at(i) + sizes.at(i) > length)
      throw tree.get("categories_segments").fault(`and categories_sizes leave categories at ${i}`);
}
