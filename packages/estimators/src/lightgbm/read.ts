import { CATEGORICAL, flattenTrees, MISSING_LEFT, type RawTree, type Trees } from "../core/trees.ts";
import { malformed, unsupported } from "../error.ts";
import { type Objective, objectiveOf } from "./objective.ts";
import { type ModelText, Part, splitModel } from "./text.ts";

/** A zero is missing at this split. */
export const ZERO_MISSING = 4;
/** A not-a-number is missing at this split; elsewhere it counts as 0. */
export const NAN_MISSING = 8;

export interface Booster {
  readonly trees: Trees;
  /** Scores of a row: trees of one iteration. */
  readonly groups: number;
  readonly features: number;
  readonly names: readonly string[];
  /** Random forests average their trees. */
  readonly average: boolean;
  readonly objective: Objective;
  /** Categories that go left, as bits, numbered by the thresholds of categorical splits. */
  readonly sets: readonly Uint32Array[];
  /** Format 4 (LightGBM 4): a missing category always goes right. */
  readonly format: number;
}

const MAX_GROUPS = 100_000;
const MAX_NODES = 2 ** 26;

/** @throws {EstimatorError} `malformed`, or `unsupported` for what is not evaluated exactly */
export function readBooster(text: string): Booster {
  const model = splitModel(text);
  const header = new Part(model.header, "the LightGBM model");
  refuseCategories(model);
  const format = formatOf(header.text("version"));
  const groups = header.int("num_tree_per_iteration", 1, MAX_GROUPS);
  const features = header.int("max_feature_idx", 0, 2 ** 31 - 2) + 1;
  const names = header.text("feature_names").split(" ");
  if (names.length !== features)
    throw malformed(`the LightGBM model has ${names.length} names for ${features} features`);
  if (model.trees.length % groups !== 0)
    throw malformed(`the LightGBM model has ${model.trees.length} trees, ${groups} an iteration`);
  const sets: Uint32Array[] = [];
  const raw = model.trees.map((tree, i) => treeOf(new Part(tree, `Tree=${i}`), sets));
  return {
    trees: flattenTrees(raw, 1, features, "the LightGBM model"),
    groups,
    features,
    names,
    average: header.has("average_output"),
    objective: objectiveOf(header.has("objective") ? header.text("objective") : "", groups),
    sets,
    format,
  };
}

function formatOf(version: string): number {
  if (version === "v3") return 3;
  if (version === "v4") return 4;
  throw unsupported(
    `the LightGBM model is of format ${JSON.stringify(version.slice(0, 20))}: v3 and v4 are read`,
  );
}

/** Columns that were pandas categoricals at fit are encoded by this list, in a way that depends on the frame. */
function refuseCategories({ categories }: ModelText): void {
  if (categories === undefined || categories === "null" || categories === "[]") return;
  throw unsupported("the LightGBM model keeps pandas categories, which are not encoded natively");
}

function treeOf(tree: Part, sets: Uint32Array[]): RawTree {
  if (tree.has("is_linear") && tree.int("is_linear", 0, 1) === 1)
    throw unsupported(
      `${tree.where} has linear models in its leaves (linear_tree), which are not evaluated natively`,
    );
  const leaves = tree.int("num_leaves", 1, MAX_NODES);
  const splits = leaves - 1;
  const values = tree.numbers("leaf_value", leaves);
  // A tree of one leaf holds nothing but its value.
  if (splits === 0) return { left: [-1], right: [-1], feature: [0], threshold: [0], values };
  const threshold = tree.numbers("threshold", splits);
  const kinds = tree.numbers("decision_type", splits);
  const flags = Uint8Array.from(kinds, (kind) => flagsOf(kind, tree.where));
  readSets(tree, flags, threshold, sets);
  return {
    // Leaf `i` is written -i-1; here leaves follow the splits.
    left: padded(tree.numbers("left_child", splits), splits, leaves),
    right: padded(tree.numbers("right_child", splits), splits, leaves),
    feature: tree.numbers("split_feature", splits),
    threshold,
    flags,
    values: Float64Array.from({ length: splits + leaves }, (_, i) => (i < splits ? 0 : values[i - splits]!)),
  };
}

function padded(children: Float64Array, splits: number, leaves: number): Float64Array {
  const out = new Float64Array(splits + leaves).fill(-1);
  children.forEach((child, i) => (out[i] = child < 0 ? splits - child - 1 : child));
  return out;
}

/** `decision_type`: bit 0 categorical, bit 1 default left, bits 2 and 3 what counts as missing. */
function flagsOf(kind: number, where: string): number {
  const missing = (kind >> 2) & 3;
  if (!Number.isInteger(kind) || kind < 0 || kind > 15 || missing === 3)
    throw malformed(`${where}: decision_type ${kind} is unknown`);
  return (
    ((kind & 1) === 0 ? 0 : CATEGORICAL) |
    ((kind & 2) === 0 ? 0 : MISSING_LEFT) |
    (missing === 1 ? ZERO_MISSING : missing === 2 ? NAN_MISSING : 0)
  );
}

/** `cat_threshold` holds 32 categories a word; the threshold of a categorical split says which run of words is its. */
function readSets(tree: Part, flags: Uint8Array, threshold: Float64Array, sets: Uint32Array[]): void {
  const count = tree.int("num_cat", 0, MAX_NODES);
  const offset = sets.length;
  if (count > 0) {
    const bounds = tree.numbers("cat_boundaries", count + 1);
    const words = tree.numbers("cat_threshold", bounds[count] ?? 0);
    for (let i = 0; i < count; i++) {
      const [from, to] = [bounds[i]!, bounds[i + 1]!];
      if (!(from >= 0 && from <= to && to <= words.length))
        throw malformed(`${tree.where}: cat_boundaries are out of order`);
      sets.push(Uint32Array.from(words.subarray(from, to)));
    }
  }
  flags.forEach((flag, node) => {
    if ((flag & CATEGORICAL) === 0) return;
    const set = threshold[node]!;
    if (!Number.isInteger(set) || set < 0 || set >= count)
      throw malformed(`${tree.where}: node ${node} asks for category set ${set} of ${count}`);
    threshold[node] = offset + set;
  });
}
