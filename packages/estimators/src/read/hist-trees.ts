import type { Value } from "@modelkeep/formats/value";
import type { HistTrees } from "../core/hist-trees.ts";
import { CATEGORICAL, flattenTrees, MISSING_LEFT, type RawTree } from "../core/trees.ts";
import { malformed } from "../error.ts";
import { readNumbers } from "./array.ts";
import { readRecords } from "./records.ts";
import { innerState, itemsOf, State } from "./state.ts";

const PREDICTOR = "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor";
const BIN_MAPPER = "sklearn.ensemble._hist_gradient_boosting.binning._BinMapper";
const NO_CHILD = -1;

/**
 * `_predictors` (iterations of K trees each) as K lists of trees, over the features of `_bin_mapper`.
 * @throws {EstimatorError} `malformed`
 */
export function readHistTrees(state: State): { outputs: HistTrees[]; features: number } {
  const { known, features } = readBinMapper(state);
  const stages = state
    .items("_predictors")
    .map((stage, i) => itemsOf(stage, `${state.where("_predictors")}[${i}]`));
  const perStage = state.int("n_trees_per_iteration_", 1, 2 ** 20);
  if (stages.some((stage) => stage.length !== perStage))
    throw state.malformed("_predictors", `does not hold ${perStage} trees an iteration`);
  const outputs = Array.from({ length: perStage }, (_, k) => {
    const sets: number[] = [];
    const raw = stages.map((stage, i) => readPredictor(state, stage[k], `_predictors[${i}][${k}]`, sets));
    return {
      trees: flattenTrees(raw, 1, features, state.where("_predictors")),
      categorical: sets.length > 0,
      left: Uint32Array.from(sets),
      known,
    };
  });
  return { outputs, features };
}

/** One tree; the sets of its categorical splits are put behind those of the trees before it. */
function readPredictor(state: State, value: Value | undefined, name: string, sets: number[]): RawTree {
  const inner = value === undefined ? undefined : innerState(value, state.where(name), state.version);
  if (inner?.className !== PREDICTOR) throw state.malformed(name, "is no TreePredictor");
  const nodes = readRecords(inner.value("nodes"), inner.where("nodes"));
  const isLeaf = nodes.column("is_leaf");
  const missing = nodes.column("missing_go_to_left");
  const categorical = nodes.column("is_categorical");
  const threshold = nodes.column("num_threshold").slice();
  const bitset = nodes.column("bitset_idx");
  const left = nodes.column("left").map((child, i) => (isLeaf[i] === 1 ? NO_CHILD : child));
  const flags = new Uint8Array(nodes.rows);
  const firstSet = sets.length / 8;
  const ownSets = Math.floor(appendSets(inner, sets) / 8);
  for (let i = 0; i < nodes.rows; i++) {
    const isSet = categorical[i] === 1 && isLeaf[i] !== 1;
    flags[i] = (missing[i] === 1 ? MISSING_LEFT : 0) | (isSet ? CATEGORICAL : 0);
    if (!isSet) continue;
    if (bitset[i]! >= ownSets) throw inner.malformed("nodes", `ask set ${bitset[i]} of ${ownSets}`);
    threshold[i] = firstSet + bitset[i]!;
  }
  return {
    left,
    right: nodes.column("right"),
    feature: nodes.column("feature_idx"),
    threshold,
    flags,
    values: nodes.column("value"),
  };
}

function appendSets(inner: State, sets: number[]): number {
  const { data, shape } = readNumbers(
    inner.value("raw_left_cat_bitsets"),
    inner.where("raw_left_cat_bitsets"),
  );
  if (shape.length !== 2 || shape[1] !== 8)
    throw inner.malformed("raw_left_cat_bitsets", `has shape (${shape.join(", ")})`);
  for (const word of data) sets.push(word);
  return data.length;
}

/** The known categories of each categorical feature (`make_known_categories_bitsets`). */
function readBinMapper(state: State): { known: ReadonlyMap<number, Uint32Array>; features: number } {
  const where = state.where("_bin_mapper");
  const mapper = innerState(state.value("_bin_mapper"), where, state.version);
  if (mapper?.className !== BIN_MAPPER) throw malformed(`${where} is no _BinMapper`);
  const categorical = mapper.array("is_categorical_", 1).data;
  const thresholds = mapper.items("bin_thresholds_");
  if (thresholds.length !== categorical.length)
    throw mapper.malformed(
      "bin_thresholds_",
      `is for ${thresholds.length} features, not ${categorical.length}`,
    );
  const known = new Map<number, Uint32Array>();
  for (const [feature, value] of thresholds.entries()) {
    if (categorical[feature] !== 1) continue;
    const words = new Uint32Array(8);
    for (const category of readNumbers(value, mapper.where(`bin_thresholds_[${feature}]`)).data) {
      if (!(category >= 0 && category < 256))
        throw mapper.malformed(`bin_thresholds_[${feature}]`, `holds category ${category}`);
      const bit = Math.trunc(category);
      words[bit >>> 5]! |= 1 << (bit & 31);
    }
    known.set(feature, words);
  }
  return { known, features: categorical.length };
}
