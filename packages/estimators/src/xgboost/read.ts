import { flattenTrees, CATEGORICAL, MISSING_LEFT, type RawTree, type Trees } from "../core/trees.ts";
import { malformed, unsupported } from "../error.ts";
import { type Doc, numberOf } from "./document.ts";
import { type Objective, objectiveOf } from "./objective.ts";

/** What `XGBoosterPredict` needs of a model. All leaf values and weights are float32. */
export interface Booster {
  /** Columns of the margin: classes or targets. */
  readonly groups: number;
  readonly features: number;
  readonly names: readonly string[] | undefined;
  readonly objective: Objective;
  /** The global bias of each group, as a margin. */
  readonly base: Float32Array;
  readonly body: TreeBody | LinearBody;
  /** `best_iteration`, where training stopped early. */
  readonly bestIteration: number | undefined;
}

export interface TreeBody {
  readonly kind: "trees";
  readonly trees: Trees;
  /** The group that each tree adds to. */
  readonly group: Int32Array;
  /** What each tree's leaves are multiplied by (dart), or undefined. */
  readonly weights: Float32Array | undefined;
  /** Index of the first tree of each iteration, and of the end. */
  readonly iterations: Int32Array;
  /** Categories that go right, numbered by the thresholds of categorical splits. */
  readonly sets: readonly ReadonlySet<number>[];
}

export interface LinearBody {
  readonly kind: "linear";
  /** `features + 1` rows of `groups` weights; the last row is the bias. */
  readonly weights: Float32Array;
}

const MAX_GROUPS = 100_000;

/** @throws {EstimatorError} `malformed`, or `unsupported` for what is not evaluated exactly */
export function readBooster(root: Doc): Booster {
  const model = root.has("Model") ? root.at("Model") : root;
  const learner = model.at("learner");
  const param = learner.at("learner_model_param");
  const targets = param.has("num_target") ? param.at("num_target").int(0, MAX_GROUPS) : 1;
  const groups = Math.max(param.at("num_class").int(0, MAX_GROUPS), targets, 1);
  const features = param.at("num_feature").int(1, 2 ** 31 - 1);
  checkVersion(model);
  const objective = objectiveOf(learner.at("objective"), groups);
  const base = baseOf(param.at("base_score").text(), groups, objective);
  return {
    groups,
    features,
    names: namesOf(learner, features),
    objective,
    base,
    body: bodyOf(learner.at("gradient_booster"), features, base),
    bestIteration: bestIteration(learner),
  };
}

function checkVersion(model: Doc): void {
  const [major, minor] = model.at("version").numbers();
  if (major === undefined || minor === undefined) throw malformed("model.version is no version");
  if (major < 1 || major > 3) throw unsupported(`XGBoost ${major}.${minor} wrote the model: 1 to 3 are read`);
}

function namesOf(learner: Doc, features: number): readonly string[] | undefined {
  const names = learner.has("feature_names")
    ? learner
        .at("feature_names")
        .items()
        .map((item) => item.text())
    : [];
  if (names.length === 0) return undefined;
  if (names.length !== features) throw malformed(`${names.length} feature names for ${features} features`);
  return names;
}

function bestIteration(learner: Doc): number | undefined {
  const attributes = learner.has("attributes") ? learner.at("attributes") : undefined;
  return attributes?.has("best_iteration") ? attributes.at("best_iteration").int(0, 2 ** 31) : undefined;
}

/** `base_score`: one number, or since 3.1 one for each group in brackets. */
function baseOf(text: string, groups: number, objective: Objective): Float32Array {
  const vector = text.startsWith("[") && text.endsWith("]");
  const parts = (vector ? text.slice(1, -1).split(",") : [text]).map((part) => numberOf(part.trim()));
  const scores = parts.map((n) => {
    if (n === undefined)
      throw malformed(`model.learner.learner_model_param.base_score is ${JSON.stringify(text.slice(0, 80))}`);
    return objective.toMargin(Math.fround(n));
  });
  if (scores.length !== 1 && scores.length !== groups)
    throw malformed(`base_score has ${scores.length} numbers for ${groups} groups`);
  return Float32Array.from({ length: groups }, (_, k) => scores[scores.length === 1 ? 0 : k] ?? 0);
}

function bodyOf(gradientBooster: Doc, features: number, base: Float32Array): TreeBody | LinearBody {
  const name = gradientBooster.at("name").text();
  const groups = base.length;
  if (name === "gbtree") return treesOf(gradientBooster.at("model"), features, groups, undefined);
  if (name === "dart") {
    const weights = Float32Array.from(gradientBooster.at("weight_drop").numbers());
    return treesOf(gradientBooster.at("gbtree").at("model"), features, groups, weights);
  }
  if (name !== "gblinear")
    throw unsupported(`XGBoost's booster ${JSON.stringify(name.slice(0, 80))} is not evaluated natively`);
  // XGBoost 3.1 adds the first group's bias to all of them: which release will answer is not in the model.
  if (base.some((score) => score !== base[0]))
    throw unsupported("gblinear with a base_score for each group is not evaluated natively");
  const weights = Float32Array.from(gradientBooster.at("model").at("weights").numbers());
  if (weights.length !== (features + 1) * groups)
    throw malformed(`gblinear has ${weights.length} weights, not ${(features + 1) * groups}`);
  return { kind: "linear", weights };
}

function treesOf(model: Doc, features: number, groups: number, weights: Float32Array | undefined): TreeBody {
  refuseStoredCategories(model);
  const sets: ReadonlySet<number>[] = [];
  const raw = model
    .at("trees")
    .items()
    .map((tree) => treeOf(tree, sets));
  const group = Int32Array.from(model.at("tree_info").numbers());
  if (group.length !== raw.length || group.some((k) => k < 0 || k >= groups))
    throw malformed(`${model.where}.tree_info does not match the trees`);
  if (weights !== undefined && weights.length !== raw.length)
    throw malformed(`weight_drop has ${weights.length} weights for ${raw.length} trees`);
  return {
    kind: "trees",
    trees: flattenTrees(raw, 1, features, `${model.where}.trees`),
    group,
    weights,
    iterations: iterationsOf(model, raw.length, groups),
    sets,
  };
}

/** Since 3.1 a model fitted on frames keeps their categories and encodes new frames by them. */
function refuseStoredCategories(model: Doc): void {
  if (model.has("cats") && model.at("cats").at("enc").items().length > 0)
    throw unsupported("the XGBoost model keeps a frame's categories, which are not encoded natively");
}

function iterationsOf(model: Doc, trees: number, groups: number): Int32Array {
  if (model.has("iteration_indptr")) {
    const list = Int32Array.from(model.at("iteration_indptr").numbers());
    if (list[0] !== 0 || list.at(-1) !== trees || list.some((at, i) => i > 0 && at < list[i - 1]!))
      throw malformed(`${model.where}.iteration_indptr does not divide the trees`);
    return list;
  }
  const step =
    groups *
    Math.max(
      1,
      model
        .at("gbtree_model_param")
        .at("num_parallel_tree")
        .int(0, 2 ** 31),
    );
  return Int32Array.from({ length: Math.ceil(trees / step) + 1 }, (_, i) => Math.min(i * step, trees));
}

function treeOf(tree: Doc, sets: ReadonlySet<number>[]): RawTree {
  const width = tree
    .at("tree_param")
    .at("size_leaf_vector")
    .int(0, 2 ** 31);
  if (width > 1)
    throw unsupported(`${tree.where} has leaves that are vectors, which are not evaluated natively`);
  const left = tree.at("left_children").numbers();
  const conditions = Float32Array.from(tree.at("split_conditions").numbers());
  const defaults = tree.at("default_left").numbers();
  const right = tree.at("right_children").numbers();
  const feature = tree.at("split_indices").numbers();
  for (const list of [right, conditions, defaults, feature])
    if (list.length !== left.length) throw malformed(`${tree.where} has arrays of different lengths`);
  const flags = Uint8Array.from(defaults, (v) => (v === 0 ? 0 : MISSING_LEFT));
  const threshold = Float64Array.from(conditions, (v, node) => (left[node] === -1 ? 0 : below(v)));
  markCategories(tree, flags, threshold, sets);
  return { left, right, feature, threshold, flags, values: Float64Array.from(conditions) };
}

function markCategories(
  tree: Doc,
  flags: Uint8Array,
  threshold: Float64Array,
  sets: ReadonlySet<number>[],
): void {
  if (!tree.has("split_type")) return;
  const types = tree.at("split_type").numbers();
  if (!types.some((type) => type === 1)) return;
  const nodes = tree.at("categories_nodes").numbers();
  const starts = tree.at("categories_segments").numbers();
  const sizes = tree.at("categories_sizes").numbers();
  const all = tree.at("categories").numbers();
  const marked = new Set<number>();
  nodes.forEach((node, i) => {
    const from = starts[i] ?? -1;
    const to = from + (sizes[i] ?? -1);
    if (types[node] !== 1 || from < 0 || to < from || to > all.length)
      throw malformed(`${tree.where}.categories_nodes[${i}] is out of range`);
    flags[node] = flags[node]! | CATEGORICAL;
    threshold[node] = sets.length;
    marked.add(node);
    sets.push(new Set(all.subarray(from, to)));
  });
  types.forEach((type, node) => {
    if (type === 1 && !marked.has(node))
      throw malformed(`${tree.where} has a categorical split without categories`);
  });
}

const FLOAT = new Float32Array(1);
const BITS = new Int32Array(FLOAT.buffer);

/** The greatest float32 beneath `v`: `x < v` is `x <= below(v)` for every float32 `x`. */
function below(v: number): number {
  if (v === 0) return -1.401298464324817e-45;
  if (!Number.isFinite(v)) return v === Infinity ? 3.4028234663852886e38 : v;
  FLOAT[0] = v;
  BITS[0] = BITS[0]! + (v > 0 ? -1 : 1);
  return FLOAT[0];
}
