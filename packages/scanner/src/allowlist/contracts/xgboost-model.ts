import { checkEncoder } from "./xgboost-categories.ts";
import { ModelFault, Node, type Tree } from "./xgboost-node.ts";
import { checkTree } from "./xgboost-tree.ts";

const INT32 = 2 ** 31 - 1;
/** The shape of a model, which a pickled booster repeats in its configuration. */
const SHAPE = ["num_feature", "num_class", "num_target"];

/**
 * Judges a parsed XGBoost document: a model, or a pickled booster's `{Config, Model}`.
 * @returns why its indices cannot be trusted; `undefined` when they can, or when it is no XGBoost model
 */
export function xgboostFault(document: Tree): string | undefined {
  const root = new Node(document, "");
  const model = root.get("Model").exists ? root.get("Model") : root;
  if (!model.get("learner").get("gradient_booster").exists) return undefined;
  try {
    checkLearner(model.get("learner"));
    if (model !== root) checkConfig(root.get("Config").get("learner"), model.get("learner"));
  } catch (error) {
    if (error instanceof ModelFault) return error.message;
    throw error;
  }
  return undefined;
}

/** Whether a parsed document holds a model at all. */
export function isXgboostModel(document: Tree): boolean {
  const root = new Node(document, "");
  const model = root.get("Model").exists ? root.get("Model") : root;
  return model.get("learner").get("gradient_booster").exists;
}

function checkLearner(learner: Node): void {
  const param = learner.get("learner_model_param");
  const features = param.get("num_feature").whole(0, INT32);
  const groups = Math.max(1, count(param.get("num_class")), count(param.get("num_target")));
  const booster = learner.get("gradient_booster");
  const name = booster.get("name").text();
  if (name === "gbtree") checkTrees(booster.get("model"), features, groups);
  else if (name === "dart") checkDart(booster, features, groups);
  else if (name === "gblinear") checkLinear(booster.get("model").get("weights"), features, groups);
  else throw booster.get("name").fault("is none of gbtree, dart and gblinear");
}

function count(node: Node): number {
  return node.exists ? node.whole(0, INT32) : 0;
}

function checkLinear(weights: Node, features: number, groups: number): void {
  const expected = (features + 1) * groups;
  if (weights.size() !== expected)
    throw weights.fault(`has ${weights.size()} elements instead of ${expected}`);
}

function checkDart(booster: Node, features: number, groups: number): void {
  const model = booster.get("gbtree").get("model");
  checkTrees(model, features, groups);
  const weights = booster.get("weight_drop");
  const trees = model.get("trees").size();
  if (weights.size() !== trees) throw weights.fault(`has ${weights.size()} elements for ${trees} trees`);
}

function checkTrees(model: Node, features: number, groups: number): void {
  const trees = model.get("trees").items();
  const told = model.get("gbtree_model_param").get("num_trees");
  if (told.whole(0, INT32) !== trees.length) throw told.fault(`is not ${trees.length}, the number of trees`);
  const info = model.get("tree_info");
  if (info.size() !== trees.length) throw info.fault(`has ${info.size()} elements for ${trees.length} trees`);
  info.ints(0, groups - 1);
  checkIterations(model.get("iteration_indptr"), trees.length);
  checkIdentities(trees);
  checkEncoder(model.get("cats"));
  for (const tree of trees) checkTree(tree, features);
}

/** Where each iteration's trees begin: from 0 to the number of trees, never back. */
function checkIterations(bounds: Node, trees: number): void {
  if (!bounds.exists) return;
  const starts = bounds.ints(0, trees);
  let rising = starts.length > 0 && starts.at(0) === 0 && starts.at(starts.length - 1) === trees;
  for (let i = 1; i < starts.length; i++) rising &&= starts.at(i) >= starts.at(i - 1);
  if (!rising) throw bounds.fault(`does not rise from 0 to ${trees}, the number of trees`);
}

/** XGBoost puts each tree at its id, so one that is there twice leaves another place empty. */
function checkIdentities(trees: readonly Node[]): void {
  const seen = new Set<number>();
  for (const tree of trees) {
    const id = tree.get("id").whole(0, trees.length - 1);
    if (seen.has(id)) throw tree.get("id").fault(`is that of another tree: ${id}`);
    seen.add(id);
  }
}

function checkConfig(config: Node, learner: Node): void {
  for (const name of SHAPE) {
    const told = config.get("learner_model_param").get(name);
    const own = learner.get("learner_model_param").get(name);
    if (told.exists && count(told) !== count(own)) throw told.fault(`differs from ${own.path}`);
  }
}
