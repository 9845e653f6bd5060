import { malformed } from "../error.ts";
import { readNumbers, readObjects } from "./array.ts";
import { readRecords } from "./records.ts";
import { asInstance, innerState, type State } from "./state.ts";

const TREES = /^sklearn\.tree\._classes\.(?:DecisionTree|ExtraTree)(?:Classifier|Regressor)$/u;
const FORESTS = /^sklearn\.ensemble\._forest\.(?:RandomForest|ExtraTrees)(?:Classifier|Regressor)$/u;
const BOOSTING = /^sklearn\.ensemble\._gb\.GradientBoosting(?:Classifier|Regressor)$/u;

/** What an estimator says of its columns: `coef_`, or `feature_importances_`. */
export interface Importances {
  readonly data: Float64Array;
  readonly shape: readonly number[];
  /** Summed up here, so that the last digits may differ from the library's. */
  readonly computed: boolean;
}

/**
 * `coef_` or `feature_importances_` of a fitted estimator (`_get_feature_importances` of sklearn.feature_selection._base).
 * @returns undefined for a class whose importances are not known here
 */
export function readImportances(state: State, getter: string): Importances | undefined {
  if (getter !== "feature_importances_" && state.given("coef_")) {
    return { ...state.array("coef_"), computed: false };
  }
  if (getter === "coef_") return undefined;
  const data = importancesOf(state);
  return data === undefined ? undefined : { data, shape: [data.length], computed: true };
}

function importancesOf(state: State): Float64Array | undefined {
  if (TREES.test(state.className)) return treeImportances(state, true).data;
  if (!FORESTS.test(state.className) && !BOOSTING.test(state.className)) return undefined;
  const boosting = BOOSTING.test(state.className);
  const trees = readObjects(state.value("estimators_"), state.where("estimators_")).items.map((value, i) => {
    const inner = innerState(value, `${state.where("estimators_")}[${i}]`, state.version);
    if (inner === undefined || !TREES.test(inner.className))
      throw state.malformed(`estimators_[${i}]`, "is no tree");
    return treeImportances(inner, !boosting);
  });
  const grown = trees.filter(({ nodes }) => nodes > 1);
  const cols = trees[0]?.data.length ?? 0;
  const mean = new Float64Array(cols);
  if (grown.some(({ data }) => data.length !== cols)) throw state.malformed("estimators_", "differ in width");
  for (const { data } of grown) data.forEach((v, i) => (mean[i]! += v));
  const sum = mean.reduce((a, b) => a + b, 0);
  return grown.length === 0 ? mean : mean.map((v) => v / sum);
}

/** `Tree.compute_feature_importances`: the impurity that each column's splits took away. */
function treeImportances(state: State, normalize: boolean): { data: Float64Array; nodes: number } {
  const where = state.where("tree_");
  const tree = asInstance(state.value("tree_"), where);
  const nodes = tree?.attributes.get("nodes");
  const [features] = tree?.args ?? [];
  if (tree?.className !== "sklearn.tree._tree.Tree" || nodes === undefined || features === undefined)
    throw malformed(`${where} is no Tree`);
  const cols = readNumbers(features, where).data[0] ?? 0;
  if (!(Number.isInteger(cols) && cols >= 1 && cols < 2 ** 24)) throw malformed(`${where} has no columns`);
  const records = readRecords(nodes, `${where}.nodes`);
  const [left, right, feature] = ["left_child", "right_child", "feature"].map((name) => records.column(name));
  const impurity = records.column("impurity");
  const weight = records.column("weighted_n_node_samples");
  const data = new Float64Array(cols);
  const part = (i: number): number => (weight[i] ?? Number.NaN) * (impurity[i] ?? Number.NaN);
  for (let i = 0; i < records.rows; i++) {
    if (left![i] === -1) continue;
    const at = feature![i]!;
    if (!(Number.isInteger(at) && at >= 0 && at < cols)) throw malformed(`${where} splits on column ${at}`);
    data[at]! += part(i) - part(left![i]!) - part(right![i]!);
  }
  const root = weight[0] ?? 1;
  const scaled = data.map((v) => v / root);
  const sum = scaled.reduce((a, b) => a + b, 0);
  return { data: normalize && sum > 0 ? scaled.map((v) => v / sum) : scaled, nodes: records.rows };
}
