import { MANY } from "./add-trees.ts";
import type { State } from "../read/state.ts";
import { checkFeatures, checkFinite, checkNumeric, type Features, surelyFinite, toFloat32 } from "./check.ts";
import { densify, type Matrix } from "./matrix.ts";
import type { Rows } from "./packed-trees.ts";

/** The input as trees read it: float32, row-major. A sparse matrix is made dense, which changes no comparison. */
export function treeInput(x: Matrix, features: Features, allowNan: boolean): Float32Array {
  checkFeatures(x, features);
  const { className } = features;
  const numeric = checkNumeric(x, className, { sparse: true, infinite: true });
  const { data } = toFloat32(numeric.kind === "sparse" ? densify(numeric) : numeric);
  // What is finite in float32 was finite before: the library's checks only matter when it is not.
  if (surelyFinite(data)) return data;
  checkFinite(numeric.data, className, allowNan && x.kind !== "sparse", numeric.dtype);
  checkFinite(data, className, true, "float32");
  return data;
}

/**
 * The input as `addTrees` takes it. Many rows of float64 stay as they are: they are rounded on their way into the kernels,
 * and the library's checks are made when one of them is not finite then.
 */
export function treeRows(x: Matrix, features: Features, allowNan: boolean): Rows {
  if (x.kind !== "dense" || x.rows < MANY || x.data instanceof Float32Array)
    return { data: treeInput(x, features, allowNan) };
  checkFeatures(x, features);
  const { data } = checkNumeric(x, features.className, { infinite: true });
  return { data, notFinite: () => void treeInput(x, features, allowNan) };
}

const CLASSIFIER_CRITERIA = ["gini", "log_loss", "entropy"];
const REGRESSOR_CRITERIA = ["squared_error", "friedman_mse", "poisson"];

/** Whether a decision tree lets missing values in: the `allow_nan` tag of each version. */
export function treeAllowsNan(state: State): boolean {
  const { version } = state;
  if (version < 103 || (state.given("monotonic_cst") && version < 109)) return false;
  const splitter = state.text("splitter") ?? "";
  const extra = state.shortName.startsWith("ExtraTree");
  if (version >= 109) return extra ? splitter === "random" : true;
  if (extra ? version < 106 || splitter !== "random" : splitter !== "best" && version < 106) return false;
  const criterion = state.text("criterion") ?? "";
  return (state.shortName.endsWith("Classifier") ? CLASSIFIER_CRITERIA : REGRESSOR_CRITERIA).includes(
    criterion,
  );
}
